"""docs/trials.md from the tables of the trials."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from kurucz_a1.digest import digest
from kurucz_a1.trials.plan import weight_name
from kurucz_a1.trials.summary import chosen_weight

_HEAD = """# Trials of the networks

Written by `snakemake --cores all trials`; do not edit.

{made} The test models, {tested}, were made by the same solver for this page, at random labels that no choice
has seen. Numbers are means over seeds ± one standard error: the scatter of single seeds and a bootstrap over the test
models (or the {drawn} random labels) in quadrature. [claims.md](claims.md) has the rules and the measures.
"""
_WEIGHT = """
## The weight of the physics loss

`pinn`, {epochs} epochs. Form C over all inner depths (1 to 78), and over those where the loss acts (2 to 59).

{table}

![{title}]({path})

{caption}

By the rule of [claims.md](claims.md) the weight is **{chosen:g}**.
"""
_MISTAKES = """
## The mistakes of the published training

The paper's network with alpha = {alpha:g}, {epochs} epochs, trained with the mistakes of the authors' code,
and with one of them mended at a time. All keep the last weights, unless it is said that they were kept by
validation.

{table}
"""
_EQUAL = """
## Equal terms

Every network has the same {models} models, {epochs} epochs of batches of {batch}, and the same search: {rates} learning
rates, and where it learns label derivatives too, {weights} weights of their loss at the rate chosen before, by the data
loss on the validation split; then other seeds with what was chosen.

{table}
"""
_WIDE = """
## The paper's size

`pinn` with alpha = {alpha:g}, {epochs} epochs of batches of {batch}.

{table}
"""
_OWN = """
## Each at its own settings

The networks at the settings of the configuration, and the baselines without a network.

{table}
"""
_BASELINES = """
## Baselines without a network

{table}
"""
_ERRORS = {"temperature": "T", "gas_pressure": "P", "rosseland_opacity": "kappa"}
_RESIDUALS = {
    "published_median": "published measure, dex",
    "form_c_median": "form C, dex",
    "form_c_p95": "form C p95, dex",
    "form_c_trained_median": "form C, depths 2-59, dex",
    "form_i_median": "form I, dex",
}
_FLAWS = {"pressure_falls": "pressure falls, %", "unphysical": "unphysical, %"}
_NAMES = {
    "all-mistakes": "all mistakes (`published`)",
    "all-mistakes-kept-by-validation": "all mistakes, weights kept by their validation",
}


def page(
    *,
    summary: pd.DataFrame,
    dataset: xr.Dataset,
    figure: tuple[str, str] | None,
    trials: Mapping[str, Any],
) -> str:
    """The page in Markdown.

    - ``summary``: of ``summary.summarize``.
    - ``dataset``: that of the trainings.
    - ``figure``: path relative to the page, and caption, of the weights of the physics loss.
    - ``trials``: the settings of the section of that name.
    """
    groups = {str(name): rows for name, rows in summary.groupby("group", sort=False)}
    epochs = trials["epochs"]
    text = _HEAD.format(made=_made(dataset), tested=f"{trials['test']} labels drawn", drawn=trials["drawn"])
    if "alpha" in groups and figure is not None:
        path, caption = figure
        text += _WEIGHT.format(
            epochs=epochs,
            table=_table(groups["alpha"], ("alpha",), [f"{alpha:g}" for alpha in groups["alpha"]["alpha"]]),
            title="The weight of the physics loss",
            path=path,
            caption=caption,
            chosen=chosen_weight(summary),
        )
    if "mistakes" in groups:
        mistakes = groups["mistakes"]
        of_published = mistakes["alpha"].iloc[0]
        if "alpha" in groups:
            alike = groups["alpha"]["trial"].isin((weight_name(of_published), weight_name(0)))
            mistakes = pd.concat([mistakes, groups["alpha"][alike][::-1]])
        text += _MISTAKES.format(
            alpha=of_published,
            epochs=epochs,
            table=_table(mistakes, ("training",), [_mistake(str(name)) for name in mistakes["trial"]]),
        )
    if "equal" in groups:
        equal = groups["equal"].sort_values("derivatives", kind="stable")
        text += _EQUAL.format(
            models=int((dataset["split"].values == 0).sum()),
            epochs=epochs,
            batch=trials["batch_size"],
            rates=len(trials["learning_rates"]),
            weights=len(trials["derivatives"]),
            table=_table(
                equal,
                ("network", "label derivatives"),
                [f"`{row.kind}` | {'learnt' if row.derivatives else 'no'}" for row in equal.itertuples()],
            ),
        )
    if "wide" in groups:
        wide = groups["wide"]
        alpha = wide["alpha"].iloc[0]
        if "alpha" in groups:
            wide = pd.concat([wide, groups["alpha"][groups["alpha"]["alpha"] == alpha]])
        sizes = {True: f"E = D = {trials['wide']}", False: "that of the configuration"}
        text += _WIDE.format(
            alpha=alpha,
            epochs=epochs,
            batch=trials["batch_size"],
            table=_table(wide, ("size",), [sizes[group == "wide"] for group in wide["group"]]),
        )
    own = pd.concat([groups[name] for name in ("own", "baselines") if name in groups])
    head = _OWN if "own" in groups else _BASELINES
    return text + head.format(table=_table(own, ("network",), [f"`{kind}`" for kind in own["kind"]]))


def _mistake(trial: str) -> str:
    if trial.startswith("without-"):
        name = trial.removeprefix("without-")
        return f"without `{name}`"
    if trial == weight_name(0):
        return "no physics loss (`mlp`)"
    return _NAMES.get(trial, "no mistakes, weights kept by validation")


def _made(dataset: xr.Dataset) -> str:
    counts = [int((dataset["split"].values == number).sum()) for number in range(3)]
    made_by = {"solver": "the embedded LTE solver (not ATLAS-12)"}.get(dataset.attrs["source"], dataset.attrs["source"])
    return (
        f"Trained on {counts[0]} models of {made_by}, {counts[1]} others for validation. Revision "
        f"`{str(dataset.attrs.get('git_commit', 'unknown'))[:10]}`, SHA-256 of the models `{digest(dataset)[:16]}`."
    )


def _table(rows: pd.DataFrame, heads: tuple[str, ...], names: Iterable[str]) -> str:
    """A Markdown table with a row per trial: errors on the test models in per cent, and residuals."""
    columns = [f"{symbol} {name}, %" for symbol in _ERRORS.values() for name in ("median", "p95")]
    columns = [*heads, "seeds", *columns, *_RESIDUALS.values(), *_FLAWS.values()]
    lines = [f"| {' | '.join(columns)} |", f"| {' | '.join(['---'] * len(columns))} |"]
    for name, row in zip(names, rows.to_dict("records"), strict=True):
        cells = ["" if row["group"] == "baselines" else str(row["seeds"])]
        cells += [
            _value(row, f"test_{field}_{statistic}", 100.0) for field in _ERRORS for statistic in ("median", "p95")
        ]
        cells += [_value(row, column) for column in _RESIDUALS] + [_value(row, name, 100.0) for name in _FLAWS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _value(row: Mapping[Any, Any], column: str, scale: float = 1.0) -> str:
    value, error = scale * row[column], scale * row[f"{column}_error"]
    return f"{value:.3g} ± {float(f'{error:.1g}'):g}" if error > 0 else f"{value:.3g}"
