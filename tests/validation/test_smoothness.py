"""Second differences along a label."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1.validation.smoothness import excess, smoothness_table, sweep_labels


def test_a_parabola_has_no_excess_and_a_kink_all_of_it():
    x = np.linspace(0.0, 1.0, 41)[:, None]
    parabola = 3.0 * x**2 + x
    assert excess(parabola) == pytest.approx(0.0, abs=1e-12)
    bumped = parabola.copy()
    bumped[20] += 1e-3  # second differences of 1e-3, -2e-3, 1e-3
    found = excess(bumped)[:, 0]
    assert found.max() == pytest.approx(2e-3, rel=1e-9)
    assert np.count_nonzero(found > 1e-9) == 3


def test_a_missing_model_breaks_three_second_differences():
    values = np.linspace(0.0, 1.0, 41)[:, None] * np.ones(80)
    values[10] = np.nan
    found = excess(values)
    assert np.isinf(found).all(axis=1).nonzero()[0].tolist() == [8, 9, 10]
    assert found[np.isfinite(found)] == pytest.approx(0.0, abs=1e-12)


def test_sweeps_vary_one_label_each(space):
    labels = sweep_labels(space, 41)
    swept = ("teff", "logg", "feh", "afe", "vturb")
    assert labels.groupby("swept").size().to_dict() == dict.fromkeys(swept, 41)
    for label, rows in labels.groupby("swept"):
        assert rows[label].is_monotonic_increasing
        others = [name for name in swept if name != label]
        assert (rows[others].nunique() == 1).all()


def test_the_table_says_where(space, sun):
    labels = sweep_labels(space, 9)
    log_tau = np.linspace(-6.0, 2.0, 80)
    flat = replace(sun.model, log_tau=log_tau, temperature=np.full(80, 5000.0))
    models = [flat] * len(labels)
    models[13] = replace(flat, temperature=np.where(np.arange(80) == 30, 5010.0, 5000.0))
    table = smoothness_table(labels, models)
    assert len(table) == 5 * 7
    worst = table.loc[table["excess"].idxmax()]
    assert worst["swept"] == labels["swept"][13]
    assert worst["log_tau"] == pytest.approx(log_tau[30])
    assert worst["excess"] == pytest.approx(2.0 * np.log(5010.0 / 5000.0))
    assert worst["value"] == pytest.approx(labels[worst["swept"]][13])
