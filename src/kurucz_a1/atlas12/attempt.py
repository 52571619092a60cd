"""One run of the program: from a start model to a model at a point, or the reason why there is none."""

import shutil
import signal
from dataclasses import dataclass, replace
from pathlib import Path

from kurucz_a1.atlas12.convergence import Convergence, convergence, iterations_needed
from kurucz_a1.atlas12.printout import Iteration
from kurucz_a1.atlas12.process import Ended, run_limited
from kurucz_a1.atlas12.program import Program
from kurucz_a1.decks.abundances import scaled_pattern
from kurucz_a1.decks.atlas import format_deck, read_atlas_deck
from kurucz_a1.decks.layers import Deck
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import Labels

_PATTERN = "asplund2009"


@dataclass(frozen=True)
class Start:
    """A model to start from: the Labels it is a model of, its Deck, and the name under which it is recorded."""

    point: Labels
    deck: Deck
    name: str


@dataclass(frozen=True)
class Attempt:
    """How one run ended.

    - ``start``: name of the start model.
    - ``deck``: the model, converged or not, or None.
    - ``reason``: why there is no model or what it lacks; "" for a converged one.
    - ``convergence``: None without a model.
    - ``iterations``: requested number; ``needed``: the number after which flux and temperature stayed within the
      limits, None if they did not.
    """

    point: Labels
    start: str
    deck: Deck | None
    reason: str
    convergence: Convergence | None
    iterations: int
    needed: int | None
    seconds: float

    @property
    def converged(self) -> bool:
        return self.deck is not None and not self.reason


def attempt(program: Program, point: Labels, start: Start, iterations: int, folder: Path) -> Attempt:
    """Run ``program`` once for ``point`` from ``start``, in ``folder``, which is emptied first.

    Raises OSError where the program cannot be started; no failure of the program itself raises.
    """
    # The model of an earlier run would pass for the result of this one.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    interface = program.interface
    text = format_deck(with_abundances(start.deck, point))
    command, cards, environment = interface.prepare(program, point, text, folder, iterations)
    ended = run_limited(command, folder, cards=cards, seconds=program.time_limit, environment=environment)
    done = interface.iterations(folder)
    deck, measured = None, None
    reason = _ended_badly(ended, program) or interface.failure(folder)
    if not reason:
        deck, reason = _read_model(interface.model_file(folder), point, program)
    if deck is not None:
        measured, reason = _judge(deck, done, iterations)
    return Attempt(
        point=point,
        start=start.name,
        deck=deck,
        reason=reason or "",
        convergence=measured,
        iterations=iterations,
        needed=iterations_needed(done),
        seconds=ended.seconds,
    )


def with_abundances(deck: Deck, point: Labels) -> Deck:
    """``deck`` with the abundance table and mixing length of ``point``; its structure is kept."""
    fractions, offsets = scaled_pattern(point, _PATTERN)
    return replace(deck, log_fractions=fractions, log_offsets=offsets, mixing_length=float(point.mixing_length))


def _ended_badly(ended: Ended, program: Program) -> str | None:
    if ended.status is None:
        return f"killed after the time limit of {program.time_limit:g} s"
    if ended.status < 0:
        return f"the program crashed ({signal.Signals(-ended.status).name})"
    if ended.status > 128:  # a shell around the program passes the signal on like this
        return f"the program crashed (exit status {ended.status})"
    return f"the program ended with status {ended.status}" if ended.status else None


def _read_model(path: Path, point: Labels, program: Program) -> tuple[Deck | None, str | None]:
    """(Deck, None), or (None, why not)."""
    if not path.is_file():
        return None, "the program ended without a word and left no model"
    if path.stat().st_size == 0:
        return None, "the program left an empty model"
    try:
        deck = read_atlas_deck(path)
    except BadFile as error:
        return None, f"the model is damaged ({str(error).removeprefix(str(path)).lstrip(':, ')})"
    if deck.teff is None or deck.logg is None:
        return None, "the model states no teff and logg"
    if abs(deck.teff - float(point.teff)) > 0.51 or abs(deck.logg - float(point.logg)) > 1e-4:
        return None, f"the model is one of teff {deck.teff:g} K, logg {deck.logg:g}: not of the point asked for"
    if len(deck.column_mass) != program.layers:
        return None, f"the model has {len(deck.column_mass)} layers, not {program.layers}"
    return deck, None


def _judge(deck: Deck, done: list[Iteration], iterations: int) -> tuple[Convergence | None, str | None]:
    """(Convergence, the reason why the model does not count as converged, or None)."""
    if not done:
        return None, "the program printed no iteration: whether the model has converged cannot be told"
    if deck.iterations and deck.iterations != iterations:
        return None, f"the model is that of iteration {deck.iterations}, not of the last one, {iterations}"
    measured = convergence(done[-1], deck)
    shortfalls = measured.shortfalls()
    return measured, f"not converged after {iterations} iterations: {'; '.join(shortfalls)}" if shortfalls else None
