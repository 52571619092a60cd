"""Quantities to -1..1 and back."""

import numpy as np
import pytest

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import normalization as normalizing
from kurucz_a1.emulator.normalization import fit_normalization, label_inputs
from kurucz_a1.errors import BadFile

NAMES = ("teff", "logg", "feh", "afe")


@pytest.fixture(scope="module")
def arrays(grey):
    labels = np.stack([grey[name].values for name in NAMES], axis=-1)
    fields = np.stack([grey[name].values for name in FIELD_NAMES], axis=-1)
    return labels, grey["log_tau"].values, fields


def test_training_set_fills_the_range(arrays):
    labels, log_tau, fields = arrays
    normalization = fit_normalization(NAMES, *arrays)
    for values in (
        normalization.labels.normalize(label_inputs(NAMES, labels.T)),
        normalization.fields.normalize(np.log10(fields)).reshape(-1, 6),
        normalization.log_tau.normalize(log_tau)[:, None],
    ):
        np.testing.assert_allclose(np.min(values, axis=0), -1, atol=1e-12)
        np.testing.assert_allclose(np.max(values, axis=0), 1, atol=1e-12)


def test_labels_are_logarithms_only_where_the_paper_takes_them():
    t = label_inputs(NAMES, np.array([1000.0, 4.4, -1.0, 0.2]))
    np.testing.assert_allclose(t, [3.0, 4.4, -1.0, 0.2])


def test_depth_input_is_log_tau_itself(arrays):
    # The published code took log10(0 + 1e-30) at the top, which filled 69 % of the input range with nothing.
    normalization = fit_normalization(NAMES, *arrays)
    np.testing.assert_allclose(normalization.log_tau.normalize(-1.9375), 0, atol=1e-12)


def test_restore_undoes_normalize(arrays):
    normalization = fit_normalization(NAMES, *arrays)
    t = np.log10(arrays[2])
    np.testing.assert_allclose(normalization.fields.restore(normalization.fields.normalize(t)), t, atol=1e-14)


def test_a_label_that_does_not_vary_is_zero(arrays):
    labels = arrays[0].copy()
    labels[:, 3] = 0.1
    normalization = fit_normalization(NAMES, labels, *arrays[1:])
    np.testing.assert_array_equal(normalization.labels.normalize(label_inputs(NAMES, labels.T))[:, 3], 0)


@pytest.mark.parametrize("value", [0.0, -1e-3, np.nan, np.inf])
def test_radiative_acceleration_without_a_logarithm_is_refused(arrays, value):
    fields = arrays[2].copy()
    fields[3, 10, 5] = value
    with pytest.raises(BadFile, match=r"radiative_acceleration .* in 1 models \(first: model 3\)"):
        fit_normalization(NAMES, arrays[0], arrays[1], fields)


def test_json_holds_every_bit(arrays):
    normalization = fit_normalization(NAMES, *arrays)
    again = normalizing.from_json(normalizing.to_json(normalization, NAMES), NAMES)
    for one, other in zip(normalization, again, strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
