"""ATLAS-12 as a source of models."""

import shutil
from pathlib import Path

import numpy as np

from kurucz_a1.atlas12.attempt import Start
from kurucz_a1.atlas12.points import Point, distance
from kurucz_a1.atlas12.program import Program
from kurucz_a1.atlas12.search import find_model
from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.decks import from_deck, to_deck
from kurucz_a1.decks.deck import format_deck
from kurucz_a1.grid.source import Result, Source


class Atlas12Source(Source):
    """Models of the ATLAS-12 that the user has, at labels drawn in the box.

    starts: Atmospheres that a run may begin with, besides those that the same batch has made before; scratch: folder
    for the runs; guess: a function from a row of labels to an Atmosphere to begin with, or None where it has none for
    them; guesser: who makes these; the others as in ``Program``.

    Raises BadConfig, before the first run, where the program or a file it needs is missing.
    """

    def __init__(self, executable, data, starts, scratch, guess=None, guesser="none", **options):
        self.program = Program(executable=Path(executable), data=Path(data), **options)
        self.program.check()
        self.scratch = Path(scratch)
        self.description = {"source": "atlas12", "start": guesser, **self.program.description()}
        self._guess, self._guesser = guess, guesser
        self._starts = [_start(model, f"{model.source} {_point(model)}") for model in starts]

    def order(self, labels):
        """The rows of ``labels`` outward from the models at hand: each is the nearest to those before it.

        Returns their index as a list.
        """
        left = {index: Point(**row) for index, row in labels[list(LABEL_NAMES)].to_dict("index").items()}
        gap = {k: min((distance(s.point, point) for s in self._starts), default=0.0) for k, point in left.items()}
        order = []
        while left:
            index = min(left, key=lambda k: (gap[k], k))
            order.append(index)
            here = left.pop(index)
            gap.update({k: min(gap[k], distance(here, point)) for k, point in left.items()})
        return order

    def make_model(self, row, made):
        """The Result of one row of the labels; ``made``: models of the batch so far, {index: Atmosphere}."""
        point = Point(**{name: float(row[name]) for name in LABEL_NAMES})
        starts = self._starts + [_start(model, f"row {index}") for index, model in made.items()]
        scratch = self.scratch / f"t{point.teff:g}g{point.logg:g}m{point.feh:+g}a{point.afe:+g}v{point.vturb:g}"
        shutil.rmtree(scratch, ignore_errors=True)
        guess = self._guess and self._guess(row)
        # an emulator may predict a pressure or mass that falls inward, with which no run can begin
        if guess is not None and np.all(np.diff(guess.column_mass) > 0) and np.all(np.asarray(guess.gas_pressure) > 0):
            starts.insert(0, Start(point, to_deck(guess), self._guesser))
        attempts = find_model(self.program, point, starts, scratch)
        tries = tuple(_as_row(number, one) for number, one in enumerate(attempts, start=1))
        last = next(one for one in reversed(attempts) if one.point == point or one is attempts[0])
        if last.point != point or not last.converged:
            return Result(None, f"{last.reason} ({len(attempts)} tries; runs kept in {scratch})", tries)
        # the labels as they were asked for: a deck rounds Teff to 1 K
        return Result(from_deck(last.deck, **point.as_dict()), tries=tries, deck=format_deck(last.deck))


def _point(model):
    return Point(**{name: float(getattr(model, name)) for name in LABEL_NAMES})


def _start(model, name):
    return Start(_point(model), to_deck(model), name)


def _as_row(number, one):
    found = {} if one.convergence is None else vars(one.convergence)
    return {
        "try": number,
        "start": one.start,
        **{name: value for name, value in one.point.as_dict().items() if name != "vturb"},
        "iterations": one.iterations,
        "needed": one.needed,
        "seconds": round(one.seconds, 1),
        "outcome": one.reason or "converged",
        **{name: np.round(value, 8) for name, value in found.items()},
    }
