"""Verdicts on the paper's claims follow from the numbers by rules of docs/claims.md, and may come out either way."""

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.evaluation.claims import (
    AS_PUBLISHED,
    FAILS,
    HOLDS,
    IN_PART,
    NEAREST_IN_GRID,
    UNDECIDED,
    UNTESTED,
    Order,
    Value,
    claims,
    irradiance_ratios,
    order,
)

FIELDS = ("temperature", "gas_pressure", "rosseland_opacity")


def spread(table, width=0.05):
    """With 95 % intervals of this relative half-width."""
    ends = {
        f"{name}_{end}": table[name] * (1 + sign * width)
        for name in ("median", "p95")
        for end, sign in (("low", -1), ("high", 1))
    }
    return table.assign(**ends)


def accuracy(width=0.05, **medians):
    """Errors of systems, the 95th percentile three times the median, unless a pair is given."""
    rows = []
    for system, given in medians.items():
        median, p95 = given if isinstance(given, tuple) else (given, 3 * given)
        rows += [{"system": system, "field": field, "median": median, "p95": p95} for field in FIELDS]
    return spread(pd.DataFrame(rows), width)


def residuals(width=0.05, atlas12=3e-4, bar=0.1, pressure_falls=(0.0, 0.3), **medians):
    """Residuals of systems in the box and at the labels of ATLAS-12's models; shares of pressure_falls models."""
    shares = dict(zip(("pinn", "mlp"), pressure_falls, strict=True))
    systems = [("box", name, value) for name, value in medians.items()]
    systems += [("ATLAS-12", name, value) for name, value in medians.items()]
    systems += [("ATLAS-12", "ATLAS-12", atlas12), ("ATLAS-12", AS_PUBLISHED, bar)]
    rows = [
        {"label_set": label_set, "system": system, "form": form, "depths": depths, "models": 2000, "median": median}
        | {"p95": 3 * median, "pressure_falls": shares.get(system, 0.0)}
        for label_set, system, median in systems
        for form, depths in (("C", "all"), ("C", "trained"), ("I", "all"), ("published", "trained"))
    ]
    return spread(pd.DataFrame(rows), width)


def timing(seconds=1e-3):
    return pd.DataFrame(
        {"system": ["pinn", "solver"], "models": [1000, 1], "seconds_per_model": [seconds, 3.0], "seconds": [1.0, 3.0]}
    )


def verdicts(number, **tables):
    claim = claims(tables)[number - 1]
    assert "nan" not in claim.published.evidence + claim.mended.evidence
    return claim.published.verdict, claim.mended.verdict


def published(number, **tables):
    return verdicts(number, **tables)[0]


def mended(number, **tables):
    return verdicts(number, **tables)[1]


def test_without_tables_nothing_is_tested():
    found = claims({})
    assert {claim.published.verdict for claim in found} == {claim.mended.verdict for claim in found} == {UNTESTED}
    assert [claim.number for claim in found] == [1, 2, 3, 4, 5]


def test_values_differ_where_their_intervals_do_not_overlap():
    one = Value(1.0, 0.9, 1.1)
    assert order(one, Value(2.0, 1.2, 3.0)) is Order.SMALLER
    assert order(Value(2.0, 1.2, 3.0), one) is Order.LARGER
    assert order(one, Value(1.2, 1.05, 1.4)) is Order.ALIKE


@pytest.mark.parametrize(("median", "expected"), [(0.002, HOLDS), (0.02, FAILS), (0.0101, UNDECIDED)])
def test_emulation_as_published_is_a_matter_of_one_per_cent(median, expected):
    assert published(1, accuracy_summary=accuracy(published=median)) == expected


@pytest.mark.parametrize(
    ("pinn", "interpolation", "expected"),
    [
        (0.002, 0.01, HOLDS),
        (0.01, 0.002, FAILS),
        (0.01, 0.0101, UNDECIDED),
        ((0.01, 0.02), (0.002, 0.1), IN_PART),  # a smaller tail, a larger median
    ],
)
def test_a_network_must_beat_what_needs_none(pinn, interpolation, expected):
    table = accuracy(pinn=pinn, interpolation=interpolation, polynomial=0.5)
    assert mended(1, accuracy_summary=table) == expected


