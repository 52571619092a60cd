"""From the abundances of a deck to [M/H] and [alpha/M], relative to the solar pattern that fits."""

import numpy as np
from jaxtyping import Float

from kurucz_a1.labels import ABUNDANCES, Labels
from kurucz_a1.physics.abundances import IS_ALPHA, PATTERNS, RAISED_BY, SYMBOLS, solar_log_fractions

# Decks round to 0.01 or 0.001 dex, so a scaled pattern agrees within 0.005 + 0.005 of rounding at most.
_ROUNDING = 0.0105
# A few elements may have been changed by hand (carbon, lithium, magnesium); most must follow the pattern.
_SHARE_THAT_MUST_FIT = 0.75
_IRON = 25  # Z - 1
# Tabulated value of absent elements (Tc, Pm, Po ...), before any scaling.
_ABSENT = -19.0


def scaled_pattern(labels: Labels, pattern: str) -> tuple[Float[np.ndarray, "99"], Float[np.ndarray, "99"]]:
    """The two columns of an abundance table: log10 N / N_total of the solar pattern, and offsets in dex.

    Metals are offset as in ``physics.abundances.number_fractions``; helium has no offset but its own fraction, and
    hydrogen makes up the rest.
    """
    fractions = solar_log_fractions(pattern)
    offsets = np.zeros(99)
    for name, raised in RAISED_BY.items():
        offsets[raised] += float(getattr(labels, name))
    fractions[1] += offsets[1]
    offsets[1] = 0.0
    fractions[0] = np.log10(1.0 - np.sum(10.0 ** (fractions[1:] + offsets[1:])))
    return fractions, offsets


def single_abundances(log_fractions: Float[np.ndarray, "99"], feh: float, afe: float, pattern: str) -> dict[str, float]:
    """{name of the label: [X/M]} of the elements of the gas that do not follow these [M/H] and [alpha/M] of a pattern.

    - ``log_fractions``: log10 N / N_total for Z = 1..99.
    """
    expected = solar_log_fractions(pattern) + feh * RAISED_BY["feh"] + afe * RAISED_BY["afe"]
    differences = np.asarray(log_fractions) - expected
    of_labels = {name: float(differences[SYMBOLS.index(symbol)]) for symbol, name in ABUNDANCES.items()}
    return {name: round(value, 6) for name, value in of_labels.items() if abs(value) > _ROUNDING}


def metallicity(log_fractions: Float[np.ndarray, "99"], pattern: str | None = None) -> tuple[float, float, str]:
    """([M/H], [alpha/M], name of the solar pattern) of log10 N / N_total for Z = 1..99.

    The pattern is the one named, or the one that the largest share of elements follows. As in ATLAS-12, [M/H] is the
    offset of the metals' N / N_total. Elements that do not follow the pattern do not count. Where no pattern was named
    and none fits, [M/H] is the offset of iron from the nearest pattern, and [alpha/M] the median of the alpha elements'
    from iron.
    """
    names = PATTERNS if pattern is None else (pattern,)
    candidates = {name: _scaled_pattern(np.asarray(log_fractions), solar_log_fractions(name)) for name in names}
    best = max(candidates, key=lambda name: candidates[name][2])
    feh, afe, share = candidates[best]
    if pattern is None and share < _SHARE_THAT_MUST_FIT:
        difference = np.asarray(log_fractions) - solar_log_fractions(best)
        feh = round(float(difference[_IRON]), 6)
        afe = round(float(np.median(difference[IS_ALPHA])) - feh, 6)
    return feh, afe, best


def _scaled_pattern(
    log_fractions: Float[np.ndarray, "99"], solar: Float[np.ndarray, "99"]
) -> tuple[float, float, float]:
    """Offset of the metals, additional offset of the alpha elements, and the share of elements that follow them."""
    metals = (np.arange(1, 100) > 2) & (solar > _ABSENT)
    alpha = metals & IS_ALPHA
    others = metals & ~alpha
    difference = log_fractions - solar
    feh, fit_others = _common_offset(difference[others])
    alpha_offset, fit_alpha = _common_offset(difference[alpha])
    share = (fit_others + fit_alpha) / metals.sum()
    # Decks hold labels to 0.001 dex at best; the rest is floating-point noise.
    return round(feh, 6), round(alpha_offset - feh, 6), share


def _common_offset(differences: Float[np.ndarray, "metal"]) -> tuple[float, int]:
    """The offset that most elements share (median, then mean of those near it), and how many share it."""
    median = np.median(differences)
    near = np.abs(differences - median) <= _ROUNDING
    return float(np.mean(differences[near]) if near.any() else median), int(near.sum())
