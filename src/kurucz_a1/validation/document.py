"""docs/validation.md out of the tables: what was measured, against what, and who is worst."""

from kurucz_a1.evaluation.targets import markdown_cell, table_text

_HEAD = """# Validation

Written by `snakemake --cores all validation`; do not edit.

{made}

A model that fails counts as the worst of its row. Percentiles are over every number that a row has: layers of all decks
for the gas at a deck's own temperature and pressure, layers of all models for the hydrostatic residuals, else models.

{table}"""


def document(summary, *, made, figures=(), failures=None, left_out=()):
    """The page in Markdown.

    summary: DataFrame with the columns of ``evaluation.targets.COLUMNS``; made: sentences on how the numbers came
    about; figures: (path as seen from the page, caption) each; failures: DataFrame with set, the labels and reason of
    every label set without a model; left_out: (file, reason) of decks that were not used.
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
