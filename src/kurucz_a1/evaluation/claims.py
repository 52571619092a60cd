"""Verdicts on the paper's claims, computed from the tables of a run by the rules of docs/claims.md.

The claims are those of the abstract of Li, Jian, Ting & Green 2025 (arXiv:2507.06357), in our words. Each is decided
twice: for the paper's recipe by the paper's measure, and for the mended recipe by one that a sceptic would accept.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.hydrostatic_tables import columns_of
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.numerics.bootstrap import error_of_rms_difference

HOLDS, IN_PART, FAILS, UNTESTED = "holds", "holds in part", "does not hold", "not tested"
UNDECIDED = "cannot be told"

Tables = Mapping[str, pd.DataFrame]

# Different opacity samplings of one program agree to 1 % in temperature.
TEMPERATURE_LIMIT = 0.01
# A useful network is this many times faster than the solver.
SPEED_LIMIT = 100.0
# A useful constraint divides the residual of the unconstrained network by this.
GAIN_LIMIT = 1.5
# A constraint may cost this much accuracy.
LARGEST_COST = 1.1
# Two values differ if their difference is this many times its error.
ERRORS_APART = 2.0
# Limits on the pulls of labels with honest errors: mean, and range of the scatter.
PULL_MEAN, PULL_SCATTER = 0.2, (0.8, 1.2)
FEWEST_STARS = 20  # for a verdict
# dex: line strengths are recovered if those with signal are right to this.
LOG_GF_LIMIT = 0.02
# nm: wide enough for the sampled frequencies to give a mean to a few per cent.
BROAD_BAND = 100.0
# What a network has to beat.
BASELINES = ("interpolation", "polynomial")
JUDGED = (
    ("temperature", "p95", "T, 95th percentile"),
    ("gas_pressure", "median", "P, median"),
    ("gas_pressure", "p95", "P, 95th percentile"),
    ("rosseland_opacity", "median", "kappa, median"),
    ("rosseland_opacity", "p95", "kappa, 95th percentile"),
)
AS_PUBLISHED = "ATLAS-12, as published"
# The paper's network, however it is trained, and what another training of it changes where a run has one: standard
# deviations pooled over docs/trials.md, as shares of errors and of residuals; and of the share of bad models.
TRAININGS = ("pinn", "published", "mlp")
ANOTHER_TRAINING = {"error": 0.06, "median": 0.10, "p95": 0.15}
ANOTHER_SHARE = 0.04
NEAREST_IN_GRID = "ATLAS-12, 5750 K"


class Verdict(NamedTuple):
    """A verdict and the numbers behind it."""

    verdict: str
    evidence: str


class Claim(NamedTuple):
    """One claim of the paper: number, statement, the verdicts as published and mended, and how sure these are."""

    number: int
    statement: str
    published: Verdict
    mended: Verdict
    certainty: str


class Value(NamedTuple):
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    def with_error(self, error: float) -> "Value":
        """The same with another error, a standard deviation, added in quadrature."""
        more = ERRORS_APART * error
        low, high = np.hypot(self.value - self.low, more), np.hypot(self.high - self.value, more)
        return Value(self.value, max(self.value - low, 0.0), self.value + high)


class Order(Enum):
    """How one Value stands to another."""

    SMALLER = "smaller"
    LARGER = "larger"
    ALIKE = "not told apart"


def order(first: Value, second: Value) -> Order:
    """Values differ if their intervals do not overlap."""
    if first.high < second.low:
        return Order.SMALLER
    return Order.LARGER if first.low > second.high else Order.ALIKE


def claims(tables: Tables) -> list[Claim]:
    """The five claims with their verdicts.

    - ``tables``: of a run, by name: hydrostatic_summary, accuracy_summary, atlas12_summary, timing, solar_summary,
      solar_energy, solar_widths_summary, pulls, calibration, trials, with the columns that evaluation, spectrum,
      inference and trials give them. A claim whose tables are missing or empty is untested. The trials, where they are
      given, decide the claims on the networks in place of the single training of the run.
    """
    numbers = _Numbers(tables)
    return [
        Claim(
            1,
            "A physics-informed network emulates 1-D LTE model atmospheres.",
            _emulates_as_published(numbers),
            _emulates(numbers),
            numbers.certainty,
        ),
        Claim(
            2,
            "Hydrostatic equilibrium as a constraint in training gives a differentiable structure solver that stays "
            "physical and is fast.",
            _constrained_as_published(numbers),
            _constrained(numbers),
            f"{numbers.certainty} Derivatives come from automatic differentiation; their accuracy is not judged here.",
        ),
        Claim(
            3,
            "The network is closer to hydrostatic equilibrium than ATLAS-12's own models.",
            _superior_as_published(numbers),
            _superior(numbers),
            "95 % intervals from a bootstrap over models, and the scatter of other trainings in docs/trials.md.",
        ),
        Claim(
            4,
            "The network's solar spectrum agrees better with the observed Sun than that of ATLAS-12.",
            _closer_to_sun_as_published(tables),
            _closer_to_sun(tables),
            "Errors from a bootstrap over lines, bands and wavelengths in pairs and, for flux and widths, the scatter "
            "of the run's trainings of the paper's network.",
        ),
        Claim(
            5,
            "With a differentiable radiative transfer code, stellar labels and universal physical parameters can be "
            "optimised by gradients over a population of stars.",
            Verdict(UNTESTED, "The spectrum code of the authors is not part of this reproduction."),
            _optimises(tables),
            "The spectra are this code's own; real stars add the errors of line lists, LTE and one dimension.",
        ),
    ]


class _Numbers:
    """Numbers of the networks with their intervals, from the trials if there are any, else from the run's tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        trials = _table(tables, "trials")
        self._trials = None if trials is None else trials[trials["group"].isin(("own", "baselines"))].set_index("kind")
        self._accuracy, self._summary = _table(tables, "accuracy_summary"), _table(tables, "hydrostatic_summary")
        self.speed = _speed_up(_table(tables, "timing"))

    @property
    def certainty(self) -> str:
        """Where the intervals come from."""
        if self._trials is not None:
            seeds = int(self._trials["seeds"].max())
            return f"95 % intervals from {seeds} seeds, and a bootstrap over test models made for the purpose."
        return (
            "One training: 95 % intervals from a bootstrap over blocks of the test split, and over random labels, and "
            "the scatter of other trainings in docs/trials.md."
        )

    def error(self, system: str, field: str, statistic: str) -> Value | None:
        """Size of ln(predicted/true) on models not seen."""
        if self._trials is not None:
            return self._of_trial(system, f"test_{field}_{statistic}")
        found = _value(_row(self._accuracy, system=system, field=field), statistic)
        return _of_one_training(system, found, "error")

    def residual(self, system: str, form: str, statistic: str, depths: str = "all") -> Value | None:
        """Hydrostatic residual at random labels, dex."""
        if self._trials is not None:
            return self._of_trial(system, f"{columns_of(form, depths)}_{statistic}")
        return self.own_residual(system, form, statistic, depths, ("box", "test"))

    def own_residual(
        self, system: str, form: str, statistic: str, depths: str, label_sets: Sequence[str]
    ) -> Value | None:
        """The same of the run itself, for the first of the label sets that has it."""
        for label_set in label_sets:
            row = _row(self._summary, label_set=label_set, system=system, form=form, depths=depths)
            if row is not None:
                return _of_one_training(system, _value(row, statistic), statistic)
        return None

    def falling(self, system: str) -> Value | None:
        """Share of models at random labels whose pressure falls inward."""
        if self._trials is not None:
            return self._of_trial(system, "pressure_falls")
        for label_set in ("box", "test"):
            row = _row(self._summary, label_set=label_set, system=system)
            if row is not None:
                share = _share(float(row["pressure_falls"]), int(row["models"]))
                return share.with_error(ANOTHER_SHARE) if system in TRAININGS else share
        return None

    def _of_trial(self, system: str, column: str) -> Value | None:
        assert self._trials is not None
        if system not in self._trials.index:
            return None
        value, error = (float(self._trials.loc[system, name]) for name in (column, f"{column}_error"))
        return Value(value, value - ERRORS_APART * error, value + ERRORS_APART * error)


