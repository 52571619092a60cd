"""docs/emulator.md from the tables: the networks, their results, and which of the paper's claims hold."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr

from kurucz_a1.digest import digest
from kurucz_a1.evaluation.claims import Claim
from kurucz_a1.evaluation.targets import table_text

_HEAD = """# The networks

Written by `snakemake --cores all emulator_report`; do not edit.

{made}

Percentiles are over all values of a row: depths of all models, or models. Errors are differences of natural logarithms.

{table}
## What the networks are

| network | weights | trained on | best epoch | options |
| --- | --- | --- | --- | --- |
{networks}
"""
_GROWTH = """
## Trained on real ATLAS-12 models

The `hydrostatic` network trained on increasing numbers of the package's ATLAS-12 models (not the embedded
solver's, without label derivatives) and tested on {tested} others: median (95th percentile) of the errors.

| training models | {fields} |
| --- | {dashes} |
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
    growth: pd.DataFrame | None,
    claims: Sequence[Claim],
    emulators: Mapping[str, Mapping[str, Any]],
    dataset: xr.Dataset,
    figures: Iterable[tuple[str, str]],
) -> str:
    """The page in Markdown.

    - ``checks``: table with the columns of ``targets.COLUMNS``.
    - ``growth``: errors by number of training models; None: no section.
    - ``claims``: with their verdicts.
    - ``emulators``: the content of emulator.json of each kind.
    - ``dataset``: their training set.
    - ``figures``: path relative to the page, and caption.
    """
    text = _HEAD.format(made=_made(dataset), table=table_text(checks), networks=_networks(emulators))
    if growth is not None:
        text += _growth(growth)
    text += "\n## Claims of the paper\n\nFrom the tables of the same run; "
    text += "[claims.md](claims.md) has the rule of each verdict.\n"
    for claim in claims:
        text += f"\n{claim.number}. {claim.statement}\n"
        for name, verdict in (("As published", claim.published), ("Mended", claim.mended)):
            text += f"   - {name}: **{verdict.verdict}**. {verdict.evidence}\n"
    text += "\n## Figures\n"
    for path, words in figures:
        text += f"\n![{words.split('. ')[0].split(':')[0]}]({path})\n\n{words}\n"
    return text


def _columns() -> dict[str, str]:
    """Heads and dashes of a column per field, in per cent."""
    return {
        "fields": " | ".join(f"{symbol}, %" for symbol in _FIELDS.values()),
        "dashes": " | ".join("---" for _ in _FIELDS),
    }


def _growth(table: pd.DataFrame) -> str:
    text = _GROWTH.format(tested=int(table["tested_on"].iloc[0]), **_columns())
    for row in table.to_dict("records"):
        cells = [f"{_percent(row[f'{name}_median'])} ({_percent(row[f'{name}_p95'])})" for name in _FIELDS]
        text += f"| {row['models']} | {' | '.join(cells)} |\n"
    return text


def _made(dataset: xr.Dataset) -> str:
    counts = [int((dataset["split"].values == k).sum()) for k in range(3)]
    derivatives = "with" if "label_jacobian" in dataset else "without"
    made_by = {"solver": "the embedded LTE solver (not ATLAS-12)"}.get(dataset.attrs["source"], dataset.attrs["source"])
    return (
        f"Trained on {counts[0]} models of {made_by}, {derivatives} their label derivatives; {counts[1]} others "
        f"for early stopping, {counts[2]} for the test split: blocks of label space that no network saw. Revision "
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
