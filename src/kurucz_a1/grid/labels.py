"""The table of labels of a grid."""

import pandas as pd

from kurucz_a1.label_entries import Spacing
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace, told_table


def draw_labels(space: LabelSpace, count: int, seed: int, spacing: Spacing = "even") -> pd.DataFrame:
    """Labels of ``count`` models spread over the space by ``LabelSpace.sobol``, as a table (see ``label_table``).

    - ``seed``: of the Sobol sequence; a larger ``count`` with the same seed adds models and keeps the others.
    - ``spacing``: as in ``LabelSpace.sobol``.

    Raises BadConfig for a count below one.
    """
    return label_table(space.sobol(count, seed, spacing))


def label_table(labels: Labels) -> pd.DataFrame:
    """Labels of many models as a table with one column per label, in its unit, and the index "index".

    It has no column of an optional label, as an abundance, that has its default in all.
    """
    return told_table(pd.DataFrame(labels.as_dict(), columns=list(LABEL_NAMES))).rename_axis("index")