def _of_one_training(system: str, found: Value | None, what: str) -> Value | None:
    """A Value of a run with one training of each network, with what another training might have changed."""
    if found is None or system not in TRAININGS or not np.isfinite(found.value):
        return found
    return found.with_error(ANOTHER_TRAINING[what] * found.value)


def _emulates_as_published(numbers: _Numbers) -> Verdict:
    median = numbers.error("published", "temperature", "median")
    if median is None:
        return Verdict(UNTESTED, "No network trained as published.")
    verdict = HOLDS if median.high < TEMPERATURE_LIMIT else FAILS if median.low >= TEMPERATURE_LIMIT else UNDECIDED
    return Verdict(
        verdict,
        f"Median error of T on models not seen: {_percents(median)}; the limit is {100 * TEMPERATURE_LIMIT:g} %.",
    )


def _emulates(numbers: _Numbers) -> Verdict:
    orders, sentences = [], []
    for field, statistic, words in JUDGED:
        own = numbers.error("pinn", field, statistic)
        others = [value for name in BASELINES if (value := numbers.error(name, field, statistic)) is not None]
        if own is None or not others:
            return Verdict(UNTESTED, "No errors of both the network and the baselines on models not seen.")
        best = min(others)
        orders.append(order(own, best))
        sentences.append(f"{words}: {_percents(own)}, {_percents(best)} ({orders[-1].value})")
    better, worse = orders.count(Order.SMALLER), orders.count(Order.LARGER)
    verdict = HOLDS if better == len(orders) else IN_PART if better else FAILS if worse else UNDECIDED
    return Verdict(verdict, f"Errors of the network, and of the best baseline without one: {'; '.join(sentences)}.")


