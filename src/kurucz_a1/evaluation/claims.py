"""What holds of the paper's claims, computed from the tables of a run.

The claims are those of the abstract of Li, Jian, Ting & Green 2025 (arXiv:2507.06357), in our words. Each verdict
follows from thresholds stated here, so that another run may come to another verdict.
"""

from typing import NamedTuple

HOLDS, IN_PART, FAILS, UNTESTED = "holds", "holds in part", "does not hold", "not tested"

# A structure good to 1 % in temperature is as good as different opacity samplings of one program agree.
TEMPERATURE_LIMIT = 0.01
# A network is worth having if it is this many times faster than the solver.
SPEED_LIMIT = 100.0
# Two spectra are equally far from the Sun if their rms differ by less than this fraction.
EQUAL_RMS = 0.02
# nm: holds enough sampled frequencies for a mean to be good to a few per cent
BROAD_BAND = 100.0


class Claim(NamedTuple):
    """One claim of the paper: its number, what it says, the verdict, and the numbers behind the verdict."""

    number: int
    statement: str
    verdict: str
    evidence: str


def claims(tables):
    """The five claims with their verdicts, a list of Claim.

    tables: {name: DataFrame} of a run: hydrostatic_summary, accuracy_summary, atlas12_summary, timing,
    solar_summary, solar_energy, with the columns that evaluation and spectrum give them. A table that is missing or
    empty leaves the claims that need it untested.
    """
    return [_emulates(tables), _consistent_and_fast(tables), _superior(tables), _closer_to_sun(tables), _LAST]


