"""Which column is what, by its name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy import units
from jaxtyping import Bool, Float

from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw, Scale, numbers
from kurucz_a1.spectrum.readers.wavelengths import is_unit, medium_in, split_unit

#: What is said to a user whose columns have other names.
LOOKED_FOR = "wavelength (wave, wavelength, lambda, loglam, wavenumber, spectral_axis) and flux (flux, norm, intensity)"

_AXIS = r"(?:air|vac|vacuum|log|log10|ln|log_)?(?:waves?|wavelengths?|wavel|wlen|wvl|wav|lambdas?|lam|wl|awav)"
_WAVELENGTH = re.compile(rf"^{_AXIS}\d*(?:obs|data|grid|cal|ab|air|vac|vacuum|rest|nm|um|a|ang|angstroms?)?$")
_WAVENUMBER = re.compile(r"^(?:wavenumbers?|wavenum|wavn|wavenumb)$")
_FREQUENCY = re.compile(r"^(?:frequency|frequencies|freq)$")
_WHOLE_AXIS = {"spectralaxis", "spectral", "loglam", "ll", "angstrom", "angstroms", "nm", "w", "x"}
_NO_WAVELENGTH = {"pixel", "pixels", "pix", "channel", "velocity", "vel", "vrad", "rv", "index", "row", "phase", "time"}
_OF_ERRORS = {
    *("err", "error", "errors", "errs", "unc", "uncert", "uncertainty", "uncertainties", "sigma", "sig", "std"),
    *("stddev", "noise", "staterror", "errdata", "dflux", "eflux", "fluxerr", "errflux", "fluxerror", "stdev", "e"),
}
_OF_VARIANCES = {"var", "variance", "fluxvar", "vardata"}
_OF_IVARS = {"ivar", "invvar", "inversevariance", "fluxivar", "invvariance"}
_OF_MASKS = {"mask", "masks", "flag", "flags", "quality", "qual", "qualdata", "dq", "bad", "badpix", "dataqual"}
_GOOD = {"good", "valid", "use", "used", "ok", "goodpix"}
_OTHER = {  # words of columns that belong to a wavelength or a flux, but are neither
    *("width", "bin", "disp", "dispersion", "fwhm", "res", "resolution", "step", "min", "max", "start", "end", "snr"),
    *("sky", "bg", "bgflux", "background", "continuum", "cont", "model", "bestfit", "telluric", "blaze", "weight"),
    *("sys", "syserror", "raw", "ref", "reference", "qc", "xcor", "corr", "correction", "response"),
}
# Names of fluxes, the best first.
_FLUXES = [
    r"flux",
    r"fun",
    r"(?:norm|normalized|normalised|normal)?flux(?:es)?(?:norm|normalized|normalised|data)?",
    r"norm(?:alized|alised)?|normspec(?:trum)?|rectified",
    r"flux.*|.*flux",
    r"intens.*|int|iic|i",
    r"spec|spectrum|sci|scidata|flx|fl|flam|flambda",
    r"counts?|adus?|electrons?|ssi|irradiance|signal",
    r"f|s|y|data|value",
]
_RELATIVE = {"relative", "rel", "fractional"}
_NO_DIMENSION = {"1", "unitless", "dimensionless", "relative", "fraction"}
_BRACKETS = re.compile(r"[\[({]([^\])}]*)[\])}]")


@dataclass(frozen=True)
class Column:
    """A column of a table, or an array with a name: its values, and the unit that the file states for them."""

    name: str
    values: Any
    unit: str | None = None
    comment: str = ""


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", _BRACKETS.sub(" ", name).lower())


def is_wavelength(name: str) -> bool:
    """Whether a column of this name holds wavelengths, wavenumbers or frequencies."""
    words = _words(name)
    if not words or set(words) & (_OTHER | _OF_ERRORS | _OF_IVARS | _OF_VARIANCES | _OF_MASKS):
        return False
    if "".join(words) in _WHOLE_AXIS | {"arg", "logwave", "logwavelength", "log10lam", "loglambda", "lnlambda"}:
        return True
    return any(_WAVELENGTH.match(word) or _WAVENUMBER.match(word) or _FREQUENCY.match(word) for word in words)


def is_other_axis(name: str) -> bool:
    """Whether a first column of this name is an axis of something else: pixels, velocities."""
    return bool(set(_words(name)) & _NO_WAVELENGTH)


def flux_rank(name: str) -> int | None:
    """Place of the name among those of fluxes, the best first; None where it is none."""
    words = _words(name)
    known = _OTHER | _OF_ERRORS | _OF_IVARS | _OF_VARIANCES | _OF_MASKS
    if not words or set(words) & known or is_wavelength(name):
        return None
    whole = "".join(words)
    by_whole = next((k for k, pattern in enumerate(_FLUXES) if re.fullmatch(pattern, whole)), None)
    if by_whole is not None or len(words) == 1:
        return by_whole
    by_word = [k for k, pattern in enumerate(_FLUXES[:-1]) if any(re.fullmatch(pattern, word) for word in words)]
    return len(_FLUXES) + by_word[0] if by_word else None


def error_kind(name: str) -> str | None:
    """What a column of this name is for the flux: "error", "variance", "ivar" (its inverse), or None."""
    words = _words(name)
    whole, own = "".join(words), set(words)
    if own & (_OTHER | _OF_MASKS) or any(_WAVELENGTH.match(word) for word in words):
        return None
    if own & _OF_IVARS or "inversevariance" in whole:
        return "ivar"
    if own & _OF_VARIANCES:
        return "variance"
    return "error" if own & _OF_ERRORS else None


def is_mask(name: str) -> bool:
    """Whether a column of this name marks pixels; a mask of pixels that are bad in any exposure is none."""
    words = _words(name)
    named = bool(set(words) & (_OF_MASKS | {"goodpix", "bpm"})) or any(word.endswith("mask") for word in words)
    return named and "or" not in words and "ormask" not in words


def bad_pixels(column: Column, error: Float[np.ndarray, "..."] | None = None) -> Bool[np.ndarray, "..."]:
    """The pixels that a mask marks as bad: those that are not zero; where its name or comment says so, those that are.

    A mask that is not zero just where there are errors marks good pixels (as PypeIt's). Raises NotASpectrum where it
    marks nearly all, in which case it means something else.
    """
    values = np.asarray(column.values)
    marked = values.astype(bool) if values.dtype.kind in "biu" else np.nan_to_num(numbers(values), nan=1.0) != 0
    says = column.comment.lower().replace(" ", "")
    if set(_words(column.name)) & _GOOD or "1=good" in says or "0=bad" in says:
        marked = ~marked
    elif error is not None and error.shape == marked.shape:
        has_error = np.isfinite(error) & (error > 0)
        marked = ~marked if marked.mean() > 0.5 and (marked == has_error).mean() > 0.99 else marked
    if marked.mean() > 0.95:
        raise NotASpectrum(
            f"its mask {column.name} marks {marked.mean():.0%} of the pixels as bad; turn it round or leave it out"
        )
    return marked


def standard_error(
    kind: str, column: Column, flux: Float[np.ndarray, "..."], unit: str | None = None
) -> Float[np.ndarray, "..."]:
    """One standard error from a column of errors, variances or inverse variances, NaN for pixels without one.

    ``kind``: "error", "variance" or "ivar"; ``unit``: of the flux, into which errors of another unit are converted;
    errors of no dimension for a flux that has one are relative.
    """
    values = numbers(column.values)
    with np.errstate(all="ignore"):
        if kind == "ivar":
            values = 1.0 / np.sqrt(values)
        elif kind == "variance":
            values = np.sqrt(values)
        own, others = (column.unit or "").strip().lower(), (unit or "").strip().lower()
        words = set(_words(column.name))
        if "percent" in words or (own != others and own in ("%", "percent")):
            values = 0.01 * values * np.abs(flux)
        elif words & _RELATIVE or (others and own != others and own in _NO_DIMENSION):
            values = values * np.abs(flux)
        elif column.unit and unit and column.unit != unit:
            values = values * _conversion(column.unit, unit, {"error": 1.0, "variance": 0.5, "ivar": -0.5}[kind])
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def _conversion(own: str, flux: str, power: float) -> float:
    """Factor that takes a number of one unit to the power to the unit of the flux; 1 for units that do not compare."""
    first, second = (units.Unit(text, parse_strict="silent") for text in (own, flux))
    try:
        return float((first**power).to(second))
    except (units.UnitConversionError, TypeError, ValueError):
        return 1.0


def unit_and_medium(column: Column) -> tuple[str | None, Scale, Medium | None]:
    """What a column of wavelengths says of its unit, scale and medium, by its unit, name and comment."""
    unit, scale = split_unit(column.unit)
    words = _words(column.name)
    inside = re.split(r"[,;\s]+", " ".join(_BRACKETS.findall(column.name)))
    if unit is None:
        candidates = [*(split_unit(word)[0] for word in inside if word), *words[-1:]]
        unit = next((name for name in candidates if name and is_unit(name)), None)
        ending = re.search(r"(?<=wave|mbda|ngth)(nm|um)$", words[0])
        unit = ending[0] if ending and unit is None else unit
    if unit is None and any(_WAVENUMBER.match(word) for word in words):
        unit = "cm-1"
    if unit is None and any(_FREQUENCY.match(word) for word in words):
        unit = "hz"
    if scale == "linear" and words[0].startswith("log"):
        scale = "log10"
    elif scale == "linear" and (words[0] == "ln" or words[0].startswith("lnl") or words[0].startswith("lnw")):
        scale = "ln"
    spaced = re.sub(r"(?i)(air|vacuum|vac)(?=wave|lam)|(?<=wave|mbda|ngth)(?=air|vac)", r"\1 ", column.name)
    medium = medium_in(spaced) or medium_in(column.comment) or ("air" if words[0] == "awav" else None)
    return unit, scale, medium


def raw_of(columns: Sequence[Column], form: str, stated: Mapping[Medium, str] | None = None) -> Raw | None:
    """The Raw spectrum in columns with names, None where none of them is a wavelength, or none a flux.

    Of several wavelengths one that says "air" is taken; if another does, one that does not say so is in vacuum. Of
    several fluxes the one with the plainest name is taken, and errors and masks that go with it.

    - ``stated``: media that the file states elsewhere.
    """
    axes = [column for column in columns if is_wavelength(column.name)]
    ranks = {id(column): flux_rank(column.name) for column in columns}
    if not axes:
        return None
    stated = dict(stated or {})
    in_air = [column for column in axes if unit_and_medium(column)[2] == "air"]
    axis = (in_air or axes)[0]
    size = np.shape(axis.values)
    fluxes = [column for column in columns if ranks[id(column)] is not None and np.size(column.values) > 1]
    fluxes = [column for column in fluxes if column is not axis and np.asarray(column.values).dtype.kind in "biuf"]
    if not fluxes:
        return None
    flux = min(fluxes, key=lambda column: ranks[id(column)] or 0)
    if np.shape(flux.values) != size:
        raise NotASpectrum(f"{axis.name} has the shape {size}, {flux.name} {np.shape(flux.values)}")
    unit, scale, medium = unit_and_medium(axis)
    if medium:
        stated = {medium: f"its column {axis.name}"}
    values = numbers(flux.values)
    rest = set(_words(flux.name)) - {"flux"}
    like = [column for column in columns if np.shape(column.values) == size]
    errors = [(column, kind) for column in like if (kind := error_kind(column.name))]
    errors.sort(key=lambda pair: len((set(_words(pair[0].name)) - _OF_ERRORS - {"flux"}) ^ rest))
    masks = [column for column in like if is_mask(column.name)]
    masks.sort(key=lambda column: len(_words(column.name)))
    error = standard_error(errors[0][1], errors[0][0], values, flux.unit) if errors else None
    return Raw(
        wavelength=numbers(axis.values),
        flux=values,
        error=error,
        bad=bad_pixels(masks[0], error) if masks else None,
        unit=unit,
        scale=scale,
        stated=stated,
        form=form,
    )