def _constrained_as_published(numbers: _Numbers) -> Verdict:
    own, mlp = (numbers.residual(system, "published", "median", "trained") for system in ("published", "mlp"))
    if own is None or mlp is None:
        return Verdict(UNTESTED, "No residuals of the network trained as published, and of the one without physics.")
    gain = _ratio(mlp, own)
    text = (
        f"Published measure, median: {_dexes(own)} with the constraint, {_dexes(mlp)} without: a gain of "
        f"{gain.value:.2f} ({gain.low:.2f} to {gain.high:.2f}); {GAIN_LIMIT:g} is required (published: 0.033 and "
        f"0.18 dex, a gain of 5.5). {_told_speed(numbers.speed)}"
    )
    if gain.low >= GAIN_LIMIT:
        return Verdict(HOLDS if _is_fast(numbers.speed) else IN_PART, text)
    return Verdict(FAILS if gain.high < GAIN_LIMIT else UNDECIDED, text)


def _ratio(first: Value, second: Value) -> Value:
    """first over second, with the relative errors in quadrature."""
    value = first.value / second.value
    below = np.hypot(1.0 - first.low / first.value, second.high / second.value - 1.0)
    above = np.hypot(first.high / first.value - 1.0, 1.0 - second.low / second.value)
    return Value(value, max(value * (1.0 - below), 0.0), value * (1.0 + above))


