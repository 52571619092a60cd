"""The catalogue of mutations fits the code: each old text is there once, and each test exists.

Whether the tests catch the mutations: ``python tests/mutations/run.py``.
"""

import ast
from collections import Counter
from functools import cache

import pytest
from tests.mutations.catalogue import MUTATIONS, Mutation
from tests.mutations.run import PROJECT


@pytest.fixture(scope="module", autouse=True)
def memory() -> None:
    """In place of the fixture that clears JAX's caches: nothing is compiled here, and JAX takes a second to import."""


@cache
def functions_in(file: str) -> set[str]:
    """Names of the functions of a file of tests."""
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_names_are_unique() -> None:
    assert [name for name, count in Counter(mutation.name for mutation in MUTATIONS).items() if count > 1] == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.name for mutation in MUTATIONS])
def test_it_changes_one_place_and_its_test_exists(mutation: Mutation) -> None:
    text = (PROJECT / mutation.file).read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1
    assert mutation.new != mutation.old and mutation.reason
    ast.parse(text.replace(mutation.old, mutation.new))
    file, _, name = mutation.test.partition("::")
    assert name in functions_in(file)
