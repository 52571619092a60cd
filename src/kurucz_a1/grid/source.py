"""What a source of models is, and what it gives for one point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.labels import LABEL_NAMES, LabelSpace

#: A row of the table of labels of a grid: labels by name, and what a source adds to them.
Row = Mapping[str, Any]
#: A model that another one with the labels of a row may begin with; None where there is none.
Guess = Callable[[Row], Atmosphere | None]


@dataclass(frozen=True)
class Result:
    """The model of a point, or why there is none.

    - ``reason``: one line; "" if there is a model.
    - ``tries``: for a source that runs another program, each run by TRY_COLUMNS.
    - ``deck``: text of the program's own model file; "" if there is none.
    """

    model: Atmosphere | None
    reason: str = ""
    tries: tuple[Mapping[str, Any], ...] = ()
    deck: str = ""


#: try: counted from 1; start: model it began with; teff ...: labels aimed at, possibly those of a stepping stone;
#: iterations: requested; needed: the number after which the limits were kept; seconds: of the run; outcome:
#: "converged", or what went wrong; errors of flux (percent) and of hydrostatic equilibrium (relative): the largest over
#: the layers.
TRY_COLUMNS = (
    *("try", "start", *LABEL_NAMES, "iterations", "needed", "seconds", "outcome"),
    *("flux_error", "flux_derivative", "temperature_change", "identity"),
)


class Source:
    """What makes the models of a grid.

    Subclasses set ``description``, which says what the source is: for provenance, and to tell whether old results are
    still valid. Their ``at_hand`` says whether models cost so little that an interrupted batch may start again.
    """

    description: dict[str, Any]
    at_hand: bool = False

    def labels(self, space: LabelSpace, count: int, seed: int) -> pd.DataFrame:
        """The table of labels to make, in the form of ``draw_labels``."""
        return draw_labels(space, count, seed)

    def order(self, labels: pd.DataFrame) -> list[int]:
        """The index of a table of labels, in the order in which its models are best made."""
        return labels.index.tolist()

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        """The Result for one row of the labels; ``made``: models of the batch so far, by index."""
        raise NotImplementedError
