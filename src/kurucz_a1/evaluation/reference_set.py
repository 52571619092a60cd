"""Cost and quality of the package's ATLAS-12 models, as a section of a Markdown page."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual
from kurucz_a1.evaluation.statistics import percentiles

_CONVERGED = "converged"
# The first words of a failure, and the cause as the table names it.
_CAUSES = {
    "negative": "pressure not positive, the start was too far",
    "not": "not converged",
    "killed": "time limit",
    "the program crashed": "crash",
}
_STARTS = {"neighbour": "the nearest available model", "solver": "the embedded solver's model"}


def reference_section(models: Sequence[Atmosphere], runs: pd.DataFrame) -> str:
    """The section as text.

    - ``models``: the single models of the set.
    - ``runs``: table of the requested points, with columns layers, start, tries, seconds (on one processor, all tries)
      and outcome ("converged", or the reason for failure).
    """
    converged = runs[runs["outcome"] == _CONVERGED]
    rows = ["| layers | started from | requested | converged | median tries | seconds per model, median | p95 |"]
    rows.append("| --- | --- | --- | --- | --- | --- | --- |")
    for (layers, start), group in runs.groupby(["layers", "start"]):
        good = group[group["outcome"] == _CONVERGED]
        rows.append(
            f"| {layers} | {_STARTS[start]} | {len(group)} | {len(good)} ({100 * len(good) / len(group):.0f} %) "
            f"| {good['tries'].median():.0f} | {good['seconds'].median():.0f} | {good['seconds'].quantile(0.95):.0f} |"
        )
    failed = runs[runs["outcome"] != _CONVERGED]
    text = [
        f"{len(models)} models, {int((converged['layers'] == 80).sum())} of them with 80 layers; "
        f"{runs['seconds'].sum() / 3600:.1f} hours on one processor, failed points included.",
        "",
        *rows,
        "",
        f"{len(failed)} of {len(runs)} points have no model ({100 * len(failed) / len(runs):.1f} %): "
        f"{_causes(failed)}.",
        "",
        *_residuals(models),
    ]
    return "\n".join(text)


def _causes(failed: pd.DataFrame) -> str:
    names = [
        next((cause for word, cause in _CAUSES.items() if reason.startswith(word)), reason)
        for reason in failed["outcome"]
    ]
    counts = {name: names.count(name) for name in sorted(set(names))}
    return "; ".join(f"{name} ({number})" for name, number in counts.items()) or "none"


def _residuals(models: Sequence[Atmosphere]) -> Iterator[str]:
    """The table of hydrostatic residuals, without the first and last layers."""
    yield "Hydrostatic residuals from the models' own numbers, without the first and last layers (dex):"
    yield ""
    yield "| form | median | p95 | max |"
    yield "| --- | --- | --- | --- |"
    for form in ("C", "I"):
        values = percentiles(np.concatenate([hydrostatic_residual(model, form)[1:-1] for model in models]))
        yield f"| {form} | {values['median']:.2g} | {values['p95']:.2g} | {values['max']:.2g} |"
