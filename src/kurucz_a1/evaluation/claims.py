"""Verdicts on the paper's claims, computed from the tables of a run.

The claims are those of the abstract of Li, Jian, Ting & Green 2025 (arXiv:2507.06357), in our words. Each verdict
follows from thresholds stated here, so that another run may give another verdict.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from kurucz_a1.labels import LABEL_NAMES

HOLDS, IN_PART, FAILS, UNTESTED = "holds", "holds in part", "does not hold", "not tested"
UNDECIDED = "cannot be told"

Tables = Mapping[str, pd.DataFrame]

# Different opacity samplings of one program agree to 1 % in temperature.
TEMPERATURE_LIMIT = 0.01
# A useful network is this many times faster than the solver.
SPEED_LIMIT = 100.0
# A useful constraint divides the residual of the unconstrained network by this.
GAIN_LIMIT = 1.5
# Two distances from the Sun differ if their difference is this many times its error.
ERRORS_APART = 2.0
# Limits on the pulls of labels with honest errors: mean, and range of the scatter.
PULL_MEAN, PULL_SCATTER = 0.2, (0.8, 1.2)
FEWEST_STARS = 20  # for a verdict
# dex: line strengths are recovered if those with signal are right to this.
LOG_GF_LIMIT = 0.02
# nm: wide enough for the sampled frequencies to give a mean to a few per cent.
BROAD_BAND = 100.0


class Claim(NamedTuple):
    """One claim of the paper: its number and statement, the verdict, and the numbers behind the verdict."""

    number: int
    statement: str
    verdict: str
    evidence: str


def claims(tables: Tables) -> list[Claim]:
    """The five claims with their verdicts.

    - ``tables``: of a run, by name: hydrostatic_summary, accuracy_summary, atlas12_summary, timing, solar_summary,
      solar_effects, solar_energy, solar_widths_summary, solar_widths_effects, pulls, calibration, with the columns that
      evaluation, spectrum and inference give them. A claim whose tables are missing or empty is untested.
    """
    judged = (_emulates, _consistent_and_fast, _superior, _closer_to_sun, _optimises)
    return [judge(tables) for judge in judged]


def _emulates(tables: Tables) -> Claim:
    statement = "A physics-informed network emulates 1-D LTE model atmospheres."
    accuracy = _table(tables, "accuracy_summary")
    row = _row(accuracy, system="pinn", field="temperature")
    if row is None:
        return Claim(1, statement, UNTESTED, "No table of the network's accuracy.")
    verdict = HOLDS if row["median"] < TEMPERATURE_LIMIT else FAILS
    evidence = (
        f"On {row['models']:.0f} test models of this run's own solver, which the network never saw, the median error "
        f"of T is {_percent(row['median'])} (95th percentile {_percent(row['p95'])}); the limit is "
        f"{_percent(TEMPERATURE_LIMIT)}."
    )
    for field, name in (("gas_pressure", "gas pressure"), ("rosseland_opacity", "Rosseland opacity")):
        other = _row(accuracy, system="pinn", field=field)
        if other is not None:
            evidence += f" Median error of {name}: {_percent(other['median'])}."
    real = _row(_table(tables, "atlas12_summary"), system="pinn", field="temperature")
    if real is not None:
        evidence += (
            f" Against {real['models']:.0f} real ATLAS-12 models at the same labels the rms error of T over "
            f"-4 <= log tau <= 1.5 is {_percent(real['median'])} in the median and {_percent(real['worst'])} at worst."
        )
    return Claim(1, statement, verdict, evidence)


def _consistent_and_fast(tables: Tables) -> Claim:
    statement = (
        "Hydrostatic equilibrium as a constraint in training gives a differentiable structure solver that stays "
        "physical and is fast."
    )
    summary = _table(tables, "hydrostatic_summary")
    label_set = "box" if _row(summary, label_set="box", system="pinn") is not None else "test"
    pinn, mlp = (_row(summary, label_set=label_set, system=system, form="C") for system in ("pinn", "mlp"))
    if pinn is None or mlp is None:
        return Claim(2, statement, UNTESTED, "No table of the networks' hydrostatic residuals.")
    gain = mlp["median"] / pinn["median"]
    evidence = (
        f"Form C, median and 95th percentile: {_dex(pinn['median'])} and {_dex(pinn['p95'])} with the constraint, "
        f"{_dex(mlp['median'])} and {_dex(mlp['p95'])} without: a gain of {gain:.2f} in the median; "
        f"{GAIN_LIMIT:g} is required."
    )
    constrained, fast = gain >= GAIN_LIMIT and pinn["p95"] < mlp["p95"], True
    speed = _speed_up(_table(tables, "timing"))
    if speed is not None:
        fast = speed > SPEED_LIMIT
        evidence += f" Per model, the network is {speed:.0f} times faster than the solver, in its largest timed batch."
    evidence += " Derivatives come from automatic differentiation; their accuracy is not judged here."
    verdict = HOLDS if constrained and fast else IN_PART if constrained or (fast and speed is not None) else FAILS
    return Claim(2, statement, verdict, evidence)


def _superior(tables: Tables) -> Claim:
    statement = "The network is closer to hydrostatic equilibrium than ATLAS-12's own models."
    summary = _table(tables, "hydrostatic_summary")
    better, sentences = [], []

    def network(system: str, form: str) -> pd.Series | None:
        """At the labels of the ATLAS-12 models if evaluated there, else at the test labels."""
        row = _row(summary, label_set="ATLAS-12", system=system, form=form)
        return row if row is not None else _row(summary, label_set="test", system=system, form=form)

    for form in ("C", "I"):
        pinn = network("pinn", form)
        atlas = _row(summary, label_set="ATLAS-12", system="ATLAS-12", form=form)
        if pinn is None or atlas is None:
            continue
        better += [pinn["median"] < atlas["median"], pinn["p95"] < atlas["p95"]]
        sentences.append(
            f"Form {form}, median and 95th percentile: network {_dex(pinn['median'])} and {_dex(pinn['p95'])}, "
            f"ATLAS-12 {_dex(atlas['median'])} and {_dex(atlas['p95'])}."
        )
        ours = network("hydrostatic", form)
        if ours is not None:
            sentences.append(
                f"(Not the paper's: a network in equilibrium by construction, {_dex(ours['median'])} and "
                f"{_dex(ours['p95'])}.)"
            )
    if not better:
        return Claim(3, statement, UNTESTED, "No hydrostatic residuals of both the network and ATLAS-12.")
    verdict = HOLDS if all(better) else IN_PART if any(better) else FAILS
    sentences.append("Each system is judged by its own fields, radiation pressure included.")
    return Claim(3, statement, verdict, " ".join(sentences))


def _closer_to_sun(tables: Tables) -> Claim:
    statement = "The network's solar spectrum agrees better with the observed Sun than that of ATLAS-12."
    comparisons = [entry for entry in (_in_window(tables), _in_widths(tables), _in_irradiance(tables)) if entry]
    if not comparisons:
        return Claim(4, statement, UNTESTED, "No spectra of both structures and of the observed Sun.")
    closer = [entry.pinn < entry.atlas for entry in comparisons if entry.told_apart]
    verdict = UNDECIDED if not closer else HOLDS if all(closer) else IN_PART if any(closer) else FAILS
    sentences = [
        f"{entry.description}: rms difference from the observed Sun {entry.pinn:.3g}{entry.unit} with the network's "
        f"structure, {entry.atlas:.3g}{entry.unit} with ATLAS-12's, both through the same synthesis; {entry.remark}."
        for entry in comparisons
    ]
    return Claim(4, statement, verdict, " ".join(sentences))


class _Comparison(NamedTuple):
    """Distances (rms) of two spectra from the observed Sun, and whether they differ significantly."""

    description: str
    pinn: float
    atlas: float
    told_apart: bool
    remark: str
    unit: str = ""


def _in_window(tables: Tables) -> _Comparison | None:
    """Normalised lines: the effect of the structure must exceed that of the choices common to all spectra."""
    summary, effects = _table(tables, "solar_summary"), _table(tables, "solar_effects")
    pinn, atlas = (_row(summary, model=model) for model in ("pinn", "ATLAS-12"))
    if pinn is None or atlas is None or "rms_against_observed" not in pinn:
        return None
    distances = pinn["rms_against_observed"], atlas["rms_against_observed"]
    described = "Normalised flux in the window"
    if effects is None:
        return _Comparison(described, *distances, True, "the effect of the choices in the synthesis is unknown")
    largest = effects.loc[effects["rms"].idxmax()]
    told_apart = pinn["rms_against_reference"] > largest["rms"]
    remark = (
        f"the structures differ by {pinn['rms_against_reference']:.2g}, a change of {largest['effect']} gives "
        f"{largest['rms']:.2g}"
    )
    return _Comparison(described, *distances, bool(told_apart), remark)


def _in_widths(tables: Tables) -> _Comparison | None:
    """Equivalent widths of unblended lines: as for the window; the difference must also exceed its own error, from the
    scatter of the lines."""
    summary, effects = _table(tables, "solar_widths_summary"), _table(tables, "solar_widths_effects")
    pinn, atlas = (_row(summary, model=model) for model in ("pinn", "ATLAS-12"))
    if pinn is None or atlas is None or effects is None:
        return None
    largest = effects.loc[effects["rms"].idxmax()]
    difference = abs(pinn["rms"] - atlas["rms"])
    told_apart = difference > ERRORS_APART * pinn["error_of_rms"] and pinn["against_reference"] > largest["rms"]
    remark = (
        f"the error of their difference is {_dex(pinn['error_of_rms'])}; the structures change a line by "
        f"{_dex(pinn['against_reference'])}, {largest['effect']} by {_dex(largest['rms'])}"
    )
    described = f"Equivalent widths of {pinn['lines']:.0f} lines, as changes of log gf"
    return _Comparison(described, pinn["rms"], atlas["rms"], bool(told_apart), remark, " dex")


def _in_irradiance(tables: Tables) -> _Comparison | None:
    """Broad bands: the difference must exceed the noise of the frequency sample, which both spectra share, and the
    error of either structure's total flux. With opacities other than its own, or if emulated, a structure lacks the
    flux of its effective temperature, and a spectrum that is brighter for this reason is not better."""
    energy = _table(tables, "solar_energy")
    if energy is None or not {"pinn", "ATLAS-12"} <= set(energy):
        return None
    ratios = irradiance_ratios(energy, ("pinn", "ATLAS-12"))
    pinn, atlas = ratios["pinn"] - 1.0, ratios["ATLAS-12"] - 1.0
    distances = float((pinn**2).mean() ** 0.5), float((atlas**2).mean() ** 0.5)
    # error of the mean square's difference, mean of (pinn - atlas)(pinn + atlas), from that of each band's ratio
    noise = 2.0 * ((pinn - atlas) * ratios["error"]).pow(2).sum() ** 0.5 / len(ratios)
    error = noise / max(sum(distances), 1e-12)
    difference = abs(distances[0] - distances[1])
    told_apart, remark = difference > ERRORS_APART * error, f"the error of their difference is {error:.1g}"
    if "solver" in energy:  # its flux is constant with these opacities
        complete = energy.dropna(subset=["solver", "pinn", "ATLAS-12"])
        totals = complete[["pinn", "ATLAS-12"]].sum() / complete["solver"].sum() - 1.0
        told_apart &= difference > totals.abs().max()
        remark += (
            f", and their total fluxes are {_percent(abs(totals['pinn']))} and {_percent(abs(totals['ATLAS-12']))} "
            "off that of a model of constant flux, which the difference must exceed too"
        )
    described = f"Relative irradiance (ASTM G173) in bands of {BROAD_BAND:.0f} nm"
    return _Comparison(described, *distances, bool(told_apart), remark)


def irradiance_ratios(energy: pd.DataFrame, models: Sequence[str], width: float = BROAD_BAND) -> pd.DataFrame:
    """Ratio of the models' irradiance to the observed one in broad bands.

    - ``energy``: table of ``spectrum.comparison.compare_irradiance``; joining its bands removes most of the noise of
      the frequency sample.
    - ``models``: columns of the table.
    - ``width``: of a band, nm.

    Columns: wavelength (nm, middle of the band), one per model, and error, the standard error of the last model's ratio
    from its scatter over the joined bands (that of all bands where only one is joined).
    """
    middle = 0.5 * (energy["first_nm"] + energy["last_nm"])
    energy = energy.assign(wavelength=(middle // width + 0.5) * width)
    energy = energy.dropna(subset=["astm_g173", *models])
    bands = energy.assign(ratio=energy[models[-1]] / energy["astm_g173"]).groupby("wavelength")
    means = bands[["astm_g173", *models]].mean()
    scatter = bands["ratio"].std()
    scatter = scatter.fillna(scatter.median()).fillna(0.0)
    ratios = means[list(models)].div(means["astm_g173"], axis=0)
    return ratios.assign(error=scatter / bands.size() ** 0.5).reset_index()


def _optimises(tables: Tables) -> Claim:
    statement = (
        "With a differentiable radiative transfer code, stellar labels and universal physical parameters can be "
        "optimised by gradients over a population of stars."
    )
    pulls, calibration = _table(tables, "pulls"), _table(tables, "calibration")
    if pulls is None and calibration is None:
        evidence = (
            "The stages infer_star and calibrate_gf perform such optimisations; this run did not include them "
            "(inference.in_report)."
        )
        return Claim(5, statement, UNTESTED, evidence)
    verdicts, sentences = [], []
    if pulls is not None:
        labels = pulls[(pulls["stars"] == "all") & pulls["parameter"].isin(LABEL_NAMES)]
        if len(labels):
            verdicts.append(_pulls_hold(labels))
            told = (f"{row.parameter} {row.pull_mean:+.2f} and {row.pull_scatter:.2f}" for row in labels.itertuples())
            sentences.append(
                f"Labels of {labels['count'].max()} synthetic stars, mean and scatter of the pulls: {', '.join(told)}; "
                f"the error of a mean is {labels['pull_mean_error'].max():.2f}. Allowed are {PULL_MEAN:g}, and "
                f"{PULL_SCATTER[0]:g} to {PULL_SCATTER[1]:g}."
            )
    if calibration is not None:
        row = calibration.iloc[0]
        verdicts.append(HOLDS if row["rms_after_with_signal"] < LOG_GF_LIMIT else FAILS)
        sentences.append(
            f"Line strengths from {row['stars']:.0f} synthetic stars: {row['lines_with_signal']:.0f} of "
            f"{row['lines']:.0f} lines have the signal, with an rms error of {_dex(row['rms_before_with_signal'])} "
            f"before and {_dex(row['rms_after_with_signal'])} after; {row['lines_unconstrained']:.0f} are reported as "
            "unconstrained."
        )
    sentences.append("The spectra are this code's own; real stars add the errors of line lists, LTE and one dimension.")
    verdict = UNDECIDED
    if verdicts and UNDECIDED not in verdicts:
        verdict = HOLDS if set(verdicts) == {HOLDS} else IN_PART if HOLDS in verdicts else FAILS
    return Claim(5, statement, verdict, " ".join(sentences))


def _pulls_hold(labels: pd.DataFrame) -> str:
    """Whether mean and scatter of the pulls of all labels are within the limits; undecided if one exceeds its limit by
    less than ERRORS_APART times its error, or with too few stars."""
    if labels["count"].min() < FEWEST_STARS:
        return UNDECIDED
    low, high = PULL_SCATTER
    mean, scatter = labels["pull_mean"].abs(), labels["pull_scatter"]
    beyond_mean = (mean - PULL_MEAN) / labels["pull_mean_error"]
    beyond_scatter = np.maximum(scatter - high, low - scatter) / labels["pull_scatter_error"]
    beyond = max(beyond_mean.max(), beyond_scatter.max())
    return HOLDS if beyond <= 0 else UNDECIDED if beyond < ERRORS_APART else FAILS


def _speed_up(timing: pd.DataFrame | None) -> float | None:
    solver, pinn = _row(timing, system="solver"), None
    if timing is not None and "pinn" in set(timing["system"]):
        pinn = timing[timing["system"] == "pinn"].sort_values("models").iloc[-1]
    if solver is None or pinn is None:
        return None
    return solver["seconds_per_model"] / pinn["seconds_per_model"]


def _table(tables: Tables, name: str) -> pd.DataFrame | None:
    table = tables.get(name)
    return None if table is None or table.empty else table


def _row(table: pd.DataFrame | None, **where: str) -> pd.Series | None:
    """The first row of a table whose columns have these values, or None."""
    if table is None:
        return None
    for column, value in where.items():
        table = table[table[column] == value]
    return None if table.empty else table.iloc[0]


def _percent(value: float) -> str:
    return f"{100 * value:.2g} %"


def _dex(value: float) -> str:
    return f"{value:.2g} dex"
