"""Spectra of the Sun, synthetic and observed."""

from typing import ClassVar

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import Medium, Resolution, Text, Window


class SpectrumSettings(Section):
    """The Sun from every structure, in a window of lines and at all wavelengths."""

    section: ClassVar[str] = "spectrum"

    window: Window = Field(default=(6430.0, 6450.0), description="high-resolution window (A, in air)")
    step: float = Field(default=0.01, gt=0, le=1, description="step in the window (A)")
    vmic: float = Field(
        default=1.0,
        ge=0,
        le=10,
        description="microturbulence of the lines (km/s), the same for all structures; about 1 fits the Sun's lines",
    )
    lines: str | None = Field(
        default=None,
        description="line list of the window (Kurucz, VALD3, MOOG or csv); null: the table of the package, which "
        "covers the default window",
    )
    observed: Text | None = Field(
        default=None,
        description="observed solar spectrum of the window: `iag` or `hsrs`, which are fetched (see `solar_atlases`), "
        "or a file (FITS, text, csv, npz or HDF5); null: none",
    )
    medium: Medium | None = Field(
        default=None,
        description="`air` or `vacuum`: wavelengths of your own file; null: as the file states, or else air",
    )
    telluric_velocity: float = Field(
        default=0,
        ge=-300,
        le=300,
        description="redshift of the telluric lines in your own file (km/s): 0 as observed, other values if the "
        "wavelengths were corrected for the motion of the Earth or the source",
    )
    resolution: Resolution = Field(
        default=115000, description="resolving power of your own file (wavelength over full width at half maximum)"
    )
