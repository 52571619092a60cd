"""Arrays in which some values are masked."""

from typing import Any

import numpy as np
from jaxtyping import Float


def unmasked(values: Any) -> Float[np.ndarray, "..."]:
    """The values as plain floats, NaN where they are masked (NumPy's masked arrays, columns and quantities of astropy).

    >>> unmasked(np.ma.masked_array([1, 2], mask=[False, True])).tolist()
    [1.0, nan]
    """
    mask = getattr(values, "mask", None)
    plain = np.asarray(getattr(values, "unmasked", values), dtype=float)
    if mask is None or not np.any(mask):
        return plain
    return np.where(np.broadcast_to(np.asarray(mask, dtype=bool), plain.shape), np.nan, plain)
