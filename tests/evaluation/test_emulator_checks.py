"""What the checks of an emulator say of models whose faults are known."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from kurucz_a1.atmosphere import stack
from kurucz_a1.dataset.split import split_variable
from kurucz_a1.emulator import Emulator, load_emulator
from kurucz_a1.evaluation import emulator_checks as checks
from kurucz_a1.evaluation import emulator_rows as rows_of
from kurucz_a1.evaluation import known_stars, solved_rows
from kurucz_a1.evaluation.claims import Claim, Verdict
from kurucz_a1.evaluation.derivative_table import FLOORS, compare, derivative_table
from kurucz_a1.evaluation.emulator_page import page
from kurucz_a1.evaluation.regions import distance_from_centre, errors_by_region
from kurucz_a1.evaluation.spectra import normalized_flux_differences
from kurucz_a1.evaluation.targets import as_table
from kurucz_a1.labels import Labels, LabelSpace
from kurucz_a1.settings import SolverOptions
from kurucz_a1.spectrum import synthesize
from kurucz_a1.spectrum.package_lines import read_package_lines

LOG_TAU = -6.875 + 0.125 * np.arange(80)
RANGES = np.array([3500.0, 4.0, 2.4, 0.6])


@pytest.fixture
def models(make_model):
    return stack([make_model(teff=teff) for teff in (5000.0, 5777.0, 6500.0)])


@pytest.fixture
def jacobian():
    """A smooth Jacobian of two models, the same for each label when this is counted in its range."""
    fields = 1.0 + np.arange(6.0)[:, None, None] + 0.1 * LOG_TAU
    return np.stack([fields / RANGES[:, None]] * 2)


def test_accuracy_is_of_the_depths_between_minus_five_and_two(models):
    off = replace(models, temperature=models.temperature * jnp.where(models.log_tau < -5.01, 2.0, 1.001))
    errors = checks.accuracy(models, off)
    assert errors["temperature"].shape == (3, 57)  # -5, -4.875 ... 2
    np.testing.assert_allclose(errors["temperature"], np.log(1.001))
    assert errors["gas_pressure"].max() == 0


def test_a_jacobian_off_by_a_factor_has_that_distance(jacobian):
    cells = compare(jacobian, 1.04 * jacobian, LOG_TAU, RANGES)
    assert cells.distance.shape == (2, 5, 4) and cells.counts.all() and cells.good.all()
    np.testing.assert_allclose(cells.distance, 0.04)


def test_a_jacobian_counts_between_minus_three_and_one(jacobian):
    inside = (LOG_TAU >= -3) & (LOG_TAU <= 1)
    assert compare(jacobian, np.where(inside, 1.0, 5.0) * jacobian, LOG_TAU, RANGES).distance.max() == 0
    assert compare(jacobian, np.where(inside, 5.0, 1.0) * jacobian, LOG_TAU, RANGES).distance.min() > 3.9


def test_a_derivative_that_is_next_to_nothing_is_not_judged(jacobian, models):
    exact = jacobian.copy()
    exact[:, 1, 3] *= 1e-6  # of temperature by the last label
    found = exact.copy()
    found[:, 1, 3] *= -3.0
    (row,) = rows_of.jacobian_rows("hydrostatic", models[np.array([0, 1])], exact, found, RANGES)
    assert row["worst"] == 0.0 and row["models"] == 2 and row["met"] == "yes"


NAMES = ("teff", "logg", "mixing_length", "fe_m")


def test_cells_of_derivatives_are_good_by_distance_and_cosine(jacobian):
    """Of two models, the second with derivatives by [Fe/M] that are off by 10 %, and by mixing length of another
    sign."""
    found = jacobian.copy()
    found[1, :, 3] *= 1.1
    found[1, :, 2] *= -1.0
    table = derivative_table(jacobian, found, LOG_TAU, NAMES, RANGES).set_index("labels")
    assert table.loc["main labels", ["cells", "good", "target"]].tolist() == [20, 1.0, 0.95]
    assert table.loc["abundances", ["cells", "good"]].tolist() == [10, 0.5]
    assert table.loc["fe_m", "distance_p95"] == pytest.approx(0.1)
    assert table.loc["mixing length", "good"] == 0.5 and table.loc["mixing_length", "distance_p95"] == pytest.approx(2)
    # along another profile of the same length: 4.5 % away in L2, good; 11 %, not
    away = np.cos(7.0 * LOG_TAU) / RANGES[:, None]
    for share, good in ((0.045, 1.0), (0.11, 0.0)):
        scale = share * np.linalg.norm(jacobian[..., 31:64], axis=-1) / np.linalg.norm(away[..., 31:64], axis=-1)
        turned = jacobian + scale[..., None] * away
        assert (derivative_table(jacobian, turned, LOG_TAU, NAMES, RANGES)["good"] == good).all()


def test_effects_below_the_floor_are_no_cells(jacobian):
    """Of one label the effect is just below the floor of each field, of another just above."""
    size = np.zeros_like(jacobian)
    for field, floor in zip(checks.JACOBIAN_FIELDS, FLOORS, strict=True):
        place = checks.FIELD_NAMES.index(field)
        size[:, place, 0] = 0.99 * floor / (0.5 * RANGES[0])
        size[:, place, 1] = 1.01 * floor / (0.5 * RANGES[1])
    table = derivative_table(size, size, LOG_TAU, NAMES, RANGES).set_index("labels")
    assert table["cells"].to_dict() == {
        "main labels": 10,
        "mixing length": 0,
        "abundances": 0,
        **{"teff": 0, "logg": 10, "mixing_length": 0, "fe_m": 0},
    }
    assert np.isnan(table.loc["abundances", "good"])


def test_errors_are_told_from_the_centre_to_the_corners(make_model):
    """Three models at 5000 K: amid the ranges of the other labels, half way out, in a corner; off by 1, 2 and 4 %."""
    box = {"teff": (5000.0, 5000.0), "logg_min_at_cool_edge": 3.0, "logg_min_at_hot_edge": 3.0, "logg_max": 5.0}
    space = LabelSpace.from_box({**box, "feh": (-1.0, 1.0), "teff": (4000.0, 6250.0)})
    models = stack([make_model(teff=5000.0, logg=4.0 + x, feh=x) for x in (0.0, -0.5, 1.0)])
    np.testing.assert_allclose(
        distance_from_centre(models, space), [0.0, np.sqrt(0.5 / 3.0), np.sqrt(2.0 / 3.0)], atol=1e-12
    )  # 5000 K is the middle of 4000 to 6250 K in its logarithm
    off = replace(models, temperature=models.temperature * jnp.array([[1.01], [1.02], [1.04]]))
    table = errors_by_region(models, off, space).set_index("region")
    thirds = table.loc[["third nearest to the centre", "middle third", "third nearest to the corners"]]
    np.testing.assert_allclose(thirds["temperature_median"], np.log([1.01, 1.02, 1.04]))
    assert thirds["models"].tolist() == [1, 1, 1] and (table["gas_pressure_p95"] == 0.0).all()
    assert table.loc["4500 to 8000 K", "models"] == 3 and "above 8000 K" not in table.index


def test_derivatives_at_known_stars_are_those_of_the_solver_within(monkeypatch):
    """In place of the solver's the emulator's own, of which those by log g are off by 3 %."""
    emulator = load_emulator()

    def solved(labels, by, options):
        own = emulator.jacobian(labels)
        factor = jnp.where(jnp.arange(len(by)) == by.index("logg"), 1.0 / 1.03, 1.0)[:, None]
        fields = {name: getattr(own, name) * factor for name in checks.FIELD_NAMES}
        return emulator(labels), replace(own, **fields)

    monkeypatch.setattr(known_stars, "solve_with_jacobian", solved)
    seen = []
    table = known_stars.known_stars(emulator, SolverOptions(), seen.append).set_index(["star", "label"])
    assert seen == ["Sun", "metal-poor giant", "Arcturus"]
    np.testing.assert_allclose(table.loc[("Sun", "logg"), "gas_pressure"], 0.03, rtol=1e-6)
    assert table.loc[("Sun", "teff")].max() < 1e-9
    outside = replace(known_stars.STARS["Sun"], logg=7.0)
    monkeypatch.setattr(known_stars, "STARS", {"white dwarf": outside})
    assert known_stars.known_stars(emulator, SolverOptions()).empty


@pytest.fixture
def solver_off(monkeypatch):
    """A function that puts in place of the solver the package's emulator with temperatures off by a factor."""

    def put(factor):
        def solved(labels, options):
            model = load_emulator()(labels)
            return replace(model, temperature=model.temperature / factor)

        monkeypatch.setattr(solved_rows, "solve", solved)

    return put


