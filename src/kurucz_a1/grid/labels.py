"""The table of labels of a grid."""

import pandas as pd

from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace


def draw_labels(space: LabelSpace, count: int, seed: int) -> pd.DataFrame:
    """Labels of ``count`` models spread over the space by ``LabelSpace.sobol``, as a table (see ``label_table``)."""
    return label_table(space.sobol(count, seed))


def label_table(labels: Labels) -> pd.DataFrame:
    """Labels, arrays (model,), as a table with a column a label, in its unit, and the index "index"."""
    return pd.DataFrame(labels.as_dict(), columns=list(LABEL_NAMES)).rename_axis("index")
