"""Errors of the hydrostatic network against the number of models, with label derivatives and without."""

import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.emulator_growth import by_models
from kurucz_a1.figures.style import paper_style

CAPTION = """
What derivatives are worth: the network that is hydrostatic by construction, trained on increasing numbers of models
with their label derivatives (full lines) and without (dashed), in as many steps each, and tested on others: median
error for log tau from -5 to 2.
"""


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``stages.emulator_checks.by_count``."""
    return by_models(table, "models learnt from")