def _constrained(numbers: _Numbers) -> Verdict:
    residuals = {
        (system, statistic): numbers.residual(system, "C", statistic)
        for system in ("pinn", "mlp")
        for statistic in ("median", "p95")
    }
    shares = {system: numbers.falling(system) for system in ("pinn", "mlp")}
    errors = {
        (system, field): numbers.error(system, field, "median")
        for system in ("pinn", "mlp")
        for field in ("temperature", "gas_pressure")
    }
    if None in (*residuals.values(), *shares.values(), *errors.values()):
        return Verdict(UNTESTED, "No residuals and errors of the networks with and without the physics loss.")
    closer = [_order(residuals, ("pinn", statistic), ("mlp", statistic)) for statistic in ("median", "p95")]
    steadier = _order(shares, "pinn", "mlp")
    costs = {
        field: errors["pinn", field].value / errors["mlp", field].value  # type: ignore[union-attr]
        for field in ("temperature", "gas_pressure")
    }
    cheap = max(costs.values()) <= LARGEST_COST
    all_closer, is_steadier = set(closer) == {Order.SMALLER}, steadier is Order.SMALLER
    if not cheap:
        verdict = FAILS
    elif all_closer and is_steadier:
        verdict = HOLDS if _is_fast(numbers.speed) else IN_PART
    elif all_closer or is_steadier:
        verdict = IN_PART
    else:
        verdict = FAILS if Order.LARGER in (*closer, steadier) else UNDECIDED
    told = [
        f"{name} {_dexes(residuals['pinn', statistic])} with the constraint, {_dexes(residuals['mlp', statistic])} "
        f"without ({found.value})"
        for name, statistic, found in zip(("median", "95th percentile"), ("median", "p95"), closer, strict=True)
    ]
    return Verdict(
        verdict,
        f"Form C over all depths: {'; '.join(told)}. Models with pressure falling inward: {_percents(shares['pinn'])} "
        f"and {_percents(shares['mlp'])} ({steadier.value}). Error of T times {costs['temperature']:.2f}, of P times "
        f"{costs['gas_pressure']:.2f}; {LARGEST_COST:g} is allowed. {_told_speed(numbers.speed)}",
    )


def _superior_as_published(numbers: _Numbers) -> Verdict:
    own, bar = (
        numbers.own_residual(system, "published", "median", "trained", ("ATLAS-12",))
        for system in ("published", AS_PUBLISHED)
    )
    if own is None or bar is None:
        return Verdict(UNTESTED, "No residuals of the network trained as published at the labels of ATLAS-12's models.")
    found = order(own, bar)
    verdict = {Order.SMALLER: HOLDS, Order.LARGER: FAILS, Order.ALIKE: UNDECIDED}[found]
    return Verdict(
        verdict,
        f"Published measure at the labels of ATLAS-12's models, median: network {_dexes(own)}; ATLAS-12's opacity with "
        f"the MLP's pressure gradient {_dexes(bar)} (published: 0.033 and 0.10 dex).",
    )


def _superior(numbers: _Numbers) -> Verdict:
    orders, sentences = [], []
    for form in ("C", "I"):
        for statistic, words in (("median", "median"), ("p95", "95th percentile")):
            own = numbers.own_residual("pinn", form, statistic, "all", ("ATLAS-12", "box", "test"))
            atlas = numbers.own_residual("ATLAS-12", form, statistic, "all", ("ATLAS-12",))
            if own is None or atlas is None:
                return Verdict(UNTESTED, "No hydrostatic residuals of both the network and ATLAS-12.")
            orders.append(order(own, atlas))
            sentences.append(f"form {form}, {words}: {_dexes(own)} and {_dexes(atlas)} ({orders[-1].value})")
    better, worse = orders.count(Order.SMALLER), orders.count(Order.LARGER)
    verdict = HOLDS if better == len(orders) else IN_PART if better else FAILS if worse else UNDECIDED
    text = f"Network and ATLAS-12, each by its own fields, radiation included: {'; '.join(sentences)}."
    ours = numbers.own_residual("hydrostatic", "C", "median", "all", ("ATLAS-12", "box", "test"))
    if ours is not None:
        text += f" (Not the paper's: a network in equilibrium by construction has {_dexes(ours)} in form C.)"
    return Verdict(verdict, text)


