"""ATLAS-12 as a source of models."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atlas12.attempt import Attempt, Start
from kurucz_a1.atlas12.points import distance
from kurucz_a1.atlas12.program import Program
from kurucz_a1.atlas12.search import find_model
from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.decks import from_deck, to_deck
from kurucz_a1.decks.deck import format_deck
from kurucz_a1.grid.source import Guess, Result, Row, Source
from kurucz_a1.labels import Labels


class Atlas12Source(Source):
    """Models of the user's ATLAS-12 at labels drawn in the box.

    - ``executable``, ``data``, ``options``: as in ``Program``.
    - ``starts``: models that a run may begin with, besides those of the batch so far.
    - ``scratch``: folder for the runs.
    - ``guess``: a function from a row of labels to a model to begin with; ``guesser``: what makes these.

    Raises BadConfig, before the first run, where the program or a file that it needs is missing.
    """

    def __init__(
        self,
        executable: Path | str,
        data: Path | str,
        starts: Iterable[Atmosphere],
        scratch: Path | str,
        guess: Guess | None = None,
        guesser: str = "none",
        **options: Any,
    ) -> None:
        self.program = Program(executable=Path(executable), data=Path(data), **options)
        self.program.check()
        self.scratch = Path(scratch)
        self.description = {"source": "atlas12", "start": guesser, **self.program.description()}
        self._guess, self._guesser = guess, guesser
        self._starts = [_start(model, f"{model.source} {model.name}") for model in starts]

    def order(self, labels: pd.DataFrame) -> list[int]:
        """The index of ``labels``, each row the nearest to the start models and the rows before it."""
        left = {index: Labels.of(row) for index, row in labels.to_dict("index").items()}
        gap = {k: min((distance(s.point, point) for s in self._starts), default=0.0) for k, point in left.items()}
        order = []
        while left:
            index = min(left, key=lambda k: (gap[k], k))
            order.append(index)
            taken = left.pop(index)
            gap.update({k: min(gap[k], distance(taken, point)) for k, point in left.items()})
        return order

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        point = Labels(**Labels.of(row).floats())
        starts = self._starts + [_start(model, f"row {index}") for index, model in made.items()]
        scratch = self.scratch / point.name.replace("=", "").replace(" ", "_")
        shutil.rmtree(scratch, ignore_errors=True)
        guess = self._guess(row) if self._guess else None
        # An emulator may predict a pressure or mass that falls inward, with which no run can begin.
        if guess is not None and np.all(np.diff(guess.column_mass) > 0) and np.all(np.asarray(guess.gas_pressure) > 0):
            starts.insert(0, Start(point, to_deck(guess), self._guesser))
        attempts = find_model(self.program, point, starts, scratch)
        tries = tuple(_as_row(number, attempt) for number, attempt in enumerate(attempts, start=1))
        last = next(attempt for attempt in reversed(attempts) if attempt.point == point or attempt is attempts[0])
        if last.point != point or last.deck is None or not last.converged:
            return Result(None, f"{last.reason} ({len(attempts)} tries; runs kept in {scratch})", tries)
        # The labels as requested: a deck rounds Teff to 1 K.
        return Result(from_deck(last.deck, **point.as_dict()), tries=tries, deck=format_deck(last.deck))


def _start(model: Atmosphere, name: str) -> Start:
    return Start(Labels(**model.floats()), to_deck(model), name)


def _as_row(number: int, attempt: Attempt) -> dict[str, Any]:
    convergence = {} if attempt.convergence is None else vars(attempt.convergence)
    return {
        "try": number,
        "start": attempt.start,
        **attempt.point.told(),
        "iterations": attempt.iterations,
        "needed": attempt.needed,
        "seconds": round(attempt.seconds, 1),
        "outcome": attempt.reason or "converged",
        **{name: np.round(value, 8) for name, value in convergence.items()},
    }