def test_usual_stars_are_compared_with_models_of_the_solver(solver_off):
    solver_off(1.001)
    lines = []
    table = solved_rows.usual_stars(load_emulator(), SolverOptions(), count=3, seed=1, report=lines.append)
    table = table.set_index("quantity")
    row = table.loc["hydrostatic: abs(Delta ln T), -5 <= log tau <= 2, usual stars"]
    assert row["models"] == 3 and len(lines) == 3 and row["met"] == "no"
    # a model alone and one of several differ by the rounding of the network, float32
    np.testing.assert_allclose(row[["median", "worst"]].astype(float), 100 * np.log(1.001), rtol=1e-3)
    assert (table.drop(row.name)["worst"] < 1e-3).all()


def test_the_distance_from_atlas12_is_beside_the_solvers(solver_off):
    """T of the deck is the emulator's: the solver, 0.2 % off, is further, and the number is negative."""
    solver_off(1.002)
    emulator = load_emulator()
    deck = emulator(teff=5777.0, logg=4.44)
    decks = [("sun.atm", deck), ("hot.atm", replace(deck, teff=25000.0))]
    table = solved_rows.further_from_atlas12(emulator, decks, SolverOptions(), report=print)
    row = table.iloc[0]
    assert len(table) == 1 and row["models"] == 1 and row["worst_case"] == "sun.atm" and row["met"] == "yes"
    np.testing.assert_allclose(row["worst"], -100 * np.log(1.002), rtol=1e-6)
    assert solved_rows.further_from_atlas12(emulator, [], SolverOptions()).empty


