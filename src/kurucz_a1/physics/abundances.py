"""Elements of the gas and how their number fractions follow the labels."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import SUN, Labels
from kurucz_a1.solar_patterns import DEFAULT_PATTERN, PATTERNS, SOLAR_PATTERNS, packaged_columns
from kurucz_a1.types import AnyArray

#: Elements that take part in the equation of state, in the order of every axis of length 26.
ELEMENTS = (
    *("H", "He", "C", "N", "O", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl"),
    *("Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn"),
)
#: Elements that [alpha/M] raises.
ALPHA = ("O", "Ne", "Mg", "Si", "S", "Ar", "Ca", "Ti")


#: Symbols of the elements Z = 1..99.
SYMBOLS = tuple(SOLAR_PATTERNS["symbol"])
#: Standard atomic weights of Z = 1..99 (u), IUPAC.
ATOMIC_WEIGHTS = np.array(packaged_columns("physics/data/atomic_weights.csv")["atomic_weight"], dtype=float)
#: Z - 1 of each of ELEMENTS: picks these 26 out of 99.
ELEMENT_INDEX = np.array([SYMBOLS.index(symbol) for symbol in ELEMENTS])

#: Which of Z = 1..99 [alpha/M] raises.
IS_ALPHA = np.isin(SYMBOLS, ALPHA)
#: Which of Z = 1..99 a label raises by its value in dex, (99,): metals only.
RAISED_BY = {"feh": np.arange(1, 100) > 2, "afe": IS_ALPHA}


def solar_log_fractions(pattern: str = DEFAULT_PATTERN) -> Float[np.ndarray, "99"]:
    """log10 of N / N_total for Z = 1..99, as the ATLAS programs tabulate the pattern.

    Raises BadConfig for a pattern that is not one of PATTERNS.
    """
    if pattern not in PATTERNS:
        raise BadConfig(f"unknown solar pattern '{pattern}': choose one of {', '.join(PATTERNS)}")
    return np.array(SOLAR_PATTERNS[pattern], dtype=float)


def number_fractions(labels: Labels = SUN, pattern: str = DEFAULT_PATTERN) -> Float[Array, "99"]:
    """N / N_total for Z = 1..99 in a star of these labels, differentiable in them.

    As in ATLAS-12, [M/H] shifts log N/N_total of every metal, [alpha/M] that of ALPHA as well (``RAISED_BY``). Helium
    keeps its number fraction and hydrogen makes up the rest, so that the sum is 1. [Fe/H] equals [M/H] to 0.001 dex.

    Raises BadConfig for an unknown pattern.
    """
    solar = solar_log_fractions(pattern)
    exponent = solar[2:]
    for name, raised in RAISED_BY.items():
        exponent = exponent + getattr(labels, name) * raised[2:]
    metals = 10.0**exponent
    helium = 10.0 ** solar[1]
    hydrogen = 1.0 - helium - jnp.sum(metals)
    return jnp.concatenate([jnp.stack([hydrogen, jnp.asarray(helium)]), metals])


def eos_fractions(fractions99: Float[AnyArray, "99"]) -> Float[Array, "26"]:
    """Number fractions of ELEMENTS, renormalised to a sum of 1, from those of Z = 1..99."""
    chosen = jnp.asarray(fractions99)[ELEMENT_INDEX]
    return chosen / jnp.sum(chosen)


def mean_nuclear_mass(fractions26: Float[AnyArray, "26"]) -> Float[Array, ""]:
    """Mean mass of a nucleus (u) of a gas of ELEMENTS with these number fractions."""
    return jnp.sum(fractions26 * ATOMIC_WEIGHTS[ELEMENT_INDEX])
