"""The numbers that README.md and docs/networks.md quote, from the csv files of docs/numbers."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t as student_t

from kurucz_a1.errors import BadFile
from kurucz_a1.evaluation.claims import TRAININGS
from kurucz_a1.evaluation.hydrostatic_tables import columns_of
from kurucz_a1.trials.summary import chosen_weight

_SYSTEMS = {
    "ATLAS-12": "ATLAS-12",
    "solver": "LTE solver",
    "published": "PINN as published",
    "pinn": "PINN",
    "mlp": "MLP",
    "hydrostatic": "hydrostatic",
    "interpolation": "interpolation",
}
# name of a row: form, depths, statistic
_RESIDUALS = {
    "published measure, median [dex]": ("published", "trained", "median"),
    "form C, median [dex]": ("C", "all", "median"),
    "form C, 95th percentile [dex]": ("C", "all", "p95"),
    "form I, median [dex]": ("I", "all", "median"),
}
# name of a row: field, statistic
_ERRORS = {
    "error of T on the test split, median [%]": ("temperature", "median"),
    "error of T, 95th percentile [%]": ("temperature", "p95"),
    "error of gas pressure, median [%]": ("gas_pressure", "median"),
    "error of Rosseland opacity, median [%]": ("rosseland_opacity", "median"),
}
# name of a row: column
_FLAWS = {
    "models with pressure falling inward [%]": "pressure_falls",
    "unphysical models [%]": "unphysical",
}
_AGAINST_ATLAS12 = "rms of T against ATLAS-12, -4 <= log tau <= 1.5, median [%]"
_FLUX = "normalised flux 6430-6450 A against that of ATLAS-12, rms"
_SIGMAS = 2.0
_NEGLIGIBLE = 1e-7  # dex
_FEW = 0.1  # of the numbers compared

Tables = Mapping[str, pd.DataFrame]


class Quoted(NamedTuple):
    """A number and the range in which another training, or another sample of models, would put it."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Quoted":
        """The same in other units."""
        return Quoted(*(factor * number for number in self))

    def widened(self) -> "Quoted":
        """The same with a range twice as wide."""
        return Quoted(self.value, 2.0 * self.low - self.value, 2.0 * self.high - self.value)

    def holds(self, value: float) -> bool:
        """Whether a number lies in the range, both as the pages show them: further digits depend on the machine."""
        return _shown(self.low) <= _shown(value) <= _shown(self.high)


def page_numbers(folder: Path) -> dict[str, str]:
    """The text for each mark of the pages. Raises BadFile where a table of ``folder`` is missing."""
    tables = _read(folder)
    try:
        return {
            **_of_the_run(tables["run"].iloc[0]),
            **_of_the_networks(tables),
            **_of_the_sun(tables),
            **_of_the_solver(tables["validation"]),
            "default_run": _default_run(tables),
            "network_trials": _trials(folder / "network_trials.csv"),
        }
    except KeyError as missing:
        raise BadFile(f"{folder}: no table or column {missing}; make it again, or restore the committed one") from None


class Comparison(NamedTuple):
    """How the numbers of a run compare with the ranges that the pages quote."""

    outside: list[str]  # those outside, each in words
    compared: int
    agrees: bool  # no more than one in ten is outside, and none by as much again as its range is wide on that side


def compare(quoted: Path, run: Path) -> Comparison:
    """Compare the tables of a run with those quoted.

    - ``quoted``, ``run``: folders of the tables.

    Of 95 % ranges one in twenty does not hold the number of another run, and the numbers of one network go together.
    Raises BadFile where a table is missing.
    """
    ranges, found = _read(quoted), _read(run)
    try:
        asked, numbers = quotes(ranges), quotes({**found, "trials": ranges["trials"]})
    except KeyError as missing:
        raise BadFile(f"{run}: no table or column {missing}; run the default configuration to its end") from None
    outside, far = [], False
    for (row, system), known in asked.items():
        value = numbers[row, system].value
        if known.holds(value):
            continue
        outside.append(f"{row}, {system}: {_plain(value)} is outside {_plain(known.low)} to {_plain(known.high)}")
        far |= not known.widened().holds(value)
    return Comparison(outside, len(asked), not far and len(outside) <= _FEW * len(asked))