def test_the_better_baseline_counts():
    assert mended(1, accuracy_summary=accuracy(pinn=0.01, interpolation=0.5, polynomial=0.002)) == FAILS
    assert mended(1, accuracy_summary=accuracy(pinn=0.01)) == UNTESTED


@pytest.mark.parametrize(
    ("network", "seconds", "expected"),
    [(0.01, 1e-3, HOLDS), (0.01, 1.0, IN_PART), (0.05, 1e-3, FAILS), (0.0345, 1e-3, UNDECIDED)],
)
def test_as_published_the_constraint_must_help_by_half(network, seconds, expected):
    tables = {"hydrostatic_summary": residuals(published=network, mlp=0.05), "timing": timing(seconds)}
    assert published(2, **tables) == expected


@pytest.mark.parametrize(
    ("pinn", "pressure_falls", "cost", "seconds", "expected"),
    [
        (0.01, (0.0, 0.3), 1.0, 1e-3, HOLDS),
        (0.01, (0.0, 0.3), 1.0, 1.0, IN_PART),  # slow
        (0.01, (0.1, 0.1), 1.0, 1e-3, IN_PART),  # closer, but no steadier
        (0.02, (0.0, 0.3), 1.0, 1e-3, IN_PART),  # steadier, but no closer
        (0.01, (0.0, 0.3), 1.3, 1e-3, FAILS),  # bought with accuracy
        (0.04, (0.2, 0.1), 1.0, 1e-3, FAILS),
        (0.02, (0.1, 0.1), 1.0, 1e-3, UNDECIDED),
        (0.017, (0.0, 0.1), 1.0, 1e-3, UNDECIDED),  # another training may have it otherwise
    ],
)
def test_the_constraint_must_help_at_no_cost(pinn, pressure_falls, cost, seconds, expected):
    tables = {
        "hydrostatic_summary": residuals(pinn=pinn, mlp=0.02, pressure_falls=pressure_falls),
        "accuracy_summary": accuracy(pinn=0.01 * cost, mlp=0.01),
        "timing": timing(seconds),
    }
    assert mended(2, **tables) == expected


def test_no_pressure_falls_model_of_few_proves_little():
    """None of 20 and 6 of 20 are not told apart; none and 600 of 2000 are."""
    tables = {"accuracy_summary": accuracy(pinn=0.01, mlp=0.01), "timing": timing()}
    table = residuals(pinn=0.02, mlp=0.02)
    assert mended(2, hydrostatic_summary=table, **tables) == IN_PART
    assert mended(2, hydrostatic_summary=table.assign(models=20), **tables) == UNDECIDED


@pytest.mark.parametrize(("network", "expected"), [(0.033, HOLDS), (0.3, FAILS), (0.1, UNDECIDED), (0.08, UNDECIDED)])
def test_the_published_bar_decides_the_published_claim(network, expected):
    assert published(3, hydrostatic_summary=residuals(published=network)) == expected


def test_a_network_at_the_published_residual_is_not_superior():
    """0.033 dex against ATLAS-12's own 3e-4 dex."""
    claim = claims({"hydrostatic_summary": residuals(pinn=0.033)})[2]
    assert claim.mended.verdict == FAILS
    assert "0.033 (0.026 to 0.04) dex and 0.0003 (" in claim.mended.evidence


def test_superior_means_in_both_forms_and_in_the_tail():
    better = residuals(pinn=1e-5)
    assert mended(3, hydrostatic_summary=better) == HOLDS
    tail = (better["system"] == "pinn") & (better["form"] == "C")
    better.loc[tail, ["p95", "p95_low", "p95_high"]] = 1.0
    assert mended(3, hydrostatic_summary=better) == IN_PART
    assert mended(3, hydrostatic_summary=residuals(pinn=3e-4)) == UNDECIDED


