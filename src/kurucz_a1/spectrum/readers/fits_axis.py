"""Wavelengths from the keywords of the axis of a FITS image: Greisen & Calabretta (2002, A&A 395, 1061, paper I),
Greisen et al. (2006, A&A 446, 747, paper III), and the conventions of IRAF and SDSS."""

import re
import sys
from typing import Any

import numpy as np
from astropy.io.fits import Header
from jaxtyping import Float

from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Scale
from kurucz_a1.spectrum.readers.wavelengths import is_unit, split_unit

_STANDARD = re.compile(r"^(WAVE|AWAV|FREQ|WAVN|ENER)(?:-(...))?$")
_VELOCITY = re.compile(r"^(VELO|VRAD|VOPT|ZOPT|BETA|FELO)(?:-...)?$")
#: SI units of the quantities, which astropy.wcs returns
_SI = {"WAVE": "m", "AWAV": "m", "FREQ": "Hz", "WAVN": "1/m", "ENER": "J"}
_LONGEST_IN_METRES = 1e-3
_KEYS = ("CRVAL", "CRPIX", "CDELT", "CUNIT", "CTYPE")


def has_axis(header: Header, axis: int = 1) -> bool:
    """Whether the header says where the pixels of an axis are."""
    return f"CRVAL{axis}" in header or (axis == 1 and "COEFF0" in header)


def axis_of(
    header: Header, size: int, axis: int = 1
) -> tuple[Float[np.ndarray, "pixel"], str | None, Scale, dict[Medium, str]]:
    """Values of the pixels of an axis, their unit (None where none is stated), their scale and the medium by its type.

    CDi_i goes before CDELTi. Without CRPIXi the first pixel is at CRVALi, as writers that leave it out mean it. Raises
    NotASpectrum for an axis of something else, or without a step.
    """
    pixel = np.arange(1.0, size + 1.0)
    if axis == 1 and "COEFF0" in header and not has_numbers(header, "CRVAL1"):
        # SDSS: log10 of A
        values = number(header, "COEFF0") + number(header, "COEFF1") * (pixel - 1.0)
        return values, None, "log10", {}
    start, reference = number(header, f"CRVAL{axis}"), number(header, f"CRPIX{axis}", 1.0)
    step = _step(header, axis)
    kind = str(header.get(f"CTYPE{axis}", "")).strip().upper()
    unit, scale = split_unit(str(header.get(f"CUNIT{axis}", "")))
    offset = pixel - reference
    standard = _STANDARD.match(kind)
    stated: dict[Medium, str] = {}
    if _VELOCITY.match(kind):
        raise NotASpectrum(f"its axis is one of velocities (CTYPE{axis} = {kind})")
    if unit in ("pixel", "pixels", "pix", "channel") or (kind in ("PIXEL", "PIXELS") and unit is None):
        raise NotASpectrum(f"its axis counts pixels (CTYPE{axis} = {kind!r}); it has no wavelengths")
    if standard:
        quantity, algorithm = standard.groups()
        if quantity in ("WAVE", "AWAV"):
            stated = {"air" if quantity == "AWAV" else "vacuum": f"CTYPE{axis} = {kind}"}
            if unit is None and abs(start) < _LONGEST_IN_METRES:
                unit = "m"  # the standard's unit where none is stated
        elif unit is None:
            unit = {"FREQ": "Hz", "WAVN": "1/m", "ENER": "J"}[quantity]
        if algorithm is None or algorithm == "LIN":
            scale = "log10" if header.get("DC-FLAG") == 1 else scale
            return start + step * offset, unit, scale, stated
        if algorithm == "LOG":
            with np.errstate(all="ignore"):
                return start * np.exp(step * offset / start), unit, "linear", stated
        return _by_astropy(header, axis, pixel, quantity), _SI[quantity], "linear", stated
    if unit is None and is_unit(kind.lower()):
        unit = kind.lower()
    unit = unit or _iraf_unit(header, axis)
    says_log = "LOG" in kind or str(header.get("WFITTYPE", "")).strip().upper() == "LOG-LINEAR"
    if scale == "linear" and (header.get("DC-FLAG") == 1 or says_log):
        # IRAF's mark of an axis in log10 of the wavelength, and what surveys call it
        scale = "log10"
    return start + step * offset, unit, scale, stated


def _step(header: Header, axis: int) -> float:
    matrix, increment = f"CD{axis}_{axis}", f"CDELT{axis}"
    if matrix in header:
        step = number(header, matrix)
    elif increment in header:
        step = number(header, increment) * number(header, f"PC{axis}_{axis}", 1.0)
    else:
        raise NotASpectrum(f"its header has no step of the axis ({increment} or {matrix})")
    if step == 0.0:
        raise NotASpectrum(f"the step of its axis ({matrix if matrix in header else increment}) is zero")
    return step


def _by_astropy(header: Header, axis: int, pixel: Float[np.ndarray, "pixel"], kind: str) -> Float[np.ndarray, "pixel"]:
    """Values in SI units of a non-linear axis of the standard."""
    from astropy.wcs import WCS  # takes long to import

    alone = Header()
    for key in (*_KEYS, "CD"):
        name, own = (f"CD{axis}_{axis}", "CD1_1") if key == "CD" else (f"{key}{axis}", f"{key}1")
        if name in header:
            alone[own] = header[name]
    if f"PC{axis}_{axis}" in header:
        alone["PC1_1"] = header[f"PC{axis}_{axis}"]
    parameters = [key for key in header if re.fullmatch(rf"PV{axis}_\d+", key)]
    for name in ("RESTFRQ", "RESTWAV", *parameters):
        if name in header:
            alone[name.replace(f"PV{axis}_", "PV1_")] = header[name]
    alone["WCSAXES"] = 1
    try:
        (values,) = WCS(alone, naxis=1).wcs_pix2world(pixel, 1)
    except Exception as error:  # of many types
        raise NotASpectrum(f"its axis {kind} cannot be computed ({str(error).splitlines()[0]})") from error
    return values


def _iraf_unit(header: Header, axis: int) -> str | None:
    """The unit in IRAF's attributes of an axis, "wtype=linear label=Wavelength units=Angstroms"."""
    found = re.search(r"\bunits=([^\s\"']+)", attributes(header, axis))
    return split_unit(found[1])[0] if found else None


def attributes(header: Header, axis: int) -> str:
    """IRAF's attributes of an axis, cut into cards of 68 characters, whose blanks at the end FITS drops."""
    parts, number_of_card = [], 1
    while (key := f"WAT{axis}_{number_of_card:03d}") in header:
        parts.append(str(header[key]).ljust(68))
        number_of_card += 1
    return "".join(parts)


def number(header: Header, key: str, default: float | None = None) -> float:
    """The finite number of a keyword. Raises NotASpectrum where it is none."""
    value: Any = header.get(key, default)
    if isinstance(value, str):
        try:
            value = float(value.lower().replace("d", "e"))
        except ValueError:
            value = None
    known = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if not known:
        raise NotASpectrum(f"{key} of its header is no number: {header.get(key)!r}")
    return float(value)


def has_numbers(header: Header, *keys: str) -> bool:
    """Whether the header has all of these keywords."""
    return all(key in header for key in keys)