def test_spectra_differ_as_their_structures_do(models):
    """Of the middle one of three stars every T is 1 % off; ``synthesize`` gives the same difference."""
    off = replace(models, temperature=models.temperature * jnp.array([[1.0], [1.01], [1.0]]))
    found = normalized_flux_differences(models, off)
    assert found[0] == found[2] == 0.0
    wavelength = np.arange(6400.0, 6500.01, 0.05)
    pair = [synthesize(star[1], wavelength, read_package_lines()).normalized for star in (models, off)]
    np.testing.assert_allclose(found[1], np.sqrt(np.mean((pair[0] - pair[1]) ** 2)), rtol=1e-6)
    assert found[1] > 1e-4
    row = as_table([rows_of.spectrum_row("hydrostatic", models, off)]).iloc[0]
    assert row["median"] == 0.0 and row["worst"] == found[1] and row["met"] == "yes"


class Interpolated(Emulator):
    """A stand-in for an emulator whose pressure depends on the depths that are asked for, by a factor."""

    def __init__(self, model, factor):
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "factor", factor)

    def __call__(self, labels, log_tau=None):
        depths = LOG_TAU if log_tau is None else np.asarray(log_tau)
        factor = 1.0 if log_tau is None else self.factor
        fields = {
            name: np.exp(np.interp(depths, LOG_TAU, np.log(getattr(self.model, name))))[None]
            for name in checks.FIELD_NAMES
        }
        fields["gas_pressure"] = factor * fields["gas_pressure"]
        return replace(self.model, log_tau=depths, **fields)


def test_dependence_on_the_depths_asked_for_is_seen(make_model):
    for factor, expected in ((1.0, 0.0), (1.002, 0.002)):
        found = checks.same_on_other_depths(Interpolated(make_model(), factor), Labels(teff=[5777.0], logg=[4.44]))
        np.testing.assert_allclose(found, [expected], atol=1e-12)


def test_exceptions_are_counted(models):
    assert not checks.exceptions(models).any()
    pressure = np.array(models.gas_pressure)
    pressure[1, 40] = pressure[1, 39]
    opacity = np.array(models.rosseland_opacity)
    opacity[2, 3] = np.nan
    bad = replace(models, gas_pressure=pressure, rosseland_opacity=opacity)
    assert checks.exceptions(bad).tolist() == [False, True, True]
    acceleration = np.array(models.radiative_acceleration)
    acceleration[1, 39] = 2.0 * 10.0 ** models.logg[1]  # there pressure may fall
    assert checks.exceptions(replace(bad, radiative_acceleration=acceleration)).tolist() == [False, False, True]
    mass = np.array(models.column_mass)
    mass[0, 7] = mass[0, 6]
    assert checks.exceptions(replace(models, column_mass=mass)).tolist() == [True, False, False]


