"""Tables of hydrostatic residuals: known residuals come out, in the right row."""

import numpy as np
import pytest

from kurucz_a1.atmosphere import stack
from kurucz_a1.evaluation.hydrostatic_tables import hydrostatic_tables, with_gradient_of


def test_an_exact_model_has_no_residual(make_model):
    residuals, summary = hydrostatic_tables({"test": {"solver": make_model()}})
    assert list(residuals["system"]) == ["solver"]
    # radiation pressure is integrated over nine decades of mass, to 1e-5 by this quadrature
    assert residuals[["form_c_max", "form_i_max"]].to_numpy().max() < 1e-5
    assert summary.loc[summary["form"] != "published", "max"].max() < 1e-5
    _, summary = hydrostatic_tables({"test": {"solver": make_model(share=0.0)}})
    assert summary["max"].max() < 1e-5


def test_pressure_too_high_by_a_factor_is_that_factor_in_dex(make_model):
    """With no radiation both forms measure log10 of the factor at every depth."""
    wrong = make_model(share=0.0, pressure_factor=1.1)
    residuals, _ = hydrostatic_tables({"test": {"pinn": wrong}})
    for column in ("form_c_median", "form_c_p95", "form_i_median", "form_i_max"):
        assert residuals[column].item() == pytest.approx(np.log10(1.1), rel=1e-6)


def test_radiation_left_out_shows_as_a_residual(make_model):
    """The share of gravity that radiation carries is missing: log10(1 - share)."""
    model = make_model(share=0.2, radiative_acceleration=np.zeros(80))
    residuals, _ = hydrostatic_tables({"test": {"pinn": model}})
    assert residuals["form_i_median"].item() == pytest.approx(-np.log10(0.8), rel=1e-6)


def test_the_published_measure_knows_no_radiation(make_model):
    """In equilibrium with a share of gravity carried by radiation, the gas alone is off by log10(1 - share)."""
    residuals, _ = hydrostatic_tables({"test": {"pinn": make_model(share=0.2)}})
    assert residuals["published_median"].item() == pytest.approx(-np.log10(0.8), rel=1e-6)
    assert residuals["form_c_trained_max"].item() < 1e-5


def test_an_error_below_the_trained_depths_is_not_seen_there(make_model):
    """The loss acts on depths 2 to 59: an error of the opacity at 70 is one of form C over all depths alone."""
    opacity = np.asarray(make_model(share=0.0).rosseland_opacity).copy()
    opacity[70] *= 2.0
    residuals, _ = hydrostatic_tables({"test": {"pinn": make_model(share=0.0, rosseland_opacity=opacity)}})
    assert residuals["form_c_max"].item() == pytest.approx(np.log10(2.0), abs=1e-4)
    assert residuals["form_c_trained_max"].item() < 1e-5 and residuals["published_max"].item() < 1e-5


def test_a_column_mass_that_falls_is_unphysical_though_pressure_rises(make_model):
    mass = np.asarray(make_model(share=0.0).column_mass).copy()
    mass[40] = mass[38]
    residuals, _ = hydrostatic_tables({"test": {"pinn": make_model(share=0.0, column_mass=mass)}})
    assert residuals["unphysical"].tolist() == [1] and residuals["pressure_falls"].tolist() == [0]


def test_the_published_bar_measures_how_far_two_systems_differ(make_model):
    """Both in equilibrium; with the other's gradient an opacity twice as large is off by log10 2."""
    network = make_model(share=0.0)
    opacity = 2.0 * np.asarray(network.rosseland_opacity)
    bar = with_gradient_of([make_model(share=0.0, rosseland_opacity=opacity)], [network])
    residuals, _ = hydrostatic_tables({"ATLAS-12": {"ATLAS-12, as published": bar}})
    assert residuals["published_median"].item() == pytest.approx(np.log10(2.0), rel=1e-6)


def test_each_set_has_its_rows(make_model):
    many = stack([make_model(teff=teff) for teff in (5000.0, 6000.0)])
    residuals, summary = hydrostatic_tables({"test": {"solver": many}, "ATLAS-12": {"ATLAS-12": [make_model()]}})
    assert list(residuals["teff"]) == [5000.0, 6000.0, 5777.0]
    assert list(summary["models"]) == [2, 2, 2, 2, 1, 1, 1, 1]
    assert list(summary["form"]) == 2 * ["C", "C", "I", "published"]
    assert list(summary["depths"]) == 2 * ["all", "trained", "all", "trained"]


def test_pressure_falling_inward_counts_as_undefined(make_model):
    """Form C has no logarithm there; the maximum says so and the median of the other model stays."""
    pressure = np.asarray(make_model(share=0.0).gas_pressure).copy()
    pressure[40] = pressure[38]
    bad = make_model(share=0.0, gas_pressure=pressure)
    residuals, summary = hydrostatic_tables({"test": {"pinn": [make_model(), bad, make_model()]}})
    assert residuals["unphysical"].tolist() == residuals["pressure_falls"].tolist() == [0, 1, 0]
    assert summary["unphysical"].tolist() == summary["pressure_falls"].tolist() == pytest.approx(4 * [1 / 3])
    form_c = summary[(summary["form"] == "C") & (summary["depths"] == "all")]
    assert np.isinf(form_c["max"].item())
    assert form_c["median"].item() < 1e-5


def test_real_models_reach_the_published_residuals(reference_data):
    """ATLAS-12's own models: form C 3e-4 dex and form I 3e-5 dex in the median, as measured apart from this code."""
    from kurucz_a1 import read_deck

    folder = reference_data / "atmospheres" / "atlas12_computed"
    models = [read_deck(path) for path in sorted(folder.glob("t057*.atm"))]
    _, summary = hydrostatic_tables({"ATLAS-12": {"ATLAS-12": models}})
    medians = summary[summary["depths"] == "all"].set_index("form")["median"]
    assert 1e-4 < medians["C"] < 1e-3  # a factor three either way: other models than those of the measurement
    assert 1e-5 < medians["I"] < 1e-4
