"""Elements of the gas and how their number fractions follow the labels [M/H] and [alpha/M]."""

import csv
from importlib.resources import files

import jax.numpy as jnp
import numpy as np

from kurucz_a1.errors import BadConfig

#: Elements that take part in the equation of state, in the order of every (26,) array.
ELEMENTS = (
    *("H", "He", "C", "N", "O", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl"),
    *("Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn"),
)
#: Elements that [alpha/M] raises.
ALPHA = ("O", "Ne", "Mg", "Si", "S", "Ar", "Ca", "Ti")


def _columns(name):
    text = (files("kurucz_a1.physics") / "data" / name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    return {key: [row[key] for row in rows] for key in rows[0]}


_PATTERNS = _columns("solar_patterns.csv")
#: Names of the solar patterns.
PATTERNS = tuple(name for name in _PATTERNS if name not in ("atomic_number", "symbol"))
#: Symbols of the elements Z = 1..99.
SYMBOLS = tuple(_PATTERNS["symbol"])
#: Standard atomic weights of Z = 1..99 (u), IUPAC.
ATOMIC_WEIGHTS = np.array(_columns("atomic_weights.csv")["atomic_weight"], dtype=float)
#: Z - 1 of each of ELEMENTS: picks (26,) out of (99,).
ELEMENT_INDEX = np.array([SYMBOLS.index(symbol) for symbol in ELEMENTS])

#: Which of Z = 1..99 [alpha/M] raises, (99,).
IS_ALPHA = np.isin(SYMBOLS, ALPHA)


def solar_log_fractions(pattern="asplund2009"):
    """log10 of N / N_total for Z = 1..99, shape (99,), as the ATLAS programs tabulate the pattern.

    Raises BadConfig for a pattern that is not one of PATTERNS.
    """
    if pattern not in PATTERNS:
        raise BadConfig(f"unknown solar pattern '{pattern}': choose one of {', '.join(PATTERNS)}")
    return np.array(_PATTERNS[pattern], dtype=float)


def number_fractions(feh=0.0, afe=0.0, pattern="asplund2009"):
    """N / N_total for Z = 1..99, shape (99,); differentiable in `feh` and `afe` (dex, scalars).

    As in ATLAS-12, [M/H] shifts log N/N_total of every metal, [alpha/M] that of ALPHA besides; helium keeps its
    number fraction and hydrogen is what remains, so that the sum is 1. [Fe/H] equals [M/H] to 0.001 dex.

    Raises BadConfig for an unknown pattern.
    """
    solar = solar_log_fractions(pattern)
    exponent = solar[2:] + feh + afe * IS_ALPHA[2:]
    metals = 10.0**exponent
    helium = 10.0 ** solar[1]
    hydrogen = 1.0 - helium - jnp.sum(metals)
    return jnp.concatenate([jnp.stack([hydrogen, jnp.asarray(helium)]), metals])


def eos_fractions(fractions99):
    """Number fractions of ELEMENTS, shape (26,), renormalised to a sum of 1, of those of Z = 1..99, shape (99,)."""
    chosen = jnp.asarray(fractions99)[ELEMENT_INDEX]
    return chosen / jnp.sum(chosen)


def mean_nuclear_mass(fractions26):
    """Mean mass of a nucleus (u) of a gas of ELEMENTS with these number fractions, shape (26,)."""
    return jnp.sum(fractions26 * ATOMIC_WEIGHTS[ELEMENT_INDEX])
