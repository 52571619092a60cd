"""Numbers as Fortran writes and reads them."""

import re

import numpy as np

# Fortran always writes the point. An exponent of three digits pushes the E out ("1.234-100"), and a sign may take
# the place of the blank between two fields ("1.362E+14-3.951E+00"), but nothing else may.
_UNSIGNED = r"(?:\d+\.\d*|\.\d+)(?:[EeDd][+-]?\d{2,3}|[+-]\d{3}(?![\d.]))?"
_NUMBER = re.compile(rf"[+-]?{_UNSIGNED}")
_TOKEN = re.compile(rf"[+-]?{_UNSIGNED}(?:[+-]{_UNSIGNED})*")
_LIST_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d{1,3})?")
_BARE_EXPONENT = re.compile(r"(?<=[\d.])([+-]\d{3})$")


def parse_row(text: str) -> list[float]:
    """The numbers on one line, split at blanks and signs.

    Raises ValueError, naming the first word that is not a number.
    """
    values: list[float] = []
    for word in text.split():
        if not _TOKEN.fullmatch(word):
            raise ValueError(f"{word[:30]!r} is not a number")
        values.extend(_to_float(match) for match in _NUMBER.findall(word))
    return values


def parse_list(text: str) -> list[float]:
    """The numbers on one line as Fortran reads a list: between blanks or commas, with or without a point, or as
    ``parse_row`` reads them. Raises ValueError, naming the first word that is not a number."""
    values: list[float] = []
    for word in text.replace(",", " ").split():
        if _LIST_NUMBER.fullmatch(word):
            values.append(float(word.upper().replace("D", "E")))
        else:
            values += parse_row(word)
    return values


def _to_float(text: str) -> float:
    return float(_BARE_EXPONENT.sub(r"E\1", text.upper().replace("D", "E")))


def exponential(value: float, width: int, digits: int) -> str:
    """``value`` as Fortran's 1PEwidth.digits writes it. Raises ValueError where it does not fit."""
    if not np.isfinite(value):
        raise ValueError(f"{value} cannot be written as a number")
    mantissa, exponent = f"{value:.{digits}E}".split("E")
    power = int(exponent)
    written = f"{mantissa}E{power:+03d}" if abs(power) < 100 else f"{mantissa}{power:+04d}"
    return _fit(written, width)


def fixed_within(value: float, width: int, digits: int) -> str:
    """As ``fixed``, with fewer digits where the value needs the room."""
    for fewer in range(digits, 0, -1):
        if len(f"{value:.{fewer}f}") <= width:
            return fixed(value, width, fewer)
    return fixed(value, width, 0)


def fixed(value: float, width: int, digits: int) -> str:
    """``value`` as Fortran's Fwidth.digits writes it (with a point even for no digits). Raises ValueError likewise."""
    if not np.isfinite(value):
        raise ValueError(f"{value} cannot be written as a number")
    return _fit(f"{value:#.{digits}f}", width)


def _fit(text: str, width: int) -> str:
    if len(text) > width:
        raise ValueError(f"{text} is wider than its field of {width} columns")
    return text.rjust(width)
