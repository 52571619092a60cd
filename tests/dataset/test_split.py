"""The split: blocks of label space, near the shares asked for, without neighbours across sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from kurucz_a1.dataset import split_labels
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABELS

NAMES = ("teff", "logg", "feh", "afe")


def labels_of(points):
    """Labels with these values of NAMES; the others are the same in all models."""
    columns = np.asarray(points, dtype=float).T
    return {label.name: np.full(len(points), label.sun) for label in LABELS} | dict(zip(NAMES, columns, strict=True))


def random_labels(count, seed=0):
    return np.random.default_rng(seed).random((count, 4))


def distance_to_training(points, split):
    """Mean distance of test models to their nearest training model."""
    tree = cKDTree(points[split == 0])
    return tree.query(points[split == 2])[0].mean()


@settings(max_examples=40, deadline=None)
@given(st.integers(30, 600), st.floats(0.05, 0.3), st.floats(0.05, 0.3), st.integers(0, 99))
def test_shares_are_met(count, validation, test, seed):
    split = split_labels(labels_of(random_labels(count, seed)), validation, test, seed)
    # a block is at most a fifth of the smaller set (or one model), and a set is off by half a block at most
    slack = 0.1 * min(validation, test) * count + 1
    assert abs((split == 1).sum() - validation * count) <= slack
    assert abs((split == 2).sum() - test * count) <= slack
    assert split.dtype == np.int8


def test_same_seed_same_split():
    labels = labels_of(random_labels(320))
    first = split_labels(labels, 0.1, 0.1, 42)
    np.testing.assert_array_equal(first, split_labels(labels, 0.1, 0.1, 42))
    assert np.any(first != split_labels(labels, 0.1, 0.1, 43))


def test_test_models_lie_further_from_training_than_in_a_random_split():
    points = random_labels(2000)
    blocks = split_labels(labels_of(points), 0.1, 0.1, 1)
    shuffled = np.random.default_rng(1).permutation(blocks)
    # a random split has a neighbour at the typical spacing; a block has one at its edge only
    assert distance_to_training(points, blocks) > 1.3 * distance_to_training(points, shuffled)


def test_no_twin_of_a_test_model_is_trained_on():
    """Models that share all labels but microturbulence, or are repeated, stay together; so do planes of a grid."""
    axis = np.linspace(0, 1, 5)
    points = np.stack(np.meshgrid(axis, axis, axis, [0.0, 0.4]), axis=-1).reshape(-1, 4)
    points = np.repeat(points, 3, axis=0)
    split = split_labels(labels_of(points), 0.1, 0.1, 3)
    for one in np.unique(points, axis=0):
        assert len(set(split[(points == one).all(axis=1)])) == 1
    assert {0, 1, 2} == set(split)


def test_most_neighbours_of_a_test_model_are_in_its_set():
    """On a regular grid a random split leaves a test model its own set's neighbours in 10 % of cases."""
    axis = np.linspace(0, 1, 12)
    points = np.stack(np.meshgrid(axis, axis, axis, axis), axis=-1).reshape(-1, 4)
    split = split_labels(labels_of(points), 0.1, 0.1, 3)
    neighbours = cKDTree(points).query(points[split == 2], k=9)[1][:, 1:]
    assert (split[neighbours] == 2).mean() > 0.5


def test_few_models():
    split = split_labels(labels_of(random_labels(6)), 0.1, 0.1, 0)
    assert sorted(split) == [0, 0, 0, 0, 1, 2]
    assert set(split_labels(labels_of(random_labels(5)), 0.0, 0.0, 0)) == {0}


def test_the_last_models_as_the_test():
    """They are what a smaller grid lacks; the others are split by blocks as if they were alone."""
    labels = labels_of(random_labels(200))
    split = split_labels(labels, 0.1, 0.2, 3, "last")
    assert (split[160:] == 2).all()
    first = {name: values[:160] for name, values in labels.items()}
    np.testing.assert_array_equal(split[:160], split_labels(first, 0.125, 0.0, 3))


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (-0.1, 0.1), (0.1, 1.0)])
def test_shares_that_leave_nothing(validation, test):
    with pytest.raises(BadConfig, match=r"dataset\.validation"):
        split_labels(labels_of(random_labels(30)), validation, test, 0)


def test_too_few_models():
    with pytest.raises(BadConfig, match="too few to split"):
        split_labels(labels_of(np.ones((30, 4))), 0.1, 0.1, 0)