def _emulates(tables):
    statement = "A physics-informed network emulates 1-D LTE model atmospheres."
    accuracy = _table(tables, "accuracy_summary")
    row = _row(accuracy, system="pinn", field="temperature")
    if row is None:
        return Claim(1, statement, UNTESTED, "No table of the network's accuracy.")
    verdict = HOLDS if row["median"] < TEMPERATURE_LIMIT else FAILS
    evidence = (
        f"On {row['models']:.0f} test models of this run's own solver, which the network never saw, the median error "
        f"of T is {_percent(row['median'])} (95th percentile {_percent(row['p95'])}); the limit set here is "
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


def _consistent_and_fast(tables):
    statement = (
        "Hydrostatic equilibrium as a constraint in training gives a differentiable structure solver that stays "
        "physical and is fast."
    )
    summary, timing = _table(tables, "hydrostatic_summary"), _table(tables, "timing")
    pinn, mlp = (_row(summary, label_set="test", system=system, form="C") for system in ("pinn", "mlp"))
    if pinn is None or mlp is None:
        return Claim(2, statement, UNTESTED, "No table of the networks' hydrostatic residuals.")
    constrained = pinn["median"] < mlp["median"] and pinn["p95"] < mlp["p95"]
    partly = pinn["median"] < mlp["median"] or pinn["p95"] < mlp["p95"]
    evidence = (
        f"Form C at the test labels, median and 95th percentile: {_dex(pinn['median'])} and {_dex(pinn['p95'])} with "
        f"the constraint, {_dex(mlp['median'])} and {_dex(mlp['p95'])} without."
    )
    fast, speed = True, _speed_up(timing)
    if speed is not None:
        fast = speed > SPEED_LIMIT
        evidence += f" The network is {speed:.2g} times faster than the solver a model, in its largest timed batch."
    evidence += " Derivatives come from automatic differentiation; their accuracy is not judged here."
    verdict = HOLDS if constrained and fast else IN_PART if partly or (fast and speed is not None) else FAILS
    return Claim(2, statement, verdict, evidence)


def _superior(tables):
    statement = "The network is closer to hydrostatic equilibrium than ATLAS-12's own models."
    summary = _table(tables, "hydrostatic_summary")
    better, sentences = [], []
    for form in ("C", "I"):
        # the network at the labels of the ATLAS-12 models where it was evaluated there, else at the test labels
        pinn = _row(summary, label_set="ATLAS-12", system="pinn", form=form)
        pinn = pinn if pinn is not None else _row(summary, label_set="test", system="pinn", form=form)
        atlas = _row(summary, label_set="ATLAS-12", system="ATLAS-12", form=form)
        if pinn is None or atlas is None:
            continue
        better += [pinn["median"] < atlas["median"], pinn["p95"] < atlas["p95"]]
        sentences.append(
            f"Form {form}, median and 95th percentile: network {_dex(pinn['median'])} and {_dex(pinn['p95'])}, "
            f"ATLAS-12 {_dex(atlas['median'])} and {_dex(atlas['p95'])}."
        )
    if not better:
        return Claim(3, statement, UNTESTED, "No hydrostatic residuals of both the network and ATLAS-12.")
    verdict = HOLDS if all(better) else IN_PART if any(better) else FAILS
    sentences.append("Each system is differentiated by its own fields, and radiation is counted.")
    return Claim(3, statement, verdict, " ".join(sentences))


def _closer_to_sun(tables):
    statement = "The network's solar spectrum agrees better with the observed Sun than that of ATLAS-12."
    excesses, sentences = [], []
    for described, (pinn, atlas) in _distances_from_sun(tables).items():
        excesses.append(pinn / atlas - 1.0)
        sentences.append(f"{described}: rms difference from the observed Sun {pinn:.3g} with the network's structure, ")
        sentences[-1] += f"{atlas:.3g} with ATLAS-12's, both through the same synthesis."
    if not excesses:
        return Claim(4, statement, UNTESTED, "No spectra of both structures beside an observed Sun.")
    if all(abs(excess) <= EQUAL_RMS for excess in excesses):
        verdict = FAILS
        sentences.append(f"The two differ by less than {_percent(EQUAL_RMS)} of the rms: neither is closer.")
    elif all(excess < -EQUAL_RMS for excess in excesses):
        verdict = HOLDS
    else:
        verdict = IN_PART if any(excess < -EQUAL_RMS for excess in excesses) else FAILS
    return Claim(4, statement, verdict, " ".join(sentences))


def _distances_from_sun(tables):
    """{description: (rms of the pinn, rms of ATLAS-12)} of each comparison with an observed spectrum."""
    distances = {}
    summary = _table(tables, "solar_summary")
    if summary is not None and "rms_against_observed" in summary:
        pinn, atlas = (_row(summary, model=model) for model in ("pinn", "ATLAS-12"))
        if pinn is not None and atlas is not None:
            distances["Normalised flux in the window"] = pinn["rms_against_observed"], atlas["rms_against_observed"]
    energy = _table(tables, "solar_energy")
    if energy is not None and {"pinn", "ATLAS-12"} <= set(energy):
        ratios = irradiance_ratios(energy, ("pinn", "ATLAS-12"))
        rms = {model: float(((ratios[model] - 1.0) ** 2).mean() ** 0.5) for model in ("pinn", "ATLAS-12")}
        described = f"Relative irradiance (ASTM G173) in bands of {BROAD_BAND:.0f} nm"
        distances[described] = rms["pinn"], rms["ATLAS-12"]
    return distances


def irradiance_ratios(energy, models, width=BROAD_BAND):
    """Ratio of the models' irradiance to the observed one in bands ``width`` nm wide, a DataFrame.

    energy: table of ``spectrum.comparison.compare_irradiance``; its bands are joined, which takes away most of the
    noise of the frequency sample. Columns: wavelength (nm, middle of the band) and one a model.
    """
    middle = 0.5 * (energy["first_nm"] + energy["last_nm"])
    energy = energy.assign(wavelength=(middle // width + 0.5) * width)
    energy = energy.dropna(subset=["astm_g173", *models])
    means = energy.groupby("wavelength")[["astm_g173", *models]].mean()
    return means[list(models)].div(means["astm_g173"], axis=0).reset_index()


_LAST = Claim(
    5,
    "With a differentiable radiative transfer code, stellar labels and universal physical parameters can be optimised "
    "by gradients over a population of stars.",
    UNTESTED,
    "This run makes no such optimisation.",
)


def _speed_up(timing):
    solver, pinn = _row(timing, system="solver"), None
    if timing is not None and "pinn" in set(timing["system"]):
        pinn = timing[timing["system"] == "pinn"].sort_values("models").iloc[-1]
    if solver is None or pinn is None:
        return None
    return solver["seconds_per_model"] / pinn["seconds_per_model"]


def _table(tables, name):
    table = tables.get(name)
    return None if table is None or table.empty else table


def _row(table, **where):
    """The first row of a table whose columns have these values, or None."""
    if table is None:
        return None
    for column, value in where.items():
        table = table[table[column] == value]
    return None if table.empty else table.iloc[0]


def _percent(value):
    return f"{100 * value:.2g} %"


def _dex(value):
    return f"{value:.2g} dex"