def trials(pinn, mlp=0.02, error=0.0005):
    """A summary of trials; every score is the same number."""
    names = [f"test_{field}_{part}" for field in FIELDS for part in ("median", "p95")]
    names += [f"{start}_{part}" for start in ("form_c", "published") for part in ("median", "p95")]
    rows = [
        {"group": group, "kind": kind, "seeds": 3} | dict.fromkeys((*names, "pressure_falls"), value)
        for group, kind, value in (
            ("own", "pinn", pinn),
            ("own", "published", pinn),
            ("own", "mlp", mlp),
            ("alpha", "pinn", 9.0),
            ("baselines", "interpolation", 0.02),
            ("baselines", "polynomial", 0.03),
        )
    ]
    return pd.DataFrame(rows).assign(**{f"{name}_error": error for name in (*names, "pressure_falls")})


def test_trials_with_their_seeds_decide_where_they_were_made():
    tables = {
        "trials": trials(0.001, error=1e-4),
        "accuracy_summary": accuracy(pinn=0.5, interpolation=0.1),
        "timing": timing(),
    }
    assert verdicts(1, **tables) == (HOLDS, HOLDS)
    assert verdicts(2, **tables) == (HOLDS, HOLDS)
    assert "3 seeds" in claims(tables)[0].certainty
    assert verdicts(1, trials=trials(0.03)) == (FAILS, FAILS)
    assert mended(1, trials=trials(0.0195)) == UNDECIDED


def energy(pinn, atlas):
    """Irradiance whose ratio to the observed one changes over the bands by these slopes."""
    first = np.arange(400.0, 1600.0, 10.0)
    table = pd.DataFrame({"first_nm": first, "last_nm": first + 10.0, "astm_g173": 1.5})
    wave = np.linspace(-1.0, 1.0, len(first))
    return table.assign(**{"pinn": 1.5 * (1 + pinn * wave), "ATLAS-12": 1.5 * (1 + atlas * wave)})


def noisy(table, size):
    """The same noise of the frequency sample in both models."""
    noise = size * np.random.default_rng(3).normal(size=len(table))
    return table.assign(**{model: table[model] + noise for model in ("pinn", "ATLAS-12")})


@pytest.mark.parametrize(("pinn", "atlas", "expected"), [(0.01, 0.05, HOLDS), (0.05, 0.01, FAILS)])
def test_the_shape_of_the_irradiance_counts(pinn, atlas, expected):
    assert mended(4, solar_energy=noisy(energy(pinn, atlas), 0.005)) == expected


def test_what_noise_hides_cannot_be_told():
    """A slope of 2 % against 2.1 %, with 20 % noise a band of 10 nm, 6 % in one of 100 nm."""
    assert mended(4, solar_energy=noisy(energy(0.02, 0.021), 0.3)) == UNDECIDED


def test_a_brighter_sun_is_no_better_one():
    """The total flux is scaled out: a structure that lacks 5 % of it at all wavelengths is as good as before."""
    table = noisy(energy(0.01, 0.05), 0.005)
    assert mended(4, solar_energy=table.assign(pinn=0.95 * table["pinn"])) == HOLDS


def window(pinn, atlas, error):
    return pd.DataFrame(
        {
            "model": ["ATLAS-12", "pinn", "published", NEAREST_IN_GRID],
            "rms_against_observed": [atlas, pinn, pinn, atlas],
            "error_of_rms": [0.0, error, error, error],
        }
    )


def test_distances_in_the_window_must_differ_by_twice_their_error():
    assert mended(4, solar_summary=window(0.010, 0.012, 0.002)) == UNDECIDED
    assert verdicts(4, solar_summary=window(0.010, 0.020, 0.002)) == (HOLDS, HOLDS)
    assert verdicts(4, solar_summary=window(0.020, 0.010, 0.002)) == (FAILS, FAILS)


def test_comparisons_that_contradict_each_other_hold_in_part():
    tables = {"solar_energy": noisy(energy(0.01, 0.05), 0.005), "solar_summary": window(0.02, 0.01, 0.001)}
    assert mended(4, **tables) == IN_PART


