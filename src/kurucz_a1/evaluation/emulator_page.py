"""docs/emulator.md out of the tables: what the networks are, what they show, and what holds of the paper's claims."""

from kurucz_a1.digest import digest
from kurucz_a1.evaluation.targets import table_text

_HEAD = """# The networks

Written by `snakemake --cores all emulator_report`; do not edit.

{made}

Percentiles are over every number that a row has: depths of all models, or models. Errors are of natural logarithms.

{table}
## What the networks are

| network | weights | learns from | best of epochs | options |
| --- | --- | --- | --- | --- |
{networks}
"""
_GROWTH = """
## Trained on real ATLAS-12 models

The `hydrostatic` network trained on a growing number of the ATLAS-12 models of the package (not made by the embedded
solver, without label derivatives), tested on {tested} others: median (95th percentile) of the errors.

| models learnt from | {fields} |
| --- | {dashes} |
"""
_ALPHA = """
## The weight of the physics loss

`pinn` trained with each weight alpha: median errors on the test split, and form C at labels drawn in its support.

| alpha | {fields} | form C median, dex | form C p95, dex |
| --- | {dashes} | --- | --- |
"""
_FIELDS = {
    "temperature": "T",
    "gas_pressure": "P",
    "electron_density": "n_e",
    "column_mass": "m",
    "rosseland_opacity": "kappa",
}


def page(*, checks, growth, alpha, claims, emulators, dataset, figures):
    """The page in Markdown.

    checks: table of the columns of ``targets.COLUMNS``; growth, alpha: tables of the scripts emulator_growth
    and emulator_alpha, or None; claims: list of ``claims.Claim``; emulators: {kind: description, the dict of
    emulator.json}; dataset: the xarray Dataset that they were trained on; figures: (path as seen from the page,
    caption) each.
    """
    text = _HEAD.format(made=_made(dataset), table=table_text(checks), networks=_networks(emulators))
    if growth is not None:
        text += _growth(growth)
    if alpha is not None:
        text += _alpha(alpha)
    text += "\n## Claims of the paper\n\nBy the tables of the same run; what each verdict goes by stands in\n"
    text += "`src/kurucz_a1/evaluation/claims.py`.\n"
    for claim in claims:
        text += f"\n{claim.number}. {claim.statement} **{claim.verdict.capitalize()}.** {claim.evidence}\n"
    text += "\n## Figures\n"
    for path, words in figures:
        text += f"\n![{words.split('. ')[0].split(':')[0]}]({path})\n\n{words}\n"
    return text


def _columns():
    """Heads and dashes of a column for each of the fields, in per cent."""
    return {
        "fields": " | ".join(f"{symbol}, %" for symbol in _FIELDS.values()),
        "dashes": " | ".join("---" for _ in _FIELDS),
    }


def _growth(table):
    text = _GROWTH.format(tested=int(table["tested_on"].iloc[0]), **_columns())
    for row in table.to_dict("records"):
        cells = [f"{_percent(row[f'{name}_median'])} ({_percent(row[f'{name}_p95'])})" for name in _FIELDS]
        text += f"| {row['models']} | {' | '.join(cells)} |\n"
    return text


def _alpha(table):
    text = _ALPHA.format(**_columns())
    for row in table.to_dict("records"):
        cells = [_percent(row[f"{name}_median"]) for name in _FIELDS]
        text += f"| {row['alpha']:g} | {' | '.join(cells)} | {row['form_c_median']:.2g} | {row['form_c_p95']:.2g} |\n"
    return text


def _made(dataset):
    counts = [int((dataset["split"].values == k).sum()) for k in range(3)]
    derivatives = "with" if "label_jacobian" in dataset else "without"
    made_by = {"solver": "the embedded LTE solver (not ATLAS-12)"}.get(dataset.attrs["source"], dataset.attrs["source"])
    return (
        f"Trained on {counts[0]} models of {made_by}, {derivatives} their label derivatives; {counts[1]} others "
        f"stopped the training, {counts[2]} are the test split: blocks of label space that no network saw. Revision "
        f"`{str(dataset.attrs.get('git_commit', 'unknown'))[:10]}`, SHA-256 of the models `{digest(dataset)[:16]}`."
    )


def _networks(emulators):
    rows = []
    for kind, description in emulators.items():
        made = description["provenance"]
        options = ", ".join(f"{name} {value:g}" for name, value in made["options"].items())
        rows.append(
            f"| `{kind}` | {description['network']['parameters']:,} | {made['models']['training']} models "
            f"| {made['best_epoch']} of {made['epochs']} | {options} |"
        )
    return "\n".join(rows)


def _percent(value):
    return f"{100.0 * value:.2g}"
