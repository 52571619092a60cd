"""What a source of models is, and what it gives for one point."""

from dataclasses import dataclass

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.labels import LABEL_NAMES


@dataclass(frozen=True)
class Result:
    """The model of a point, or why there is none.

    model: Atmosphere (depth,) or None; reason: one line, "" if there is a model; tries: what a source that runs another
    program has to say of each run, a tuple of dicts with the keys TRY_COLUMNS; deck: text of the program's own model
    file, "" if there is none.
    """

    model: Atmosphere | None
    reason: str = ""
    tries: tuple = ()
    deck: str = ""


#: try: counted from 1; start: model it began with; teff ...: labels aimed at, those of a stepping stone perhaps;
#: iterations: asked for; needed: after how many the limits were kept; seconds: of the run; outcome: "converged", or
#: what went wrong; errors of flux (percent) and hydrostatic equilibrium (relative), largest over the layers.
TRY_COLUMNS = (
    *("try", "start", *LABEL_NAMES, "iterations", "needed", "seconds", "outcome"),
    *("flux_error", "flux_derivative", "temperature_change", "identity"),
)


class Source:
    """Who makes the models of a grid. Subclasses have ``description``, a dict that says what the source is, for
    provenance and to tell whether old results still hold.
    """

    description: dict
    at_hand = False  # whether making a model costs so little that an interrupted batch may begin anew

    def labels(self, space, count, seed):
        """The table of labels to make, a DataFrame as from ``draw_labels``; space: LabelSpace."""
        return draw_labels(space, count, seed)

    def order(self, labels):
        """The index of a table of labels as a list, in the order in which its models are best made."""
        return labels.index.tolist()

    def make_model(self, row, made):
        """The Result for ``row`` of the labels, a dict; made: models of its batch before it, {index: Atmosphere}."""
        raise NotImplementedError
