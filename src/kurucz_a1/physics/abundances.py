"""Elements of the gas and how their number fractions follow the labels."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.errors import BadConfig
from kurucz_a1.label_entries import ABUNDANCES
from kurucz_a1.labels import SUN, Labels
from kurucz_a1.solar_patterns import DEFAULT_PATTERN, ELEMENTS, PATTERNS, SOLAR_PATTERNS, packaged_columns
from kurucz_a1.types import AnyArray

#: Elements that [alpha/M] raises.
ALPHA = ("O", "Ne", "Mg", "Si", "S", "Ar", "Ca", "Ti")


#: Symbols of the elements Z = 1..99.
SYMBOLS = tuple(SOLAR_PATTERNS["symbol"])
#: Standard atomic weights of Z = 1..99 (u), IUPAC.
ATOMIC_WEIGHTS = np.array(packaged_columns("physics/data/atomic_weights.csv")["atomic_weight"], dtype=float)
#: Z - 1 of each of ELEMENTS: picks these 26 out of 99.
ELEMENT_INDEX = np.array([SYMBOLS.index(symbol) for symbol in ELEMENTS])

#: Smallest share of hydrogen in all nuclei that the gas is made for.
LEAST_HYDROGEN = 0.1
#: Which of Z = 1..99 [alpha/M] raises.
IS_ALPHA = np.isin(SYMBOLS, ALPHA)
#: Which of Z = 1..99 a label raises by its value in dex, (99,): [M/H] all metals, an abundance its own element.
RAISED_BY = {
    "feh": np.arange(1, 100) > 2,
    "afe": IS_ALPHA,
    **{name: np.equal(SYMBOLS, symbol) for symbol, name in ABUNDANCES.items()},
}
_RAISED = np.stack(list(RAISED_BY.values())).astype(float)


def solar_log_fractions(pattern: str = DEFAULT_PATTERN) -> Float[np.ndarray, "99"]:
    """log10 of N / N_total for Z = 1..99, as the ATLAS programs tabulate the pattern.

    Raises BadConfig for a pattern that is not one of PATTERNS.
    """
    if pattern not in PATTERNS:
        raise BadConfig(f"unknown solar pattern '{pattern}': choose one of {', '.join(PATTERNS)}")
    return np.array(SOLAR_PATTERNS[pattern], dtype=float)


def number_fractions(labels: Labels = SUN, pattern: str = DEFAULT_PATTERN) -> Float[Array, "99"]:
    """N / N_total for Z = 1..99 in a star of these labels, differentiable in them.

    As in ATLAS-12, [M/H] shifts log N/N_total of every metal, [alpha/M] that of ALPHA as well, and [X/M] that of one
    element, which may be helium (``RAISED_BY``). Hydrogen makes up the rest, so that the sum is 1. [Fe/H] equals [M/H]
    to 0.001 dex.

    Raises BadConfig for an unknown pattern.
    """
    raised = jnp.stack([jnp.asarray(getattr(labels, name), dtype=float) for name in RAISED_BY])
    others = 10.0 ** (solar_log_fractions(pattern) + raised @ _RAISED)[1:]
    return jnp.concatenate([1.0 - jnp.sum(others, keepdims=True), others])


def check_hydrogen(labels: Labels) -> None:
    """Raise BadConfig where abundances leave hardly any hydrogen, for one star."""
    hydrogen = float(number_fractions(labels)[0])
    if not hydrogen > LEAST_HYDROGEN:
        raise BadConfig(
            f"{labels.name}: these abundances leave hydrogen a share of {hydrogen:.2g} of all nuclei; the gas is made "
            f"for at least {LEAST_HYDROGEN:g}, so lower some"
        )


def eos_fractions(fractions99: Float[AnyArray, "99"]) -> Float[Array, "26"]:
    """Number fractions of ELEMENTS, renormalised to a sum of 1, from those of Z = 1..99."""
    chosen = jnp.asarray(fractions99)[ELEMENT_INDEX]
    return chosen / jnp.sum(chosen)


def mean_nuclear_mass(fractions26: Float[AnyArray, "26"]) -> Float[Array, ""]:
    """Mean mass of a nucleus (u) of a gas of ELEMENTS with these number fractions."""
    return jnp.sum(fractions26 * ATOMIC_WEIGHTS[ELEMENT_INDEX])
