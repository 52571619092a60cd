"""What the reader of a form hands over: arrays as the file has them, and what the file says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from jaxtyping import Bool, Float

Medium = Literal["air", "vacuum"]
Scale = Literal["linear", "log10", "ln"]


class NotASpectrum(ValueError):
    """The content cannot be read; the message is the reason, without the file's name."""


@dataclass(frozen=True, kw_only=True)
class Raw:
    """The arrays of a file; those with two axes hold one order a row.

    - ``wavelength``: of ``unit`` and ``scale``; a wavenumber, frequency or energy where the unit says so.
    - ``flux``, ``error``: of the same shape; one standard error, None where the file has none.
    - ``bad``: pixels that the file marks as bad, None where it marks none.
    - ``unit``: as the file spells it, None where it states none.
    - ``stated``: for each medium that the file states, where it does so.
    - ``form``: the name of the form.
    - ``items``, ``left_out``, ``total``: what the file consists of ("rows"), why some were left out, how many it has.
    """

    wavelength: Float[np.ndarray, "..."]
    flux: Float[np.ndarray, "..."]
    error: Float[np.ndarray, "..."] | None = None
    bad: Bool[np.ndarray, "..."] | None = None
    unit: str | None = None
    scale: Scale = "linear"
    stated: Mapping[Medium, str] = field(default_factory=dict)
    form: str
    items: str = "rows"
    left_out: Sequence[str] = ()
    total: int = 0


def numbers(values: Any) -> Float[np.ndarray, "..."]:
    """An array of a file as floats. Raises NotASpectrum where it holds no real numbers."""
    values = np.asarray(values)
    if values.dtype.kind not in "biuf":
        raise NotASpectrum(f"an array of {values.dtype} where numbers are expected")
    return values.astype(float)
