"""One row per quantity: its errors over many models, the worst case, and whether it meets its target."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.evaluation.statistics import percentiles
from kurucz_a1.labels import Labels

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


def row(
    quantity: str,
    against: str,
    unit: str,
    sizes: Sequence[float] | Float[np.ndarray, "case"] | pd.Series,
    cases: Iterable[str],
    targets: Mapping[str, float],
) -> dict[str, Any]:
    """One row of the table, with the keys COLUMNS.

    - ``quantity``, ``against``: what is compared with what; ``unit``: of the errors, "1" for none.
    - ``sizes``: absolute errors, inf for a failed model (so that it counts as the worst).
    - ``cases``: the name of the model of each error.
    - ``targets``: the largest value of some of STATISTICS that meets the target.

    Statistics are values of the sample, the higher where they fall between two, nan without a value; at least 99 % are
    within p99. met is yes, no, "" without a target, and "not measured" without a value.

    Raises ValueError if there are not as many cases as errors.
    """
    sizes, cases = np.asarray(sizes, dtype=float), list(cases)
    if sizes.size != len(cases):
        raise ValueError(f"{quantity}: {sizes.size} numbers of {len(cases)} cases")
    statistics = statistics_of(percentiles(sizes))
    if sizes.size:
        # 99 % are within this limit: 3 of 300 may fail
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


def unmeasured(quantity: str, against: str, unit: str, targets: Mapping[str, float], why: str) -> dict[str, Any]:
    """The row of an unmeasured quantity, with ``why`` in place of the worst case."""
    empty = row(quantity, against, unit, [], [], targets)
    return empty | {"worst_case": why}


def case_names(models: Labels | pd.DataFrame) -> list[str]:
    """A short name of each of several models, of their labels or of the rows of a table of labels."""
    return Labels.of(models if isinstance(models, Labels) else dict(models)).names()


def as_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as a DataFrame with COLUMNS."""
    return pd.DataFrame(rows, columns=list(COLUMNS))


def table_text(summary: pd.DataFrame) -> str:
    """The table in Markdown, of a DataFrame with COLUMNS."""
    return _HEADING + "".join(_line(entry) for entry in summary.to_dict("records"))


def _line(entry: Mapping[str, Any]) -> str:
    unit = "" if entry["unit"] == "1" else f" {entry['unit']}"
    targets = [
        f"{name} {entry[f'target_{name}']:.2g}{unit}" for name in STATISTICS if math.isfinite(entry[f"target_{name}"])
    ]
    numbers = [_number(entry[name], unit) for name in STATISTICS]
    models = f"{entry['models']} ({entry['failed']})"
    start = [entry["quantity"], entry["against"], models, ", ".join(targets)]
    cells = [markdown_cell(cell) for cell in (*start, *numbers, entry["worst_case"], entry["met"])]
    return f"| {' | '.join(cells)} |\n"


def _number(value: float, unit: str) -> str:
    if math.isnan(value):
        return ""
    return "no model" if math.isinf(value) else f"{value:.3g}{unit}"


def markdown_cell(text: object) -> str:
    """``text`` as a cell of a Markdown table."""
    return str(text).replace("|", r"\|").replace("\n", " ")


def statistics_of(percents: Mapping[str, float] | pd.Series) -> dict[str, float]:
    """STATISTICS from the result of ``percentiles``."""
    return {"median": percents["median"], "p95": percents["p95"], "p99": percents["p99"], "worst": percents["max"]}


def met(statistics: Mapping[str, float], targets: Mapping[str, float]) -> str:
    """Whether the statistics meet all targets: yes, no, "" without a target, "not measured" without a value."""
    if np.isnan(statistics["worst"]):
        return "not measured"
    return ("yes" if all(statistics[k] <= v for k, v in targets.items()) else "no") if targets else ""
