"""From the models at hand to the model of a point: which start, how many iterations, what after a failure."""

import shutil

from kurucz_a1.atlas12.attempt import Start, attempt
from kurucz_a1.atlas12.points import between, distance, within_reach

# A restart from a punched model, whose pressures have four digits, shakes it by 2 to 5 %, which takes 15 iterations to
# die out; so a second run of a model that did not converge gets more than the first.
_LONG = 55
_STEPPING_STONE = 20  # iterations of a model that is only there to start from
_SMALLEST_SHARE = 0.2


def find_model(program, point, starts, scratch):
    """Run ``program`` until it has a converged model of ``point``, at most ``program.tries`` times.

    starts: Starts to choose from; scratch: folder for the runs, a folder each, removed if a model was found and left
    as it is otherwise.

    The nearest start is taken. Where it is out of reach, a model half the way serves as a stepping stone. A model that
    has not converged is run on from where it is; if there is none, half the way is tried, then the next start.

    Returns the list of Attempts; the last one has the model if there is one. Raises ValueError without any start.
    """
    queue = sorted(starts, key=lambda start: distance(start.point, point))
    if not queue:
        raise ValueError("no model to start from")
    attempts = []
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
            start, share = Start(target, made.deck, f"{made.start}, by way of {target}"), 1.0
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


def _longest(program):
    return max(program.iterations, min(_LONG, program.interface.MOST_ITERATIONS))


def _reach(start, point):
    """The largest share of the way, 1/2, 1/4 ..., that is within reach."""
    share = 1.0
    while not within_reach(start, between(start, point, share)):
        share /= 2
    return share
