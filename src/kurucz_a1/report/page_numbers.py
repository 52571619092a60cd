"""The numbers that README.md and docs/networks.md quote, from the csv files of docs/numbers."""

import math
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from kurucz_a1.errors import BadFile

_SYSTEMS = {"ATLAS-12": "ATLAS-12", "solver": "LTE solver", "pinn": "PINN", "mlp": "MLP", "hydrostatic": "hydrostatic"}
_FIELDS = {"temperature": "T", "gas_pressure": "gas pressure", "rosseland_opacity": "Rosseland opacity"}


def page_numbers(folder: Path) -> dict[str, str]:
    """The text for each mark of the pages. Raises BadFile where a table of ``folder`` is missing."""
    # the name of a revision may look like a number: 14550e7
    tables = {path.stem: pd.read_csv(path, dtype={"revision": str}) for path in folder.glob("*.csv")}
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


def _of_the_run(run: pd.Series) -> dict[str, str]:
    return {
        "revision": f"`{run['revision']}`",
        **{name: str(run[name]) for name in ("minutes", "threads", "processor")},
    }


def _of_the_networks(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    error = {system: _accuracy(tables, system) for system in ("pinn", "hydrostatic")}
    residual = {system: _residual(tables, system, "C") for system in ("ATLAS-12", "pinn")}
    return {
        "pinn_pressure": f"{100 * error['pinn']['gas_pressure']:.2g}",
        "pinn_opacity": f"{100 * error['pinn']['rosseland_opacity']:.2g}",
        "atlas12_residual": _plain(residual["ATLAS-12"]["median"]),
        "atlas12_closer": f"{residual['pinn']['median'] / residual['ATLAS-12']['median']:.0f}",
        # the least of the three fields
        "hydrostatic_gain": f"{min(error['pinn'][field] / error['hydrostatic'][field] for field in _FIELDS):.0f}",
    }


def _of_the_sun(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    widths = tables["inferred_sun"].set_index("parameter")
    change = tables["solar_widths_summary"].set_index("model")["against_reference"]
    flux = tables["solar_summary"].set_index("model")["rms_against_reference"]
    calibration = tables["calibration"].iloc[0]
    return {
        **{
            f"sun_{name}": f"{widths.loc[name, 'value']:.{decimals}f} ± {widths.loc[name, 'error']:.{decimals}f}"
            for name, decimals in (("teff", 0), ("logg", 2), ("feh", 2))
        },
        "widths_change": f"{change.max():.2f}",
        "flux_change": f"{flux.max():.4f}",
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


def _default_run(tables: dict[str, pd.DataFrame]) -> str:
    """What the default run shows, a column for each system."""
    run, flux = tables["run"].iloc[0], tables["solar_summary"].set_index("model")["rms_against_reference"]
    residuals = {(system, form): _residual(tables, system, form) for system in _SYSTEMS for form in ("C", "I")}
    accuracy = {system: _accuracy(tables, system) for system in ("pinn", "mlp", "hydrostatic")}
    against = tables["atlas12_summary"].query("field == 'temperature'").set_index("system")

    def row(name: str, cells: dict[str, str]) -> str:
        return _row([name, *(cells.get(system, "") for system in _SYSTEMS)])

    return "\n".join(
        [
            _row(["quantity", *_SYSTEMS.values()]),
            _row(["---"] * (len(_SYSTEMS) + 1)),
            row(f"models made, of {run['requested']}", {"solver": str(run["made"])}),
            *(
                row(name, {system: _plain(residuals[system, form][statistic]) for system in _SYSTEMS})
                for name, form, statistic in (
                    ("hydrostatic residual, form C, median [dex]", "C", "median"),
                    ("the same, 95th percentile [dex]", "C", "p95"),
                    ("form I, median [dex]", "I", "median"),
                )
            ),
            *(
                row(
                    f"error of {name}{' on the test split' if field == 'temperature' else ''}, median [%]",
                    {system: f"{100 * errors[field]:.2g}" for system, errors in accuracy.items()},
                )
                for field, name in _FIELDS.items()
            ),
            row(
                "rms of T against ATLAS-12, -4 <= log tau <= 1.5, median (worst) [%]",
                {
                    system: f"{100 * against.loc[system, 'median']:.2g} ({100 * against.loc[system, 'worst']:.2g})"
                    for system in list(_SYSTEMS)[1:]
                },
            ),
            row(
                "normalised flux 6430-6450 A against that of ATLAS-12, rms",
                {system: f"{flux[system]:.4f}" for system in list(_SYSTEMS)[1:]},
            ),
        ]
    )


def _trials(path: Path) -> str:
    """The csv file as a table, every digit as it stands there."""
    table = pd.read_csv(path, dtype=str)
    return "\n".join(map(_row, (table.columns, ["---"] * len(table.columns), *table.itertuples(index=False))))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def _residual(tables: dict[str, pd.DataFrame], system: str, form: str) -> pd.Series:
    """Row of a hydrostatic residual: ATLAS-12 at its own labels, the others in the box of the grid."""
    table, labels = tables["hydrostatic_summary"], "ATLAS-12" if system == "ATLAS-12" else "box"
    rows = table[(table["label_set"] == labels) & (table["system"] == system) & (table["form"] == form)]
    if rows.empty:
        raise KeyError(f"hydrostatic_summary: {system}, form {form}")
    return rows.iloc[0]


def _accuracy(tables: dict[str, pd.DataFrame], system: str) -> pd.Series:
    """Median error by field on the test split, of natural logarithms."""
    table = tables["accuracy_summary"]
    return table[table["system"] == system].set_index("field")["median"]


def _plain(value: float) -> str:
    """Two figures without an exponent, one below 1e-4."""
    if value < 1e-7:
        return "below 1e-7"
    figures = 2 if value >= 1e-4 else 1
    return f"{value:.{figures - 1 - math.floor(math.log10(value))}f}"
