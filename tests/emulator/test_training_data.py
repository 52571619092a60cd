"""What a network learns from: the split called train, and nothing of the test split."""

import jax
import numpy as np
import pytest
from grey_atmospheres import grey_models

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.emulator.training_data import prepare

NAMES = ("teff", "logg", "feh", "afe")


@pytest.fixture(scope="module")
def prepared(grey):
    return prepare(grey)


def labels_of(grey, split):
    """log10 Teff and the other labels of one split."""
    chosen = grey.isel(model=grey["split"].values == SPLITS.index(split))
    return np.stack([np.log10(chosen["teff"]), *(chosen[name] for name in NAMES[1:])], axis=-1)


@pytest.mark.parametrize(("part", "split"), [("training", "train"), ("validation", "validation")])
def test_each_part_is_the_split_of_its_name(grey, prepared, part, split):
    labels = prepared.normalization.labels.restore(getattr(prepared, part).labels)
    np.testing.assert_allclose(labels, labels_of(grey, split), atol=1e-6)  # single precision


def test_the_training_split_fills_the_range(prepared):
    fields = np.asarray(prepared.training.fields)
    np.testing.assert_allclose(fields.min(axis=(0, 1)), -1.0, atol=1e-6)
    np.testing.assert_allclose(fields.max(axis=(0, 1)), 1.0, atol=1e-6)
    np.testing.assert_allclose(np.asarray(prepared.training.labels).max(axis=0), 1.0, atol=1e-6)


def test_nothing_is_learned_from_the_test_split(grey, prepared):
    """Other fields and derivatives in the test split change no bit of what training sees."""
    test = grey["split"].values == SPLITS.index("test")
    other = grey.copy(deep=True)
    for name in (*FIELD_NAMES, "label_jacobian"):
        other[name].values[test] *= 1.7
    for mine, theirs in zip(jax.tree.leaves(prepared), jax.tree.leaves(prepare(other)), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_derivatives_are_those_of_normalised_fields_by_normalised_labels(grey, prepared):
    """Against differences of the grey models themselves, moved by steps of the normalised labels."""
    normalization, step = prepared.normalization, 1e-4
    labels = np.asarray(normalization.labels.restore(np.asarray(prepared.training.labels[:3], dtype=float)))

    def fields(shift):
        moved = labels + shift * np.asarray(normalization.labels.half_width)
        models = grey_models(10.0 ** moved[:, 0], *moved[:, 1:].T)
        return np.asarray(normalization.fields.normalize(np.log10(models)))

    for index, name in enumerate(NAMES):
        shift = step * (np.arange(4) == index)
        expected = (fields(shift) - fields(-shift)) / (2 * step)
        found = np.moveaxis(np.asarray(prepared.training.derivatives[:3, :, index]), 1, 2)
        # labels in single precision: 1e-7 of their range; fields vary by a few over it
        np.testing.assert_allclose(found, expected, atol=1e-4, err_msg=name)
