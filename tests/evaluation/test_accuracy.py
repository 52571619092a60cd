"""Accuracy tables: a known error comes out as that error."""

import numpy as np
import pytest

from kurucz_a1.atmosphere import stack
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.evaluation.accuracy import accuracy_tables
from kurucz_a1.evaluation.statistics import percentiles


@pytest.fixture
def truth(make_model):
    return stack([make_model(teff=teff) for teff in (5000.0, 5500.0, 6000.0)])


def perturbed(model, **factors):
    return type(model)(**{**vars(model), **{name: getattr(model, name) * factor for name, factor in factors.items()}})


def test_the_truth_has_no_error(truth):
    by_depth, summary = accuracy_tables(truth, {"pinn": truth})
    assert len(by_depth) == 6 * 80
    assert list(summary["field"]) == list(FIELD_NAMES)
    assert summary[["rms", "bias", "median", "max"]].to_numpy().max() == 0.0


def test_a_constant_factor_is_its_logarithm(truth):
    by_depth, summary = accuracy_tables(truth, {"pinn": perturbed(truth, temperature=1.02, gas_pressure=1 / 1.05)})
    row = summary.set_index("field")
    for column in ("rms", "bias", "median", "p95", "max"):
        assert row.loc["temperature", column] == pytest.approx(np.log(1.02))
    assert row.loc["gas_pressure", "bias"] == pytest.approx(-np.log(1.05))
    assert row.loc["gas_pressure", "median"] == pytest.approx(np.log(1.05))
    assert row.loc["column_mass", "max"] == 0.0
    of_temperature = by_depth[by_depth["field"] == "temperature"]
    assert np.allclose(of_temperature["abs_median"], np.log(1.02))
    assert np.allclose(of_temperature["log_tau"], truth.log_tau[0])


def test_statistics_are_in_their_order(truth):
    """Errors of -20 %, 1 % and 5 % in three models: signed ones are ordered by value, sizes by size."""
    factor = np.exp(np.array([[-0.2], [0.01], [0.05]]))
    by_depth, summary = accuracy_tables(truth, {"pinn": perturbed(truth, electron_density=factor)})
    row = by_depth[by_depth["field"] == "electron_density"].iloc[0]
    # linear between the values: a twentieth of the way is a tenth of the first step
    expected = {"p05": -0.2 + 0.1 * 0.21, "median": 0.01, "p95": 0.05 - 0.1 * 0.04}
    expected |= {"abs_p05": 0.01 + 0.1 * 0.04, "abs_median": 0.05, "abs_p95": 0.2 - 0.1 * 0.15}
    for name, value in expected.items():
        assert row[name] == pytest.approx(value), name
    of_sizes = summary.set_index("field").loc["electron_density"]
    assert (of_sizes["median"], of_sizes["max"]) == (pytest.approx(0.05), pytest.approx(0.2))
    assert of_sizes["bias"] == pytest.approx(-0.14 / 3)


def test_percentiles_of_a_hundred_numbers():
    """A share p of the values is not above the p-th percentile; between two values it is the higher, worse one."""
    found = percentiles(np.arange(100.0)[::-1])
    assert found == {"median": 50.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "max": 99.0}
    assert percentiles([1.0, np.inf])["median"] == np.inf


def test_an_error_at_one_depth_stays_there(truth):
    factor = np.ones(80)
    factor[17] = 1.3
    by_depth, _ = accuracy_tables(truth, {"mlp": perturbed(truth, rosseland_opacity=factor)})
    errors = by_depth[by_depth["field"] == "rosseland_opacity"]["abs_p95"].to_numpy()
    assert errors[17] == pytest.approx(np.log(1.3))
    assert np.delete(errors, 17).max() == 0.0


def test_other_depths_are_refused(truth):
    shifted = type(truth)(**{**vars(truth), "log_tau": truth.log_tau + 0.1})
    with pytest.raises(ValueError, match="different log_tau"):
        accuracy_tables(truth, {"pinn": shifted})
    with pytest.raises(ValueError, match="same labels and depths"):
        accuracy_tables(truth, {"pinn": truth[:2]})


def test_models_of_one_block_count_once(truth):
    """Six models of two blocks, with errors of 1 % and 2 %: one block more moves the median from one to the other.

    As six independent models the median would be known better: all of one kind is drawn in one of 32 cases.
    """
    many = stack([truth[k] for k in (0, 1, 2, 0, 1, 2)])
    factor = np.exp(np.repeat([0.01, 0.0101, 0.02, 0.0201], [2, 1, 2, 1]))[:, None]
    wrong = perturbed(many, temperature=factor)
    summary = accuracy_tables(many, {"pinn": wrong}, np.array([0, 0, 0, 1, 1, 1]))[1].set_index("field")
    assert summary.loc["temperature", ["median_low", "median_high"]].tolist() == pytest.approx([0.01, 0.02])
    alone = accuracy_tables(many, {"pinn": wrong}, np.zeros(6, dtype=int))[1].set_index("field")
    assert np.isnan(alone.loc["temperature", "median_low"])  # of one block nothing can be said
