"""The catalogue of mutations fits the code: each old text is there once, and each test exists.

Whether the tests catch the mutations: ``python tests/mutations/run.py``.
"""

import ast
from collections import Counter

import pytest
from tests.mutations.catalogue import MUTATIONS, Mutation
from tests.mutations.run import PROJECT


def test_names_are_unique() -> None:
    assert [name for name, count in Counter(mutation.name for mutation in MUTATIONS).items() if count > 1] == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.name for mutation in MUTATIONS])
def test_it_changes_one_place_and_its_test_exists(mutation: Mutation) -> None:
    text = (PROJECT / mutation.file).read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1
    assert mutation.new != mutation.old
    assert mutation.reason
    changed = text.replace(mutation.old, mutation.new)
    if mutation.file.endswith(".py"):
        ast.parse(changed)
    file, _, name = mutation.test.partition("::")
    functions = ast.walk(ast.parse((PROJECT / file).read_text(encoding="utf-8")))
    assert name.partition("[")[0] in {node.name for node in functions if isinstance(node, ast.FunctionDef)}
