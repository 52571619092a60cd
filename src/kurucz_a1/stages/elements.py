"""The effect of each element's abundance on model atmospheres: docs/elements.md."""

from pathlib import Path

import pandas as pd

from kurucz_a1.dataset import provenance
from kurucz_a1.files import copy_file, write_table, write_text
from kurucz_a1.settings import SolverSettings
from kurucz_a1.validation.elements import element_effects, element_errors, elements_page


def effects(*, effects: Path, errors: Path, solver: SolverSettings, opacities: Path | None = None) -> None:
    """Tabulate exact derivatives of three stars by each abundance, and their check against differences of models.

    opacities: line opacity table of the run, None for the embedded one.
    """
    options = solver.options(opacities)
    write_table(effects, element_effects(options, lambda done: print(f"derivatives: {done} stars", flush=True)))
    write_table(errors, element_errors(options, lambda done: print(f"differences: {done} stars", flush=True)))


def write_page(
    *,
    effects: Path,
    errors: Path,
    png: Path,
    document: Path,
    image: Path,
    solver: SolverSettings,
    captions: dict[str, str],
) -> None:
    """Write the page about ``effects`` and ``errors``, with a copy of its figure beside it; captions: by figure."""
    copy_file(png, image)
    commit = provenance({}, "solver")["git_commit"]
    made = (
        f"Models of the embedded LTE solver, which are not ATLAS-12's: revision `{commit[:10]}`, {solver.frequencies} "
        f"frequencies, {solver.depths} depths."
    )
    place = image.relative_to(document.parent).as_posix()
    text = elements_page(
        pd.read_csv(effects), pd.read_csv(errors), made=made, image=place, caption=captions["elements"]
    )
    write_text(document, text)
