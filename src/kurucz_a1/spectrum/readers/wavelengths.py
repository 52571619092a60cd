"""Units, scales and media of wavelengths, from the words of a file."""

import re

import numpy as np
from astropy import units
from jaxtyping import Float

from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Scale

#: Spellings that astropy does not know or takes for another unit ("A" is its ampere).
_SPELLINGS = {
    "Angstrom": ("a", "å", "aa", "ang", "angs", "angstrom", "angstroms", "ångström", "ångstrom", "ångströms"),
    "nm": ("nm", "nanometer", "nanometers", "nanometre", "nanometres"),
    "um": ("um", "µm", "μm", "micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres"),
    "m": ("m", "meter", "meters", "metre", "metres"),
    "cm-1": ("cm-1", "1/cm", "cm^-1", "cm**-1", "cm**(-1)", "cm^{-1}", "kayser", "kaysers"),
    "Hz": ("hz", "hertz", "s-1", "1/s"),
    **{name: (name.lower(),) for name in ("kHz", "MHz", "GHz", "THz", "eV", "keV", "J")},
}
_UNITS = {spelling: units.Unit(name) for name, spellings in _SPELLINGS.items() for spelling in spellings}
_NO_UNIT = {"", "none", "null", "unknown", "-", "--", "dimensionless", "linear", "wavelength", "lambda"}
_LOGARITHM = re.compile(r"^(log10|log|dex|ln)[\s(\[]*(?:lambda/|wavelength/)?(.*?)[)\]]*$")
_WORD = re.compile(r"\b(vacuum|vac|air)\b", re.IGNORECASE)
_INTO = re.compile(r"\bto\s+(vacuum|vac|air)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|never|no longer|instead of|rather than)\b[^,.;:()]*", re.IGNORECASE)
_OF_WAVELENGTHS = re.compile(r"wavel|lambda|wave\b|\bwav|\bwl\b", re.IGNORECASE)
_IN_UNIT = re.compile(
    r"(?:\bin|\bunits?\b\s*(?:is|are|of)?\s*[:=]?|[\[(])\s*([A-Za-zÅåµμ]+)\b(?:\s*[\])]|\s*[,;.]|\s|$)", re.IGNORECASE
)


def split_unit(text: str | None) -> tuple[str | None, Scale]:
    """The unit proper in the text of a unit, None where it says none, and the scale: "log10(Angstrom)".

    >>> split_unit("log10(Angstrom)"), split_unit("Angstroms"), split_unit(" ")
    (('angstrom', 'log10'), ('angstroms', 'linear'), (None, 'linear'))
    """
    name, scale = (text or "").strip().strip("'\"").strip().lower(), "linear"
    found = _LOGARITHM.match(name)
    if found:
        name, scale = found[2].strip(), "ln" if found[1] == "ln" else "log10"
    return (None if name in _NO_UNIT else name), scale  # type: ignore[return-value]


def known_unit(name: str) -> units.UnitBase:
    """The unit of a wavelength, wavenumber, frequency or energy by its name. Raises NotASpectrum."""
    if name.lower() in _UNITS:
        return _UNITS[name.lower()]
    unit = units.Unit(name, parse_strict="silent")
    if isinstance(unit, units.UnrecognizedUnit) or not unit.is_equivalent(units.AA, units.spectral()):
        raise NotASpectrum(f"its wavelengths have the unit {name!r}, which is no unit of wavelength")
    return unit


def is_unit(name: str) -> bool:
    """Whether ``known_unit`` knows the name by its own list."""
    return name.lower() in _UNITS


def in_angstrom(
    values: Float[np.ndarray, "..."], unit: str | None, scale: Scale = "linear"
) -> tuple[Float[np.ndarray, "..."], bool]:
    """Wavelengths in A, and whether they are in vacuum by the nature of the quantity (wavenumber, frequency, energy).

    Without a unit they are in A, or in nm if all are below 3000. Raises NotASpectrum for units of something else.
    """
    with np.errstate(all="ignore"):
        if scale != "linear":
            values = 10.0**values if scale == "log10" else np.exp(values)
        if unit is None:
            largest = np.max(values[np.isfinite(values)], initial=0.0)
            return (values * 10.0 if largest < 3000.0 else values), False
        known = known_unit(unit)
        if known.is_equivalent(units.AA):
            return values * known.to(units.AA), False
        return units.Quantity(np.where(values > 0, values, np.nan), known).to_value(units.AA, units.spectral()), True


def medium_in(words: str) -> Medium | None:
    """The medium that a piece of text names; that after "to" where it names both.

    >>> medium_in("wave_air_rest"), medium_in("converted from air to vacuum"), medium_in("airmass")
    ('air', 'vacuum', None)
    >>> medium_in("in vacuum, not converted to air")
    'vacuum'
    """
    words = _DENIED.sub(" ", words.replace("_", " ").replace("-", " "))
    found = {word.lower() for word in _WORD.findall(words)}
    if "air" in found and len(found) > 1:
        found = {word.lower() for word in _INTO.findall(words)}
    if len(found) != 1:
        return None
    return "air" if found == {"air"} else "vacuum"


def is_about_wavelengths(line: str) -> bool:
    """Whether a line of prose names wavelengths."""
    return bool(_OF_WAVELENGTHS.search(line))


def medium_of_comment(line: str) -> Medium | None:
    """The medium that a line of prose names for wavelengths."""
    return medium_in(line) if is_about_wavelengths(line) else None


def unit_of_comment(line: str) -> str | None:
    """The unit that a line of prose states for wavelengths: "in nm", "[nm]", "unit: nm"; None for more than one."""
    if not is_about_wavelengths(line):
        return None
    found = {name.lower() for name in _IN_UNIT.findall(line) if is_unit(name) and name not in ("a", "m", "M")}
    return found.pop() if len(found) == 1 else None
