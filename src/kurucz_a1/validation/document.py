"""docs/validation.md from the tables: each quantity, its reference and its worst case."""

import math

from kurucz_a1.validation.summary import STATISTICS

_HEAD = """# Validation

Written by `snakemake --cores all validation`; do not edit.

{made}

A failed model counts as the worst of its row. Percentiles are over all values of a row: layers of all decks
for the gas at a deck's own temperature and pressure, layers of all models for hydrostatic residuals, otherwise models.

{table}"""
_COLUMNS = """| quantity | against | models (failed) | target | median | p95 | p99 | worst | worst case | met |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def table_text(summary):
    """The table in Markdown; summary: DataFrame with the columns of ``summary.COLUMNS``."""
    return _COLUMNS + "".join(_line(entry) for entry in summary.to_dict("records"))


def document(summary, *, made, figures=(), failures=None, left_out=()):
    """The page in Markdown.

    summary: DataFrame with the columns of ``summary.COLUMNS``; made: sentences on the origin of the numbers; figures:
    (path as seen from the page, caption) each; failures: DataFrame with set, the labels and reason of every label set
    without a model; left_out: (file, reason) of unused decks.
    """
    text = _HEAD.format(made=made, table=table_text(summary))
    for path, words in figures:
        text += f"\n![{words.split('. ')[0].split(':')[0]}]({path})\n\n{words}\n"
    if failures is not None:
        text += "\n## Labels without a model\n\n"
        text += "None.\n" if failures.empty else "| set | reason |\n| --- | --- |\n"
        for entry in failures.to_dict("records"):
            text += f"| {entry['set']} | {_cell(entry['reason'])} |\n"
    if left_out:
        text += "\n## Files left out\n\n| file | reason |\n| --- | --- |\n"
        text += "".join(f"| {_cell(file)} | {_cell(reason)} |\n" for file, reason in left_out)
    return text


def _line(entry):
    unit = "" if entry["unit"] == "1" else f" {entry['unit']}"
    targets = [
        f"{name} {entry[f'target_{name}']:.2g}{unit}" for name in STATISTICS if math.isfinite(entry[f"target_{name}"])
    ]
    numbers = [_number(entry[name], unit) for name in STATISTICS]
    models = f"{entry['models']} ({entry['failed']})"
    start = [entry["quantity"], entry["against"], models, ", ".join(targets)]
    cells = [_cell(cell) for cell in (*start, *numbers, entry["worst_case"], entry["met"])]
    return f"| {' | '.join(cells)} |\n"


def _number(value, unit):
    if math.isnan(value):
        return ""
    return "no model" if math.isinf(value) else f"{value:.3g}{unit}"


def _cell(text):
    return str(text).replace("|", r"\|").replace("\n", " ")
