"""The cards that tell the classic ATLAS-12 what to compute."""

from collections.abc import Iterator

import numpy as np

from kurucz_a1.decks.abundances import scaled_pattern
from kurucz_a1.labels import Labels
from kurucz_a1.physics.abundances import IS_ALPHA

MOST_ITERATIONS = 60  # beyond, the program asks HOW MANY ITERATIONS and stops
_FIRST_LOG_TAU, _LOG_TAU_STEP = -6.875, 0.125
_A_CARD = 6  # pairs of atomic number and value


def classic_cards(point: Labels, *, iterations: int, layers: int, pattern: str = "asplund2009") -> str:
    """The text of the cards for a model at ``point``, from the start model in fort.3.

    - ``iterations``: at most 60; every one is printed, the last one punched.
    - ``layers``: at most what the program was compiled for.
    - ``pattern``: solar pattern to which the abundances refer.

    Raises ValueError for more iterations than the program does.
    """
    if not 1 <= iterations <= MOST_ITERATIONS:
        raise ValueError(f"ATLAS-12 does 1 to {MOST_ITERATIONS} iterations a run, not {iterations}")
    return "\n".join(
        [
            "MOLECULES ON",
            "READ MOLECULES",
            "READ PUNCH",
            "TITLE ATLAS12",
            "OPACITY ON LINES",
            "OPACITY ON XLINES",  # without it no hydrogen lines
            # no overshoot; convection is removed above layer 36, as in the published grids
            f"CONVECTION OVER {point.mixing_length:.2f} 0 36",
            *_abundances(point, pattern),
            f"ITERATIONS {iterations}",
            "PRINT" + iterations * " 1",
            "PUNCH" + (iterations - 1) * " 0" + " 1",
            f"SCALE MODEL {layers} {_FIRST_LOG_TAU} {_LOG_TAU_STEP} {point.teff:.1f} {point.logg:.4f}",
            f"VTURB {point.vturb:.3f}E+05",
            "BEGIN",
            "END",
            "",
        ]
    )


def _abundances(point: Labels, pattern: str) -> Iterator[str]:
    """The solar pattern, its metals scaled by [M/H] and some elements by other labels as well."""
    fractions, offsets = scaled_pattern(point, pattern)
    hydrogen, helium = 10.0 ** fractions[:2]
    yield f"ABUNDANCE SCALE {10.0**point.feh:.6f} ABUNDANCE CHANGE 1 {hydrogen:.6f} 2 {helium:.6f}"
    pairs = [f"{z} {fractions[z - 1]:.3f}" for z in range(3, 100)]
    yield from ("ABUNDANCE CHANGE " + " ".join(pairs[k : k + _A_CARD]) for k in range(0, len(pairs), _A_CARD))
    by_others = IS_ALPHA | ((np.arange(99) > 1) & (offsets != float(point.feh)))
    pairs = [f"{z} {offsets[z - 1]:.3f}" for z in np.flatnonzero(by_others) + 1]
    yield from ("ABUNDANCE RELATIVE " + " ".join(pairs[k : k + _A_CARD]) for k in range(0, len(pairs), _A_CARD))
