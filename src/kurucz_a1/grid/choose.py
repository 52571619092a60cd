"""The source of models that a configuration names."""

from functools import partial

import numpy as np

from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.errors import BadConfig, OutsideSupport, UserError
from kurucz_a1.grid.atlas12_source import Atlas12Source
from kurucz_a1.grid.sources import DeckSource, GivenSource, SolverSource

SOURCES = ("solver", "atlas12", "reference", "decks")


def make_source(name, *, decks=None, atlas12=None, scratch=None, reference=(), emulator=None, **solver):
    """The Source of this name.

    decks: folder of deck files; atlas12: options of ``kurucz_a1.atlas12.program.Program`` and "start"; scratch: folder
    for its runs; reference: the ATLAS-12 models of the package, a list of Atmospheres, which are the models of
    "reference" and neighbours that "atlas12" may start from; emulator: an Emulator whose models it starts from first;
    others: options of the solver.

    Raises BadConfig for an unknown name, or where what the source needs is missing.
    """
    if name == "solver":
        return SolverSource(**solver)
    if name == "decks":
        return DeckSource(decks)
    if name == "reference":
        deep = [model for model in reference if np.shape(model.temperature)[-1] == DEPTHS]
        return GivenSource(deep, "reference", f"{len(deep)} ATLAS-12 models of the package with {DEPTHS} layers")
    if name == "atlas12":
        for key in ("executable", "data"):
            if (atlas12 or {}).get(key) is None:
                raise BadConfig(f"grid.source is atlas12, but atlas12.{key} names nothing; name it")
        options = dict(atlas12)
        start = options.pop("start", "neighbour")
        guess = {"neighbour": None, "solver": partial(_solved, SolverSource(**solver))}.get(
            start, partial(_emulated, emulator)
        )
        return Atlas12Source(**options, starts=reference, scratch=scratch, guess=guess, guesser=start)
    raise BadConfig(f"grid.source is {name!r}; choose {', '.join(SOURCES[:-1])} or {SOURCES[-1]}")


def _solved(source, row):
    """The embedded solver's model for a row of labels, None where it has none."""
    try:
        return source.make_model(row, {}).model
    except UserError:  # labels outside the range of the solver or its opacity table
        return None


def _emulated(emulator, row):
    """The emulator's model for a row of labels, None outside its range."""
    try:
        return emulator(**{name: row[name] for name in ("teff", "logg", "feh", "afe")})
    except OutsideSupport:
        return None
