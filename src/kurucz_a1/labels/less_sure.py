"""Where models of the embedded solver are less sure than elsewhere."""

import numpy as np
from jaxtyping import Bool

from kurucz_a1.labels.labels import Labels
from kurucz_a1.solar_patterns import DEFAULT_PATTERN, SOLAR_PATTERNS

#: K: in cooler stars molecules that the solver takes from statistics, or lacks, carry much of the opacity.
COOL = 3500.0
#: K, and [M/H]: in hotter stars of more metals ions count whose lines the lists hold in part.
HOT, METAL_POOR = 17000.0, -1.0
#: K: in cooler stars of more carbon than oxygen HCN, C2H2 and C3, which the lists lack, carry much of the opacity.
CARBON_RICH = 4500.0
WORDS = (
    f"Teff below {COOL:.0f} K, or below {CARBON_RICH:.0f} K with more carbon than oxygen, "
    f"or above {HOT:.0f} K with [M/H] above {METAL_POOR:g}"
)


def less_sure(labels: Labels) -> Bool[np.ndarray, "..."]:
    """Whether the solver's model of each star, of labels of any shape, is less sure (docs/validation.md).

    >>> bool(less_sure(Labels(teff=3300.0, logg=4.8))), bool(less_sure(Labels(teff=18000.0, logg=4.0, feh=-2.0)))
    (True, False)
    """
    teff, feh = np.asarray(labels.teff), np.asarray(labels.feh)
    carbon, oxygen = (
        float(SOLAR_PATTERNS[DEFAULT_PATTERN][SOLAR_PATTERNS["symbol"].index(symbol)]) for symbol in ("C", "O")
    )
    of_labels = labels.as_dict()
    carbon_rich = carbon + np.asarray(of_labels["c_m"]) > oxygen + np.asarray(of_labels["o_m"]) + np.asarray(labels.afe)
    cool = (teff < COOL) | ((teff < CARBON_RICH) & carbon_rich)
    return np.asarray(cool | ((teff > HOT) & (feh > METAL_POOR)))


def caution(labels: Labels) -> str:
    """One line about the stars of ``labels`` whose models are less sure; empty where there are none."""
    doubtful = np.atleast_1d(less_sure(labels))
    if not doubtful.any():
        return ""
    many = f"{int(doubtful.sum())} of {doubtful.size} models are" if doubtful.size > 1 else "this model is"
    return f"{many} less sure: {WORDS} (docs/validation.md)"
