"""One row per quantity: its errors over many models, the worst case, and whether it meets its target."""

import math

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.statistics import percentiles

STATISTICS = ("median", "p95", "p99", "worst")
COLUMNS = (
    *("quantity", "against", "unit", "models", "failed"),
    *(f"target_{name}" for name in STATISTICS),
    *STATISTICS,
    *("worst_case", "met"),
)
_HEADING = """| quantity | against | models (failed) | target | median | p95 | p99 | worst | worst case | met |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def row(quantity, against, unit, sizes, cases, targets):
    """One row of the table, a dict of COLUMNS.

    sizes: absolute errors, inf for a failed model (so that it counts as the worst); cases: the name of the model of
    each error, of the same length; targets: {one of STATISTICS: the largest value that meets it}.
    Statistics are values of the sample, the higher where they fall between two, nan without a value; p99 is the limit
    that at least 99 % keep. met is yes, no, "" without a target, and "not measured" without a value.
    """
    sizes, cases = np.asarray(sizes, dtype=float), list(cases)
    if sizes.size != len(cases):
        raise ValueError(f"{quantity}: {sizes.size} numbers of {len(cases)} cases")
    statistics = statistics_of(percentiles(sizes))
    if sizes.size:
        # the limit that 99 % keep, where 3 of 300 may fail
        statistics["p99"] = float(np.percentile(sizes, 99, method="inverted_cdf"))
    return {
        "quantity": quantity,
        "against": against,
        "unit": unit,
        "models": len(set(cases)),
        "failed": len({case for case, size in zip(cases, sizes, strict=True) if np.isinf(size)}),
        **{f"target_{name}": targets.get(name, np.nan) for name in STATISTICS},
        **statistics,
        "worst_case": str(cases[int(np.argmax(sizes))]) if cases else "",
        "met": met(statistics, targets),
    }


def unmeasured(quantity, against, unit, targets, why):
    """The row of an unmeasured quantity, with ``why`` in place of the worst case."""
    empty = row(quantity, against, unit, [], [], targets)
    return empty | {"worst_case": why}


def case_names(labels):
    """A short name of each row of a table of labels."""
    return [f"{row.teff:g} K, log g {row.logg:g}, [M/H] {row.feh:g}, [a/M] {row.afe:g}" for row in labels.itertuples()]


def as_table(rows):
    """The rows as a DataFrame with COLUMNS."""
    return pd.DataFrame(rows, columns=list(COLUMNS))


def table_text(summary):
    """The table in Markdown; summary: DataFrame with the columns COLUMNS."""
    return _HEADING + "".join(_line(entry) for entry in summary.to_dict("records"))


def _line(entry):
    unit = "" if entry["unit"] == "1" else f" {entry['unit']}"
    targets = [
        f"{name} {entry[f'target_{name}']:.2g}{unit}" for name in STATISTICS if math.isfinite(entry[f"target_{name}"])
    ]
    numbers = [_number(entry[name], unit) for name in STATISTICS]
    models = f"{entry['models']} ({entry['failed']})"
    start = [entry["quantity"], entry["against"], models, ", ".join(targets)]
    cells = [markdown_cell(cell) for cell in (*start, *numbers, entry["worst_case"], entry["met"])]
    return f"| {' | '.join(cells)} |\n"


def _number(value, unit):
    if math.isnan(value):
        return ""
    return "no model" if math.isinf(value) else f"{value:.3g}{unit}"


def markdown_cell(text):
    """``text`` as a cell of a Markdown table."""
    return str(text).replace("|", r"\|").replace("\n", " ")


def statistics_of(found):
    """STATISTICS out of what ``percentiles`` gives."""
    return {"median": found["median"], "p95": found["p95"], "p99": found["p99"], "worst": found["max"]}


def met(statistics, targets):
    """Whether the statistics meet all targets: yes, no, "" without a target, "not measured" without a value."""
    if np.isnan(statistics["worst"]):
        return "not measured"
    return ("yes" if all(statistics[k] <= v for k, v in targets.items()) else "no") if targets else ""
