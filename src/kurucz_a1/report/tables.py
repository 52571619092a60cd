"""Tables of a run for readers: few columns, units in the heads, three figures."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from kurucz_a1.atmosphere.fields import BY_NAME
from kurucz_a1.figures.style import name as system_name
from kurucz_a1.labels import LABELS


class ReadableTable(NamedTuple):
    """A caption, column heads, and rows of text; the first ``text_columns`` cells of each row are left-aligned."""

    caption: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    text_columns: int = 1


def readable_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, ReadableTable]:
    """The tables that the page shows, by name, without empty ones."""
    readable = {}
    for name, (shape, caption, text_columns) in SHAPES.items():
        table = tables.get(name)
        if table is None or table.empty:
            continue
        frame = shape(table)
        rows = [tuple(map(_text, row)) for row in frame.itertuples(index=False)]
        readable[name] = ReadableTable(caption, tuple(frame.columns), rows, text_columns)
    return readable


def _text(value: Any) -> str:
    """A cell: words unchanged, whole numbers in full, other numbers with three figures."""
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return "n/a"
    if math.isinf(value):
        return "undefined"
    if float(value).is_integer() and abs(value) < 1e6:
        return f"{int(value)}"
    size = abs(value)
    if 1e-3 <= size < 1e4:
        decimals = max(0, 2 - math.floor(math.log10(size)))
        return f"{value:.{decimals}f}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _accuracy(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quantity": [_quantity(field) for field in table["field"]],
            "network": [system_name(system) for system in table["system"]],
            "median [%]": 100 * table["median"],
            "95 % interval [%]": _interval(table, "median", 100.0),
            "95th percentile [%]": 100 * table["p95"],
            "its interval [%]": _interval(table, "p95", 100.0),
            "rms [%]": 100 * table["rms"],
            "largest [%]": 100 * table["max"],
            "bias [%]": 100 * table["bias"],
        }
    ).sort_values("quantity", kind="stable", key=lambda column: column.map(_order(table["field"])))


def _atlas12(table: pd.DataFrame) -> pd.DataFrame:
    per_cent = table["field"].isin(("temperature",))
    scale = per_cent.map({True: 100.0, False: 1.0 / math.log(10.0)})
    return pd.DataFrame(
        {
            "quantity": [_quantity(field) for field in table["field"]],
            "system": [system_name(system) for system in table["system"]],
            "set": table["set"],
            "models": table["models"],
            "rms, median over models": table["median"] * scale,
            "rms, worst model": table["worst"] * scale,
            "unit": per_cent.map({True: "%", False: "dex"}),
        }
    ).sort_values("quantity", kind="stable", key=lambda column: column.map(_order(table["field"])))


def _hydrostatic(table: pd.DataFrame) -> pd.DataFrame:
    label_sets = {"ATLAS-12": "ATLAS-12 models", "test": "test set", "box": "whole box"}
    return pd.DataFrame(
        {
            "system": [system_name(system) for system in table["system"]],
            "labels": [label_sets.get(name, name) for name in table["label_set"]],
            "measure": table["form"],
            "depths": table["depths"].map({"all": "1 to 78", "trained": "2 to 59"}),
            "models": table["models"],
            "median [dex]": table["median"],
            "95 % interval [dex]": _interval(table, "median", 1.0),
            "95th percentile [dex]": table["p95"],
            "its interval [dex]": _interval(table, "p95", 1.0),
            "pressure falls [%]": 100 * table["pressure_falls"],
            "unphysical [%]": 100 * table["unphysical"],
        }
    ).sort_values(["measure", "depths"], kind="stable")


def _interval(table: pd.DataFrame, statistic: str, scale: float) -> list[str]:
    """The 95 % intervals of a statistic, in words."""
    ends = (scale * table[f"{statistic}_{end}"] for end in ("low", "high"))
    return [f"{_text(low)} to {_text(high)}" for low, high in zip(*ends, strict=True)]


def _trials(table: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "test_temperature_median": ("T, median [%]", 100.0),
        "test_temperature_p95": ("T, 95 % [%]", 100.0),
        "test_gas_pressure_median": ("P, median [%]", 100.0),
        "published_median": ("published measure [dex]", 1.0),
        "form_c_median": ("form C, median [dex]", 1.0),
        "form_c_p95": ("form C, 95 % [dex]", 1.0),
        "pressure_falls": ("pressure falls [%]", 100.0),
        "unphysical": ("unphysical [%]", 100.0),
    }
    cells = {
        head: [
            f"{_text(scale * value)} ± {float(f'{scale * error:.1g}'):g}"
            for value, error in zip(table[name], table[f"{name}_error"], strict=True)
        ]
        for name, (head, scale) in columns.items()
    }
    names = [
        f"{trial}{', label derivatives' if derivatives and group == 'equal' else ''}"
        for trial, derivatives, group in zip(table["trial"], table["derivatives"], table["group"], strict=True)
    ]
    return pd.DataFrame({"trial": names, "seeds": table["seeds"], **cells})


def _timing(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "system": [system_name(system) for system in table["system"]],
            "device": table["device"],
            "models": table["models"],
            "seconds": table["seconds"],
            "seconds per model": table["seconds_per_model"],
        }
    )


def _solar_summary(table: pd.DataFrame) -> pd.DataFrame:
    heads = {
        "rms_against_reference": "rms against ATLAS-12",
        "greatest_against_reference": "largest against ATLAS-12",
        "rms_against_observed": "rms against observed",
        "reduced_chi2": "reduced χ²",
        "macroturbulence_km_s": "macroturbulence [km/s]",
        "velocity_km_s": "velocity [km/s]",
    }
    frame = table.assign(model=[system_name(model) for model in table["model"]]).rename(columns=heads)
    return frame[["model", *(head for head in heads.values() if head in frame)]]


def _solar_lines(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.pivot_table(index="line", columns="model", values="equivalent_width_mA", sort=False)
    return wide.rename(columns=lambda model: f"{system_name(model)} [mÅ]").reset_index()


def _effects(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={"rms": "rms change", "greatest": "largest change"})


def _widths(table: pd.DataFrame) -> pd.DataFrame:
    heads = {
        "rms": "rms",
        "fe1_mean": "Fe I, mean",
        "fe1_scatter": "Fe I, scatter",
        "fe2_minus_fe1": "Fe II - Fe I",
        "fe1_by_energy": "Fe I, per eV",
        "fe1_by_width": "Fe I, per 100 mÅ",
        "against_reference": "rms against ATLAS-12",
        "error_of_rms": "error of rms minus ATLAS-12's",
    }
    frame = table.assign(model=[system_name(model) for model in table["model"]]).rename(columns=heads)
    return frame[["model", "lines", *heads.values()]]


def _failures(table: pd.DataFrame) -> pd.DataFrame:
    alike = (label.name for label in LABELS if not isinstance(label.box, tuple) and label.name in table)
    return table.drop(columns=[name for name in alike if table[name].nunique() <= 1])


def _quantity(field: str) -> str:
    entry = BY_NAME.get(field)
    return entry.long_name if entry else field


def _order(fields: Iterable[str]) -> dict[str, int]:
    """{quantity: position} in the order of the fields of a table."""
    return {_quantity(field): position for position, field in enumerate(dict.fromkeys(fields))}


# name: function that shapes the table, caption, number of text columns
SHAPES: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str, int]] = {
    "accuracy_summary": (
        _accuracy,
        "Relative error (difference of natural logarithms) on the test set, over all models and depths, with intervals "
        "from a bootstrap over blocks of label space. The truth is this run's own grid.",
        2,
    ),
    "atlas12_summary": (
        _atlas12,
        "Difference from real ATLAS-12 models of the same labels, rms over -4 ≤ log τ ≤ 1.5 of each model: all models "
        "of a system, and those common to all systems.",
        3,
    ),
    "hydrostatic_summary": (
        _hydrostatic,
        "Departure from hydrostatic equilibrium over depths of all models, each system by its own fields, with "
        "intervals from a bootstrap over models. Form C differentiates, form I integrates, both with radiation; the "
        "published measure takes gas pressure alone. Last columns: share of models with total pressure falling inward "
        "somewhere, and of those that are unphysical for this or another reason: a field that is not positive, or "
        "column mass falling inward.",
        4,
    ),
    "trials": (
        _trials,
        "Means over seeds ± one standard error (scatter of single seeds, bootstrap over models); errors on models made "
        "for the trials, residuals at random labels.",
        1,
    ),
    "solar_summary": (_solar_summary, "Normalised solar flux in the window, by structure.", 1),
    "solar_lines": (_solar_lines, "Equivalent widths of the main lines in the window.", 1),
    "solar_effects": (
        _effects,
        "Effect on the normalised flux of choices shared by all structures: "
        "a smaller difference between two structures says nothing about the Sun.",
        1,
    ),
    "solar_widths_summary": (
        _widths,
        "Equivalent widths of unblended solar lines: measured minus computed, as a change of log gf in dex.",
        1,
    ),
    "solar_widths_effects": (
        lambda table: table.rename(columns={"rms": "rms change [dex]"}),
        "Effect on the same of choices shared by all structures.",
        1,
    ),
    "pulls": (
        lambda table: table,
        "Fitted labels of synthetic stars.",
        2,
    ),
    "calibration": (
        lambda table: pd.DataFrame({"quantity": table.columns, "value": [str(value) for value in table.iloc[0]]}),
        "Line strengths calibrated with synthetic stars; rms of log gf in dex, of labels in K, dex and km/s.",
        1,
    ),
    "timing": (
        _timing,
        "Wall-clock time: networks in one batched call after compilation; solver, median of a few models.",
        2,
    ),
    "failures": (_failures, "Grid points without a model, and the reasons.", 0),
}