def test_a_window_without_observation_says_nothing():
    alone = window(0.01, 0.02, 0.02).drop(columns="rms_against_observed")
    assert verdicts(4, solar_summary=alone) == (UNTESTED, UNTESTED)


def test_bands_are_joined_by_their_sums():
    table = energy(0.0, 0.0).assign(**{"pinn": 1.65, "ATLAS-12": 1.35})
    table.loc[0, "pinn"] = np.nan
    ratios = irradiance_ratios(table, ["pinn", "ATLAS-12"])
    assert ratios["wavelength"].tolist() == [450.0 + 100.0 * number for number in range(12)]
    assert np.allclose(ratios["pinn"], 1.1)
    assert np.allclose(ratios["ATLAS-12"], 0.9)


@pytest.mark.parametrize(
    ("pinn", "atlas", "expected"),
    [(0.069, 0.070, UNDECIDED), (0.060, 0.090, HOLDS), (0.090, 0.060, FAILS)],
)
def test_widths_must_differ_by_twice_their_error(pinn, atlas, expected):
    rows = {"model": ["ATLAS-12", "pinn"], "rms": [atlas, pinn], "lines": 89, "error_of_rms": [0.0, 0.002]}
    assert mended(4, solar_widths_summary=pd.DataFrame(rows)) == expected


@pytest.mark.parametrize(("others", "expected"), [((0.0736, 0.0732), HOLDS), ((0.0805, 0.0773), UNDECIDED)])
def test_a_training_that_came_closer_by_chance_decides_nothing(others, expected):
    """The network is closer by 0.004 dex, 2.3 times the error from the lines: what do its other trainings say?"""
    rows = {"model": ["ATLAS-12", "pinn", "published", "mlp"], "rms": [0.0769, 0.0730, *others]}
    table = pd.DataFrame(rows | {"lines": 89, "error_of_rms": [0.0, 0.0017, 0.0025, 0.0017]})
    assert mended(4, solar_widths_summary=table) == expected


def test_without_an_observed_spectrum_the_published_claim_rests_on_widths():
    rows = {"model": ["published", NEAREST_IN_GRID], "rms": [0.06, 0.07], "lines": 89, "error_of_rms": 0.002}
    assert published(4, solar_widths_summary=pd.DataFrame(rows)) == HOLDS
    assert published(4, solar_widths_summary=pd.DataFrame(rows | {"rms": [0.08, 0.07]})) == FAILS


def pulls(mean, scatter, count=50):
    rows = {"parameter": ["teff", "rv"], "stars": "all", "count": count, "pull_mean": [mean, 9.0]}
    rows |= {"pull_scatter": [scatter, 9.0], "pull_mean_error": scatter / count**0.5}
    return pd.DataFrame(rows | {"pull_scatter_error": scatter / (2.0 * count) ** 0.5})


def calibration(after):
    row = {"stars": 30, "lines": 27, "lines_with_signal": 9, "lines_unconstrained": 5, "rms_before_with_signal": 0.2}
    return pd.DataFrame([row | {"rms_after_with_signal": after}])


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"pulls": pulls(0.1, 1.1), "calibration": calibration(0.015)}, HOLDS),
        ({"pulls": pulls(0.1, 1.1)}, HOLDS),
        ({"pulls": pulls(0.3, 1.1)}, UNDECIDED),  # 0.1 beyond, 0.16 uncertain
        ({"pulls": pulls(0.1, 1.7), "calibration": calibration(0.015)}, IN_PART),
        ({"pulls": pulls(0.8, 1.1), "calibration": calibration(0.03)}, FAILS),
        ({"pulls": pulls(3.0, 4.0, count=2)}, UNDECIDED),
        ({"pulls": pulls(0.1, 1.1).iloc[1:]}, UNDECIDED),  # no label was free
    ],
)
def test_optimisation_is_judged_where_it_was_made(tables, expected):
    assert verdicts(5, **tables) == (UNTESTED, expected)
