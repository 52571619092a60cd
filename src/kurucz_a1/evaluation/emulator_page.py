"""docs/emulator.md from the tables: the networks, their results, and which of the paper's claims hold."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from kurucz_a1.digest import digest
from kurucz_a1.evaluation.claims import Claim
from kurucz_a1.evaluation.derivative_table import FLOORS, GOOD_COSINE, GOOD_DISTANCE
from kurucz_a1.evaluation.emulator_checks import JACOBIAN_BAND, JACOBIAN_FIELDS
from kurucz_a1.evaluation.targets import table_text
from kurucz_a1.labels import LABELS

_HEAD = """# The networks

Written by `snakemake --cores all emulator_report`; do not edit.

{made}

Percentiles are over all values of a row: depths of all models, or models. Errors are differences of natural logarithms.

{table}
## Where `hydrostatic` errs

Test split, -5 <= log tau <= 2: median (95th percentile) of the errors. The last rows go from the centre of the label
space to its corners, by the root mean square distance over all labels but abundances.

| region | models | {fields} |
| --- | --- | {dashes} |
{regions}{derivatives}
## What the networks are

| network | weights | trained on | best epoch | options |
| --- | --- | --- | --- | --- |
{networks}
"""
_DERIVATIVES = """
## Label derivatives of `hydrostatic`

Test split, {low:g} <= log tau <= {high:g}, by cells of one model, one of {count} fields and one label. A cell counts
where half the range of the label changes T by {of_temperature:g} %, m by {of_mass:g} % and another field by
{of_others:g} % or more. It is good with a relative L2 difference below {distance:g} % and a cosine above {cosine}.

| labels | cells | good, % | target, % | median difference, % | p95, % |
| --- | --- | --- | --- | --- | --- |
"""
_STARS = """
The same differences at known stars, in per cent; abundances: the median over elements.

| star | label | {fields} |
| --- | --- | {dashes} |
"""
_COUNTS = """
## What more models and their derivatives are worth

`hydrostatic` trained on increasing numbers of the models, with their label derivatives and without, in as many steps
each, and tested on {tested} others: median (95th percentile) of the errors.

| training models | derivatives | {fields} |
| --- | --- | {dashes} |
"""
_GROWTH = """
## Trained on real ATLAS-12 models

The `hydrostatic` network trained on increasing numbers of the package's ATLAS-12 models (not the embedded
solver's, without label derivatives) and tested on {tested} others: median (95th percentile) of the errors.

| training models | {fields} |
| --- | {dashes} |
"""
_TEST_SETS = {
    "blocks": "blocks of label space that no network saw",
    "last": "the last of the grid, made after the networks were chosen by the others",
}
_CLAIMS = """
## Claims of the paper