class _Comparison(NamedTuple):
    """Distances (rms) of the network's and ATLAS-12's spectrum from the Sun's, and the error of their difference."""

    description: str
    network: float
    atlas: float
    error: float
    unit: str = ""

    @property
    def found(self) -> Order:
        difference, error = self.network - self.atlas, ERRORS_APART * self.error
        return Order.SMALLER if difference < -error else Order.LARGER if difference > error else Order.ALIKE


def _closer_to_sun_as_published(tables: Tables) -> Verdict:
    for name, column, words, unit in (
        ("solar_summary", "rms_against_observed", "normalised flux in the window", ""),
        (
            "solar_widths_summary",
            "rms",
            "equivalent widths as changes of log gf (no observed spectrum is named)",
            " dex",
        ),
    ):
        summary = _table(tables, name)
        own, atlas = (_row(summary, model=model) for model in ("published", NEAREST_IN_GRID))
        if own is None or atlas is None or column not in own or np.isnan(own[column]):
            continue
        return Verdict(
            HOLDS if own[column] < atlas[column] else FAILS,
            f"Rms difference from the observed Sun, {words}: {own[column]:.3g}{unit} with the network's structure of "
            f"the Sun, {atlas[column]:.3g}{unit} with ATLAS-12's of 5750 K and log g 4.50.",
        )
    return Verdict(UNTESTED, "No spectra of both structures and of the observed Sun.")


def _closer_to_sun(tables: Tables) -> Verdict:
    found = [entry for entry in (_in_window(tables), _in_widths(tables), _in_irradiance(tables)) if entry]
    if not found:
        return Verdict(UNTESTED, "No spectra of both structures and of the observed Sun.")
    orders = {entry.found for entry in found}
    if {Order.SMALLER, Order.LARGER} <= orders:
        verdict = IN_PART
    else:
        verdict = HOLDS if Order.SMALLER in orders else FAILS if Order.LARGER in orders else UNDECIDED
    sentences = [
        f"{entry.description}: rms difference from the observed Sun {entry.network:.3g}{entry.unit} with the network's "
        f"structure, {entry.atlas:.3g}{entry.unit} with ATLAS-12's at the same labels; error of the difference "
        f"{entry.error:.2g}{entry.unit} ({entry.found.value})."
        for entry in found
    ]
    return Verdict(verdict, " ".join(sentences))


def _in_window(tables: Tables) -> _Comparison | None:
    """Normalised lines, with the macroturbulence that fits each."""
    summary = _table(tables, "solar_summary")
    own, atlas = (_row(summary, model=model) for model in ("pinn", "ATLAS-12"))
    if own is None or atlas is None or "rms_against_observed" not in own:
        return None
    distances = own["rms_against_observed"], atlas["rms_against_observed"]
    error = np.hypot(own["error_of_rms"], _scatter_of_trainings(summary, "rms_against_observed"))
    return _Comparison("Normalised flux in the window", *distances, error)


def _in_widths(tables: Tables) -> _Comparison | None:
    """Equivalent widths of unblended lines."""
    summary = _table(tables, "solar_widths_summary")
    own, atlas = (_row(summary, model=model) for model in ("pinn", "ATLAS-12"))
    if own is None or atlas is None:
        return None
    described = f"Equivalent widths of {own['lines']:.0f} lines, as changes of log gf"
    error = np.hypot(own["error_of_rms"], _scatter_of_trainings(summary, "rms"))
    return _Comparison(described, own["rms"], atlas["rms"], error, " dex")


def _scatter_of_trainings(summary: pd.DataFrame | None, column: str) -> float:
    """Standard deviation of a distance over the run's TRAININGS; zero for fewer than two."""
    assert summary is not None
    found = summary.loc[summary["model"].isin(TRAININGS), column].dropna()
    return float(found.std(ddof=1)) if len(found) > 1 else 0.0


