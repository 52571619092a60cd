"""The examples in the docstrings of the public functions give what they say."""

import doctest

import pytest

import kurucz_a1
from kurucz_a1 import emulator

PUBLIC = {name: getattr(module, name) for module in (kurucz_a1, emulator) for name in module.__all__}
WITH_EXAMPLES = [
    example
    for name, entry in PUBLIC.items()
    for example in doctest.DocTestFinder().find(entry, name)
    if example.examples
]


@pytest.mark.parametrize("example", WITH_EXAMPLES, ids=lambda example: example.name)
def test_example(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = []
    doctest.DocTestRunner().run(example, out=printed.append)
    assert not printed, "".join(printed)
