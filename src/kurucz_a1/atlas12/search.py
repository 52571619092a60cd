"""The way to the model of a point: which start, how many iterations, what to do after a failure."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from kurucz_a1.atlas12.attempt import Attempt, Start, attempt
from kurucz_a1.atlas12.points import between, distance, within_reach
from kurucz_a1.atlas12.program import Program
from kurucz_a1.labels import Labels

# A restart from a punched model, whose pressures have four digits, perturbs it by 2 to 5 %, which takes 15 iterations
# to decay; so the second run of a model that did not converge gets more iterations than the first.
_LONG = 55
_STEPPING_STONE = 20  # iterations of a model that serves only as a start
_SMALLEST_SHARE = 0.2


def find_model(program: Program, point: Labels, starts: Iterable[Start], scratch: Path) -> list[Attempt]:
    """Run ``program`` until it has a converged model of ``point``, at most ``program.tries`` times.

    - ``starts``: models to choose from.
    - ``scratch``: folder for the runs, each in a folder of its own; removed if a model was found, else left.

    The nearest start comes first. Where it is out of reach, a model halfway serves as a stepping stone. A model that
    has not converged is continued; if there is none, halfway is tried, then the next start.

    Returns the Attempts; the last one has the model if there is one. Raises ValueError without any start.
    """
    queue = sorted(starts, key=lambda start: distance(start.point, point))
    if not queue:
        raise ValueError("no model to start from")
    attempts: list[Attempt] = []
    start, share, iterations, continued = queue.pop(0), 1.0, program.iterations, False
    while len(attempts) < program.tries:
        target = point
        if share < 1.0 or not within_reach(start.point, point):
            target = between(start.point, point, min(share, _reach(start.point, point)))
        stone = target != point
        folder = scratch / str(len(attempts) + 1)
        made = attempt(program, target, start, _STEPPING_STONE if stone else iterations, folder)
        attempts.append(made)
        if made.converged and not stone:
            shutil.rmtree(scratch)
            break
        if stone and made.deck is not None:
            start, share = Start(target, made.deck, f"{made.start}, by way of {target.name}"), 1.0
        elif made.deck is not None and not continued:
            start = Start(point, made.deck, f"{made.start}, gone on with")
            iterations, continued = _longest(program), True
        elif made.deck is None and start.point != point and share / 2 >= _SMALLEST_SHARE:
            share /= 2
        elif queue:
            start, share, iterations, continued = queue.pop(0), 1.0, _longest(program), False
        else:
            break
    return attempts


def _longest(program: Program) -> int:
    return max(program.iterations, min(_LONG, program.interface.MOST_ITERATIONS))


def _reach(start: Labels, point: Labels) -> float:
    """The largest share of the way, 1/2, 1/4 ..., that is within reach."""
    share = 1.0
    while not within_reach(start, between(start, point, share)):
        share /= 2
    return share
