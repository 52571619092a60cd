"""Symbols and axis labels of the parameters of a spectrum."""

from kurucz_a1.atmosphere.fields import BY_NAME
from kurucz_a1.figures.style import axis_label, symbol

_SYMBOLS = {
    "vmic": r"$v_\mathrm{mic}$",
    "vmac": r"$v_\mathrm{mac}$",
    "vsini": r"$v \sin i$",
    "rv": r"$v_\mathrm{rad}$",
    "continuum": "continuum",
    "continuum_slope": "continuum's slope",
}
_VELOCITIES = ("vmic", "vmac", "vsini", "rv")


def symbol_of(name: str) -> str:
    """The symbol of a parameter."""
    return symbol(name) if name in BY_NAME else _SYMBOLS[name]


def axis_of(name: str) -> str:
    """The symbol and unit of a parameter."""
    if name in BY_NAME:
        return axis_label(name)
    return f"{_SYMBOLS[name]} [km s$^{{-1}}$]" if name in _VELOCITIES else _SYMBOLS[name]
