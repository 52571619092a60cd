"""docs/validation.md from the tables: each quantity, its reference and its worst case."""

from collections.abc import Iterable, Sequence

import pandas as pd

from kurucz_a1.evaluation.targets import markdown_cell, table_text

_HEAD = """# Validation

Written by `snakemake --cores all validation`; do not edit.

{made}

A failed model counts as the worst of its row. Percentiles are over all values of a row: layers of all decks
for the gas at a deck's own temperature and pressure, layers of all models for hydrostatic residuals, otherwise models.

{table}"""


def document(
    summary: pd.DataFrame,
    *,
    made: str,
    figures: Iterable[tuple[str, str]] = (),
    failures: pd.DataFrame | None = None,
    left_out: Sequence[tuple[str, str]] = (),
) -> str:
    """The page in Markdown.

    - ``summary``: table with the columns of ``evaluation.targets.COLUMNS``.
    - ``made``: sentences on the origin of the numbers.
    - ``figures``: path relative to the page, and caption.
    - ``failures``: set, labels and reason of every label set without a model.
    - ``left_out``: file and reason of each unused deck.
    """
    text = _HEAD.format(made=made, table=table_text(summary))
    for path, words in figures:
        text += f"\n![{words.split('. ')[0].split(':')[0]}]({path})\n\n{words}\n"
    if failures is not None:
        text += "\n## Labels without a model\n\n"
        text += "None.\n" if failures.empty else "| set | reason |\n| --- | --- |\n"
        for entry in failures.to_dict("records"):
            text += f"| {entry['set']} | {markdown_cell(entry['reason'])} |\n"
    if left_out:
        text += "\n## Files left out\n\n| file | reason |\n| --- | --- |\n"
        text += "".join(f"| {markdown_cell(file)} | {markdown_cell(reason)} |\n" for file, reason in left_out)
    return text
