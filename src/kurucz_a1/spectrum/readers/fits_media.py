"""The medium of wavelengths that FITS headers state."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from astropy.io.fits import Header
from astropy.io.fits.verify import VerifyError

from kurucz_a1.spectrum.readers.raw import Medium
from kurucz_a1.spectrum.readers.wavelengths import is_about_wavelengths, medium_in, medium_of_comment

# Keywords of SDSS and LAMOST (VACUUM), of DEEP2 and BOSS (AIRORVAC), of SpeX (WAVETYPE), and their kin.
_TRUE_IN_VACUUM = ("VACUUM", "VACWAVE", "INVACUUM")
_TRUE_IN_AIR = ("AIRWAVE", "INAIR")
_NAME_IT = ("AIRORVAC", "AIRVAC", "VACAIR", "WAVETYPE", "WAVEMED", "MEDIUM", "VACUUM", "LAMTYPE", "WAVEREF")
_COMMENTED = ("CTYPE1", "CRVAL1", "CUNIT1", "CDELT1", "CD1_1")


def readable_cards(header: Header) -> Iterator[tuple[str, Any, str]]:
    """Keyword, value and comment of each card, without those that are damaged."""
    for card in header.cards:
        try:
            yield card.keyword, card.value, card.comment
        except (VerifyError, ValueError):
            continue


def media_of_headers(
    headers: Iterable[Header], column: int | None = None, by_type: Mapping[Medium, str] | None = None
) -> dict[Medium, str]:
    """Each medium that keywords state, and where; if none does, what lines of HISTORY and COMMENT say.

    - ``column``: number of the column of wavelengths in a table, from 1, whose keywords count too.
    - ``by_type``: what the type of an axis states, a keyword like others.
    """
    found: dict[Medium, str] = dict(by_type or {})
    prose: dict[Medium, str] = {}
    for header in headers:
        for keyword, value, comment in readable_cards(header):
            medium: Medium | None = None
            if keyword in ("HISTORY", "COMMENT"):
                medium = medium_of_comment(str(value))
                if medium:
                    prose.setdefault(medium, f"{keyword} {str(value).strip()}"[:80])
                continue
            if keyword in _TRUE_IN_VACUUM + _TRUE_IN_AIR and value in (True, False):
                medium = "vacuum" if (keyword in _TRUE_IN_VACUUM) == bool(value) else "air"
            elif keyword in _NAME_IT and isinstance(value, str):
                medium = medium_in(value)
            elif keyword in _COMMENTED:
                medium = medium_in(comment)
            elif column and keyword == f"TUCD{column}":
                # ESO's standard of data products: em.wl is in vacuum, em.wl;obs.atmos in air
                medium = {"em.wl": "vacuum", "em.wl;obs.atmos": "air"}.get(str(value).strip().lower())  # type: ignore[assignment]
            elif column and keyword in (f"TCOMM{column}", f"TDESC{column}"):
                medium = medium_in(str(value))
            elif isinstance(value, str) and value.strip().lower() in ("air", "vac", "vacuum"):
                medium = medium_in(value) if is_about_wavelengths(f"{keyword} {comment}") else None
            if medium:
                found.setdefault(medium, f"{keyword} = {value}")
    return found or prose