def quotes(tables: Tables) -> dict[tuple[str, str], Quoted]:
    """The numbers of the table of the default run by row and system.

    The range holds the 95 % interval of a bootstrap over models, and for networks that of another training (from
    ``trials``), in quadrature.
    """
    summary, accuracy = tables["hydrostatic_summary"], tables["accuracy_summary"].set_index(["system", "field"])
    against = tables["atlas12_summary"].query("set == 'common' and field == 'temperature'").set_index("system")
    flux = tables["solar_summary"].set_index("model")["rms_against_reference"]
    trials = tables["trials"]
    found: dict[tuple[str, str], Quoted] = {}
    for system in _SYSTEMS:
        label_set = "ATLAS-12" if system == "ATLAS-12" else "box"
        rows = summary[(summary["label_set"] == label_set) & (summary["system"] == system)].set_index(
            ["form", "depths"]
        )
        for name, (form, depths, statistic) in _RESIDUALS.items():
            seeds = _of_another_training(trials, system, f"{columns_of(form, depths)}_{statistic}")
            found[name, system] = _quoted(rows.loc[(form, depths)], statistic, seeds)
        for name, column in _FLAWS.items():
            share, count = float(rows[column].iloc[0]), int(rows["models"].iloc[0])
            found[name, system] = _share(share, count, trials, system, column)
        if (system, "temperature") in accuracy.index:
            for name, (field, statistic) in _ERRORS.items():
                seeds = _of_another_training(trials, system, f"test_{field}_{statistic}")
                found[name, system] = _quoted(accuracy.loc[(system, field)], statistic, seeds).scaled(100.0)
        if system in against.index:
            seeds = _of_another_training(trials, system, "test_temperature_median")
            found[_AGAINST_ATLAS12, system] = _quoted(against.loc[system], "median", seeds).scaled(100.0)
        if system in flux and system != "ATLAS-12":
            seeds = _of_another_training(trials, system, "test_temperature_median")
            found[_FLUX, system] = _ranged(flux[system], flux[system], flux[system], seeds)
    return found


def _of_another_training(trials: pd.DataFrame, system: str, column: str, *, relative: bool = True) -> float:
    """How far a score of another training may be from that of one, half a 95 % interval; zero for what is not trained.

    It is the scatter of single seeds, pooled over all trials of like networks, times Student's t, and sqrt(2) since
    both trainings scatter; as a share of the score if ``relative``.
    """
    rows = trials[trials["kind"].isin(TRAININGS if system in TRAININGS else (system,)) & (trials["seeds"] > 1)]
    scatter = rows[f"{column}_scatter"] / (rows[column] if relative else 1.0)
    rows = rows[known := np.isfinite(scatter)]
    freedom = rows["seeds"] - 1
    if not freedom.sum():
        return 0.0
    pooled = math.sqrt((freedom * scatter[known] ** 2).sum() / freedom.sum())
    return float(student_t.ppf(0.975, freedom.sum())) * math.sqrt(2.0) * pooled


def _quoted(row: pd.Series, statistic: str, seeds: float) -> Quoted:
    value, low, high = (float(row[name]) for name in (statistic, f"{statistic}_low", f"{statistic}_high"))
    return _ranged(value, low, high, seeds)


def _ranged(value: float, low: float, high: float, seeds: float) -> Quoted:
    """A number with its interval and that of another training, a share of it, in quadrature."""
    error = seeds * value
    return Quoted(value, max(value - math.hypot(value - low, error), 0.0), value + math.hypot(high - value, error))


def _share(share: float, count: int, trials: pd.DataFrame, system: str, column: str) -> Quoted:
    """A share of a number of models, per cent; the range reaches to where other trainings have it."""
    seeds = _of_another_training(trials, system, column, relative=False)
    error = math.hypot(_SIGMAS * math.sqrt(share * (1.0 - share) / count), seeds)
    shares = [share, *trials[(trials["group"] == "own") & (trials["kind"] == system)][column]]
    return Quoted(share, max(min(shares) - error, 0.0), max(shares) + error).scaled(100.0)


def _read(folder: Path) -> dict[str, pd.DataFrame]:
    # the name of a revision may look like a number: 14550e7
    return {path.stem: pd.read_csv(path, dtype={"revision": str}) for path in folder.glob("*.csv")}


def _of_the_run(run: pd.Series) -> dict[str, str]:
    return {
        "revision": f"`{run['revision']}`",
        **{name: str(run[name]) for name in ("minutes", "threads", "processor")},
    }


def _of_the_networks(tables: Tables) -> dict[str, str]:
    found = quotes(tables)
    pressure, opacity = ("error of gas pressure, median [%]", "error of Rosseland opacity, median [%]")
    form_c = "form C, median [dex]"
    bar = tables["hydrostatic_summary"].query("system == 'ATLAS-12, as published' and form == 'published'").iloc[0]
    return {
        "pinn_pressure": _told(found[pressure, "pinn"]),
        "pinn_opacity": _told(found[opacity, "pinn"]),
        "atlas12_residual": _plain(found[form_c, "ATLAS-12"].value),
        "atlas12_bar": _plain(bar["median"]),
        "atlas12_closer": f"{found[form_c, 'pinn'].value / found[form_c, 'ATLAS-12'].value:.0f}",
        **_of_the_scan(tables["trials"]),
    }