def test_fine_depths_have_the_step_asked_for():
    steps = np.diff(checks.fine_log_tau())
    np.testing.assert_allclose(steps, 0.0125)


def test_rows_have_targets_of_the_hydrostatic_network_alone(models):
    off = replace(models, temperature=1.001 * models.temperature)
    mine, papers = (
        as_table(rows_of.accuracy_rows(kind, models, off)).set_index("quantity") for kind in ("hydrostatic", "mlp")
    )
    row = mine.loc["hydrostatic: abs(Delta ln T), -5 <= log tau <= 2"]
    assert row["median"] == pytest.approx(100 * np.log(1.001)) and row["target_median"] == 0.03 and row["met"] == "no"
    assert mine.loc["hydrostatic: abs(Delta ln P), -5 <= log tau <= 2"]["met"] == "yes"
    assert (papers["met"] == "").all()
    assert rows_of.form_c_row("solver", models, {"median": 1e-4}, "itself")["met"] == "yes"


def test_page_holds_every_table(models, jacobian):
    checked = as_table(
        rows_of.accuracy_rows("hydrostatic", models, models)
        + rows_of.jacobian_rows("hydrostatic", models[np.array([0, 1])], jacobian, jacobian, RANGES)
    )
    fields = {f"{name}_{part}": [0.01, 0.001] for name in checks.FIELD_NAMES for part in ("median", "p95")}
    growth = pd.DataFrame({"models": [25, 50], "tested_on": 12, **fields})
    dataset = models.to_dataset().assign(split=split_variable(np.array([0, 1, 2]), 1))
    made = {
        "models": {"training": 1},
        "best_epoch": 7,
        "epochs": 9,
        "options": {"width": 8, "learning_rate": 0.01, "mistakes": ["a", "b"], "keep": "last"},
    }
    emulators = {"hydrostatic": {"network": {"parameters": 1234}, "provenance": made}}
    space = LabelSpace.of_models(models.labels)
    text = page(
        checks=checked,
        regions=errors_by_region(models, models, space),
        derivatives=derivative_table(jacobian, jacobian, LOG_TAU, NAMES, RANGES),
        stars=pd.DataFrame(
            {
                "star": "Sun",
                "label": ["teff", "c_m", "o_m", "fe_m"],
                **{name: [0.011, 0.02, 0.03, np.nan] for name in checks.JACOBIAN_FIELDS},
            }
        ),
        counts=growth.assign(models=[300, 1000], derivatives=[False, True]),
        growth=growth,
        claims=[Claim(1, "It emulates.", Verdict("holds", "By 1 %."), Verdict("cannot be told", "By 2 %."), "Sure.")],
        emulators=emulators,
        dataset=dataset,
        figures=[("images/a.png", "What is seen. And more.")],
    )
    assert "| `hydrostatic` | 1,234 | 1 models | 7 of 9 | width 8, learning_rate 0.01, mistakes 2, keep last |" in text
    assert "| all | 3 | 0 (0) | 0 (0) |" in text
    assert "T by 0.05 %, m by 0.3 % and another field by\n0.5 % or more" in text
    assert "| abundances | 10 | 100 | 90 | 0 | 0 |" in text and "| fe_m | 10 | 100 |  | 0 | 0 |" in text
    assert "| Sun | teff | 1.1 | 1.1 |" in text and "| Sun | abundances | 2.5 | 2.5 |" in text
    assert "tested on 12 others" in text and "| 25 | 1 (1) |" in text
    assert "| 300 | without | 1 (1) |" in text and "| 1000 | with | 0.1 (0.1) |" in text
    assert "blocks of label space" in text
    assert "1. It emulates.\n   - As published: **holds**. By 1 %.\n   - Mended: **cannot be told**. By 2 %.\n" in text
    assert "![What is seen](images/a.png)" in text
    assert "nan" not in text