def _in_irradiance(tables: Tables) -> _Comparison | None:
    """Broad bands, with each structure's total flux scaled to the observed one.

    With opacities other than its own, or if emulated, a structure lacks some of the flux of its effective temperature.
    """
    energy = _table(tables, "solar_energy")
    if energy is None or not {"pinn", "ATLAS-12"} <= set(energy):
        return None
    shapes = []
    ratios = irradiance_ratios(energy, ("pinn", "ATLAS-12"))
    for model in ("pinn", "ATLAS-12"):
        complete = energy.dropna(subset=["astm_g173", model])
        shapes.append((ratios[model] * complete["astm_g173"].sum() / complete[model].sum() - 1.0).to_numpy())
    own, atlas = (float(np.sqrt(np.mean(shape**2))) for shape in shapes)
    described = f"Shape of the irradiance (ASTM G173) in bands of {BROAD_BAND:.0f} nm"
    return _Comparison(described, own, atlas, error_of_rms_difference(*shapes))


def irradiance_ratios(energy: pd.DataFrame, models: Sequence[str], width: float = BROAD_BAND) -> pd.DataFrame:
    """Ratio of the models' irradiance to the observed one in broad bands.

    - ``energy``: table of ``spectrum.comparison.compare_irradiance``; joining its bands removes most of the noise of
      the frequency sample.
    - ``models``: columns of the table.
    - ``width``: of a band, nm.

    Columns: wavelength (nm, middle of the band) and one per model.
    """
    middle = 0.5 * (energy["first_nm"] + energy["last_nm"])
    energy = energy.assign(wavelength=(middle // width + 0.5) * width)
    energy = energy.dropna(subset=["astm_g173", *models])
    means = energy.groupby("wavelength")[["astm_g173", *models]].mean()
    return means[list(models)].div(means["astm_g173"], axis=0).reset_index()


def _optimises(tables: Tables) -> Verdict:
    pulls, calibration = _table(tables, "pulls"), _table(tables, "calibration")
    if pulls is None and calibration is None:
        evidence = (
            "The stages infer_star and calibrate_gf perform such optimisations; this run did not include them "
            "(inference.in_report)."
        )
        return Verdict(UNTESTED, evidence)
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
    verdict = UNDECIDED
    if verdicts and UNDECIDED not in verdicts:
        verdict = HOLDS if set(verdicts) == {HOLDS} else IN_PART if HOLDS in verdicts else FAILS
    return Verdict(verdict, " ".join(sentences))


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
    return float(solver["seconds_per_model"] / pinn["seconds_per_model"])


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


def _value(row: pd.Series | None, statistic: str) -> Value | None:
    if row is None:
        return None
    return Value(*(float(row[name]) for name in (statistic, f"{statistic}_low", f"{statistic}_high")))


def _share(share: float, count: int) -> Value:
    """A share of a number of models with its 95 % interval (Wilson 1927)."""
    z = ERRORS_APART
    middle = (share + 0.5 * z**2 / count) / (1.0 + z**2 / count)
    half = z / (1.0 + z**2 / count) * np.sqrt(share * (1.0 - share) / count + 0.25 * (z / count) ** 2)
    return Value(share, float(middle - half), float(middle + half))


def _order(values: Mapping[Any, Value | None], first: Any, second: Any) -> Order:
    own, other = values[first], values[second]
    assert own is not None and other is not None
    return order(own, other)


def _is_fast(speed: float | None) -> bool:
    return speed is None or speed > SPEED_LIMIT


def _told_speed(speed: float | None) -> str:
    if speed is None:
        return "Its speed was not measured."
    return f"Per model, the network is {speed:.0f} times faster than the solver, in its largest timed batch."


def _percents(value: Value | None) -> str:
    return "n/a" if value is None else f"{_interval(value, 100.0)} %"


def _dexes(value: Value | None) -> str:
    return "n/a" if value is None else f"{_interval(value, 1.0)} dex"


def _interval(value: Value, scale: float) -> str:
    return f"{scale * value.value:.2g} ({scale * value.low:.2g} to {scale * value.high:.2g})"


def _dex(value: float) -> str:
    return f"{value:.2g} dex"