def _of_the_scan(trials: pd.DataFrame) -> dict[str, str]:
    """Shares of models with falling pressure and errors, without the physics loss and with the weight chosen."""
    scan = trials[trials["group"] == "alpha"].set_index("alpha")
    chosen = chosen_weight(trials)
    shares = {
        name: f"{100 * scan.loc[alpha, 'pressure_falls']:.0f} ± {100 * scan.loc[alpha, 'pressure_falls_error']:.0f}"
        for name, alpha in (("falling_without", 0.0), ("falling_with", chosen))
    }
    columns = [f"test_{field}_median" for field in ("temperature", "gas_pressure")]
    cost = (scan.loc[chosen, columns] / scan.loc[0.0, columns]).max()
    return {**shares, "weight": f"{chosen:g}", "weight_cost": f"{100 * (cost - 1):.0f}"}


def _of_the_sun(tables: Tables) -> dict[str, str]:
    widths = tables["inferred_sun"].set_index("parameter")
    change = tables["solar_widths_summary"].set_index("model")["against_reference"]
    flux = tables["solar_summary"].set_index("model")["rms_against_reference"]
    networks = [name for name in ("solver", "pinn", "mlp", "hydrostatic") if name in change]
    calibration = tables["calibration"].iloc[0]
    return {
        **{
            f"sun_{name}": f"{widths.loc[name, 'value']:.{decimals}f} ± {widths.loc[name, 'error']:.{decimals}f}"
            for name, decimals in (("teff", 0), ("logg", 2), ("feh", 2))
        },
        "widths_change": f"{change[networks].max():.2f}",
        "flux_change": f"{flux[networks].max():.4f}",
        "calibrated": f"{calibration['rms_after_with_signal']:.2f}",
    }


def _of_the_solver(validation: pd.DataFrame) -> dict[str, str]:
    rows = validation[validation["against"] == "ATLAS-12 models in the box of the grid"].set_index("quantity")
    temperature, pressure = (rows.loc[f"structure: rms of {name} over -4 <= log tau <= 1.5"] for name in ("T", "P"))
    per_cent = 100.0 * math.log(10.0)  # of a dex, for small differences
    return {
        "solver_temperature": f"{temperature['median']:.2f} % (worst {temperature['worst']:.2f} %)",
        "solver_pressure": f"{per_cent * pressure['median']:.1f} % (worst {per_cent * pressure['worst']:.1f} %)",
    }


def _default_run(tables: Tables) -> str:
    """What the default run shows, a column for each system."""
    run, found = tables["run"].iloc[0], quotes(tables)
    names = dict.fromkeys(name for name, _ in found)
    made = {"solver": str(run["made"])}
    return "\n".join(
        [
            _row(["quantity", *_SYSTEMS.values()]),
            _row(["---"] * (len(_SYSTEMS) + 1)),
            _row([f"models made, of {run['requested']}", *(made.get(system, "") for system in _SYSTEMS)]),
            *(
                _row([name, *(_told(found[name, system]) if (name, system) in found else "" for system in _SYSTEMS)])
                for name in names
            ),
        ]
    )


def _told(number: Quoted) -> str:
    """A number with its range, if that is wider than the two figures of the number."""
    value, low, high = map(_plain, number)
    return value if low == high == value else f"{value} ({low}-{high})"


def _trials(path: Path) -> str:
    """The csv file as a table, every digit as it stands there."""
    table = pd.read_csv(path, dtype=str)
    return "\n".join(map(_row, (table.columns, ["---"] * len(table.columns), *table.itertuples(index=False))))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def _shown(value: float) -> float:
    """A number as the pages show it."""
    text = _plain(value)
    return float(text) if text[0].isdigit() else (0.0 if value < _NEGLIGIBLE else math.inf)


def _plain(value: float) -> str:
    """Two figures without an exponent, one below 1e-4."""
    if value == 0.0:
        return "0"
    if value < _NEGLIGIBLE:
        return "below 1e-7"
    if not np.isfinite(value):
        return "undefined"
    figures = 2 if value >= 1e-4 else 1
    decimals = figures - 1 - math.floor(math.log10(value))
    return f"{value:.{decimals}f}" if decimals > 0 else f"{round(value, decimals):.0f}"
