"""What the abundance of each element does to a model atmosphere: exact derivatives, and a page about them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.solver.jacobian import solve_with_jacobian
from kurucz_a1.labels import ABUNDANCES, SUN, Labels
from kurucz_a1.settings import SolverOptions
from kurucz_a1.validation.jacobian import jacobian_errors
from kurucz_a1.validation.summary import FIELD_NAMES

#: The stars of the page. The giant has the labels of the package's ATLAS-12 model of Arcturus, but for microturbulence.
STARS = {
    "Sun": SUN,
    "giant": Labels(teff=4286.0, logg=1.66, feh=-0.52, afe=0.3),
    "metal-poor dwarf": Labels(teff=5800.0, logg=4.4, feh=-2.0, afe=0.4),
}
FIELDS = {name: FIELD_NAMES[name] for name in ("temperature", "gas_pressure", "electron_density")}
#: log tau of the columns of the page, and the depths over which effects are ordered.
SHOWN = (-4.0, -2.0, -1.0, 0.0, 1.0)
BAND = (-4.0, 1.5)
CHANGE = 0.1  # dex, by which the page raises an abundance
FLOOR = 1e-3  # rms over BAND per dex, below which differences of models are little but their noise


def element_effects(options: SolverOptions, report: Callable[[int], object] | None = None) -> pd.DataFrame:
    """Derivatives of ln T, ln P and ln n_e by the abundance of each element of the gas, at fixed log tau_Ross.

    - ``report``: called with the number of finished stars.

    Columns: star, element, log_tau, and temperature, gas_pressure, electron_density (per dex of [X/H]; [M/H] and the
    other abundances stay as they are). Raises NotConverged.
    """
    tables = []
    for number, (star, labels) in enumerate(STARS.items(), start=1):
        model, jacobian = solve_with_jacobian(labels, by=tuple(ABUNDANCES.values()), options=options)
        for index, element in enumerate(ABUNDANCES):
            slopes = {field: np.asarray(getattr(jacobian, field)[index]) for field in FIELDS}
            columns = {"star": star, "element": element, "log_tau": np.asarray(model.log_tau), **slopes}
            tables.append(pd.DataFrame(columns))
        if report:
            report(number)
    return pd.concat(tables, ignore_index=True)


def element_errors(options: SolverOptions, report: Callable[[int], object] | None = None) -> pd.DataFrame:
    """The derivatives of ``element_effects`` against differences of models, as ``jacobian.jacobian_errors``."""
    stars = pd.DataFrame([labels.floats() for labels in STARS.values()])
    return jacobian_errors(stars, options, report, by=tuple(ABUNDANCES.values()))


def strengths(effects: pd.DataFrame) -> pd.DataFrame:
    """The rms over BAND of each effect, one row per star and element: star, element, and FIELDS, per dex."""
    inside = effects[effects["log_tau"].between(*BAND)]
    return inside.groupby(["star", "element"], sort=False)[list(FIELDS)].agg(_rms).reset_index()


def strongest(effects: pd.DataFrame, star: str, field: str, count: int) -> list[str]:
    """The ``count`` elements with the largest effect on a field of a star, the largest first."""
    sizes = strengths(effects)
    return sizes[sizes["star"] == star].nlargest(count, field)["element"].tolist()


def elements_page(effects: pd.DataFrame, errors: pd.DataFrame, *, made: str, image: str, caption: str) -> str:
    """The page in Markdown.

    - ``effects``, ``errors``: tables of ``element_effects`` and ``element_errors``.
    - ``made``: sentences on the origin of the numbers; ``image``, ``caption``: of the figure.
    """
    compared = _compared(effects, errors)
    shown = compared[compared["effect"] > FLOOR]
    farthest = shown.loc[shown["relative_l2"].idxmax()]
    text = [
        "# What each element does to an atmosphere",
        "",
        "Written by `snakemake --cores all elements`; do not edit.",
        "",
        made,
        "",
        f"Each row raises the abundance of one element by {CHANGE:g} dex, with everything else as it is: exact "
        "derivatives of the model in the abundance ([solver.md](solver.md)), times the change. Columns are optical "
        "depths, log tau_Ross; elements are ordered by their effect on temperature, rms over "
        f"{BAND[0]:g} <= log tau <= {BAND[1]:g}. An element acts as an absorber, as a donor of electrons and as a "
        "partner in molecules; helium by its weight.",
        "",
        f"Checked against central differences of models solved again: relative L2 over depth of the {len(shown)} "
        f"effects, of {len(compared)}, that are above {FLOOR:g} per dex (rms over these depths): median "
        f"{shown['relative_l2'].median():.1e}, worst {farthest['relative_l2']:.1e} ({farthest['star']}, "
        f"{farthest['element']}, ln {FIELDS[farthest['field']]}). "
        "Smaller ones are near the noise of the differences.",
        "",
        f"![{caption.split('.')[0]}]({image})",
        "",
        caption,
    ]
    for star in STARS:
        text += ["", f"## {star[0].upper()}{star[1:]}", "", STARS[star].name, "", *_table(effects, star)]
    return "\n".join(text) + "\n"


def _table(effects: pd.DataFrame, star: str) -> list[str]:
    own = effects[effects["star"] == star]
    head = ["element", *(f"T, % at {depth:g}" for depth in SHOWN), *(f"P, % at {depth:g}" for depth in SHOWN)]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for element in strongest(effects, star, "temperature", len(ABUNDANCES)):
        rows = own[own["element"] == element]
        cells = [
            f"{100.0 * np.expm1(CHANGE * np.interp(depth, rows['log_tau'], rows[field])):+.3f}"
            for field in ("temperature", "gas_pressure")
            for depth in SHOWN
        ]
        lines.append(f"| {element} | {' | '.join(cells)} |")
    return lines


def _compared(effects: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """The relative errors of FIELDS beside the sizes of the effects: star, element, field, relative_l2, effect."""
    star_of = {float(labels.teff): star for star, labels in STARS.items()}
    element_of = {label: element for element, label in ABUNDANCES.items()}
    named = errors.assign(star=errors["teff"].map(star_of), element=errors["by"].map(element_of))
    sizes = strengths(effects).melt(["star", "element"], var_name="field", value_name="effect")
    return named[["star", "element", "field", "relative_l2"]].merge(sizes, on=["star", "element", "field"])


def _rms(values: Any) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