From the tables of the same run; [claims.md](claims.md) has the rule of each verdict.
"""
_FIELDS = {
    "temperature": "T",
    "gas_pressure": "P",
    "electron_density": "n_e",
    "column_mass": "m",
    "rosseland_opacity": "kappa",
}


def page(
    *,
    checks: pd.DataFrame,
    regions: pd.DataFrame,
    derivatives: pd.DataFrame,
    stars: pd.DataFrame,
    counts: pd.DataFrame | None,
    growth: pd.DataFrame | None,
    claims: Sequence[Claim],
    emulators: Mapping[str, Mapping[str, Any]],
    dataset: xr.Dataset,
    figures: Iterable[tuple[str, str]],
) -> str:
    """The page in Markdown.

    - ``checks``: table with the columns of ``targets.COLUMNS``.
    - ``regions``: of ``regions.errors_by_region``; ``derivatives``: of ``derivative_table``, empty for none; ``stars``:
      of ``known_stars``.
    - ``counts``, ``growth``: errors by number of training models, of the dataset and of ATLAS-12; None: no section.
    - ``claims``: with their verdicts, or none.
    - ``emulators``: the content of emulator.json of each kind.
    - ``dataset``: their training set.
    - ``figures``: path relative to the page, and caption.
    """
    text = _HEAD.format(
        made=_made(dataset),
        table=table_text(checks),
        regions="".join(
            f"| {row['region']} | {row['models']} | {_errors(row)} |\n" for row in regions.to_dict("records")
        ),
        derivatives=_derivatives(derivatives) + _stars(stars),
        networks=_networks(emulators),
        **_columns(),
    )
    if counts is not None:
        text += _counts(counts)
    if growth is not None:
        text += _growth(growth)
    if claims:
        text += _CLAIMS
    for claim in claims:
        text += f"\n{claim.number}. {claim.statement}\n"
        for name, verdict in (("As published", claim.published), ("Mended", claim.mended)):
            text += f"   - {name}: **{verdict.verdict}**. {verdict.evidence}\n"
    pictures = [f"\n![{words.split('. ')[0].split(':')[0]}]({path})\n\n{words}\n" for path, words in figures]
    return text + ("\n## Figures\n" + "".join(pictures) if pictures else "")


def _stars(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    elements = {label.name for label in LABELS if label.element}
    named = table.assign(label=table["label"].where(~table["label"].isin(elements), "abundances"))
    medians = named.groupby(["star", "label"], sort=False)[list(JACOBIAN_FIELDS)].median()
    text = _STARS.format(
        fields=" | ".join(_FIELDS[name] for name in JACOBIAN_FIELDS), dashes=" | ".join("---" for _ in JACOBIAN_FIELDS)
    )
    for (star, label), row in medians.iterrows():
        cells = ("" if math.isnan(number) else f"{100 * number:.2g}" for number in row)
        text += f"| {star} | {label} | {' | '.join(cells)} |\n"
    return text


def _columns() -> dict[str, str]:
    """Heads and dashes of a column per field, in per cent."""
    return {
        "fields": " | ".join(f"{symbol}, %" for symbol in _FIELDS.values()),
        "dashes": " | ".join("---" for _ in _FIELDS),
    }


def _counts(table: pd.DataFrame) -> str:
    text = _COUNTS.format(tested=int(table["tested_on"].iloc[0]), **_columns())
    for row in table.to_dict("records"):
        text += f"| {row['models']} | {'with' if row['derivatives'] else 'without'} | {_errors(row)} |\n"
    return text


def _growth(table: pd.DataFrame) -> str:
    text = _GROWTH.format(tested=int(table["tested_on"].iloc[0]), **_columns())
    return text + "".join(f"| {row['models']} | {_errors(row)} |\n" for row in table.to_dict("records"))


def _errors(row: Mapping[Any, Any]) -> str:
    """Cells of the median and 95th percentile of the errors of each field."""
    return " | ".join(f"{_percent(row[f'{name}_median'])} ({_percent(row[f'{name}_p95'])})" for name in _FIELDS)


def _derivatives(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    text = _DERIVATIVES.format(
        low=JACOBIAN_BAND[0],
        high=JACOBIAN_BAND[1],
        count=len(JACOBIAN_FIELDS),
        of_temperature=100 * FLOORS[JACOBIAN_FIELDS.index("temperature")],
        of_mass=100 * FLOORS[JACOBIAN_FIELDS.index("column_mass")],
        of_others=100 * FLOORS[JACOBIAN_FIELDS.index("gas_pressure")],
        distance=100 * GOOD_DISTANCE,
        cosine=GOOD_COSINE,
    )
    for row in table.to_dict("records"):
        numbers = (row[name] for name in ("good", "target", "distance_median", "distance_p95"))
        cells = ("" if math.isnan(number) else f"{100 * number:.3g}" for number in numbers)
        text += f"| {row['labels']} | {row['cells']} | {' | '.join(cells)} |\n"
    return text


def _made(dataset: xr.Dataset) -> str:
    counts = [int((dataset["split"].values == k).sum()) for k in range(3)]
    derivatives = "with" if "label_jacobian" in dataset else "without"
    test_set = _TEST_SETS[dataset["split"].attrs["test_set"]]
    made_by = {"solver": "the embedded LTE solver (not ATLAS-12)"}.get(dataset.attrs["source"], dataset.attrs["source"])
    return (
        f"Trained on {counts[0]} models of {made_by}, {derivatives} their label derivatives; {counts[1]} others "
        f"for early stopping, {counts[2]} for the test split: {test_set}. Revision "
        f"`{str(dataset.attrs.get('git_commit', 'unknown'))[:10]}`, SHA-256 of the models `{digest(dataset)[:16]}`."
    )


def _networks(emulators: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for kind, description in emulators.items():
        made = description["provenance"]
        options = ", ".join(f"{name} {_option(value)}" for name, value in made["options"].items())
        rows.append(
            f"| `{kind}` | {description['network']['parameters']:,} | {made['models']['training']} models "
            f"| {made['best_epoch']} of {made['epochs']} | {options} |"
        )
    return "\n".join(rows)


def _option(value: Any) -> str:
    """A number with few figures, words, or how many there are in a list."""
    if isinstance(value, list):
        return str(len(value))
    return value if isinstance(value, str) else f"{value:g}"


def _percent(value: float) -> str:
    return f"{100.0 * value:.2g}"
