"""Line lists to opacity tables."""

from pathlib import Path

import numpy as np

from kurucz_a1.errors import BadConfig
from kurucz_a1.lines.build_opacity_table import build
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND


def opacity_table(*, lists: list[Path], table: Path, vturb: float | tuple[float, float]) -> None:
    """Build the line opacity table of some line lists at the microturbulence ``vturb`` (km s-1), or between two.

    Raises BadConfig where no list is named, BadFile for a bad one.
    """
    if not lists:
        raise BadConfig(
            "solver.lines is default, the table embedded in the package, whose line lists are not part of it; "
            "to build a table name line lists in solver.lines, or gfall (docs/line_lists.md)"
        )
    build(lists, table, np.multiply(vturb, KILOMETRE_PER_SECOND), report=lambda text: print(text, flush=True))
