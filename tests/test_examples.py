"""The examples in the docstrings of the public functions give what they say."""

import doctest

import pytest

import kurucz_a1

WITH_EXAMPLES = [
    example
    for name in kurucz_a1.__all__
    for example in doctest.DocTestFinder().find(getattr(kurucz_a1, name), name)
    if example.examples
]


@pytest.mark.parametrize("example", WITH_EXAMPLES, ids=lambda example: example.name)
def test_example(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = []
    doctest.DocTestRunner().run(example, out=printed.append)
    assert not printed, "".join(printed)
