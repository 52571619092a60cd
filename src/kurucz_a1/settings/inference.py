"""Labels and line data from spectra."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from kurucz_a1.checked import UNIQUE, Section
from kurucz_a1.label_entries import LABEL_NAMES, LABELS
from kurucz_a1.settings.types import Medium, Resolution, Text, Window

#: What a spectrum depends on besides the labels of the atmosphere.
SPECTRUM_PARAMETERS = ("vmic", "vmac", "vsini", "rv", "continuum", "continuum_slope")
#: Labels that vary in a grid by default and shape its spectra: of microturbulence these tell their own, vmic, and
#: hardly that of the structure.
TOLD_BY_SPECTRA = tuple(label.name for label in LABELS if isinstance(label.box, tuple) and label.name != "vturb")
if TYPE_CHECKING:
    Parameter = str
else:
    Parameter = Literal[(*LABEL_NAMES, *SPECTRUM_PARAMETERS)]


class InferenceSettings(Section):
    """Labels and line data from spectra.

    Not part of the default run: `snakemake --cores all infer_star infer_sun calibrate_gf`
    ([inference.md](../docs/inference.md)).
    """

    section: ClassVar[str] = "inference"

    emulator: Literal["hydrostatic", "pinn", "mlp"] = Field(
        default="hydrostatic",
        description="network of the run that the spectra come from: `hydrostatic`, `pinn` or `mlp`",
    )
    stars: int = Field(default=200, ge=1, description="synthetic stars that `infer_star` makes and fits")
    batch: int = Field(default=25, ge=1, description="synthetic stars per job")
    window: Window = Field(default=(6430.0, 6530.0), description="wavelengths of the spectra (A, in air)")
    pixel: float = Field(default=0.11, gt=0, le=10, description="width of a pixel (A)")
    resolution: Resolution = Field(default=20000, description="resolving power of the spectrograph")
    signal_to_noise: float = Field(
        default=100,
        ge=1,
        le=100_000,
        description="signal-to-noise ratio per pixel of the synthetic stars, in the continuum",
    )
    free: Annotated[tuple[Parameter, ...], UNIQUE] = Field(
        default=(*TOLD_BY_SPECTRA, "vmic", "vsini", "rv", "continuum"),
        min_length=1,
        description="parameters to fit; `vmac`, `continuum_slope` and labels that the emulator takes can be added",
    )
    lines: Text | None = Field(
        default=None,
        description="line list; `gfall`: Kurucz's, which is fetched; null: the lines of the package, complete from "
        "6430 to 6450 A only",
    )
    least: float = Field(
        default=3e-4,
        ge=0,
        le=1,
        description="smallest depth of a line's centre, were it alone and unsaturated, as a share of the continuum: in "
        "stars near the one that is fitted, or, of synthetic stars, in those with the strongest lines; weaker lines "
        "are left out, which changes spectra by half as much or less (rms)",
    )
    observed: Text | None = Field(
        default=None,
        description="spectrum of a star that `infer_star` fits as well, in the windows of the star at rest: with `rv` "
        "in `free` its velocity is found first, to 500 km/s (formats as for `spectrum.observed`); set pixels with "
        "telluric absorption to nan",
    )
    observed_windows: tuple[Window, ...] = Field(
        default=(),
        description="windows of that spectrum that are fitted together (A, in air, of the star at rest), each with its "
        "own continuum: a constant with `continuum` in `free`, a straight line with `continuum_slope`; none: `window`",
    )
    observed_signal_to_noise: float | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="signal-to-noise ratio per pixel of that spectrum, in the continuum, if its file has no errors; "
        "null: by the scatter of neighbouring pixels",
    )
    medium: Medium | None = Field(
        default=None,
        description="`air` or `vacuum`: wavelengths of that spectrum; null: as the file states, or else air",
    )
    calibrated_stars: int = Field(
        default=30, ge=2, description="synthetic stars with which `calibrate_gf` calibrates lines"
    )
    standards: int = Field(
        default=3,
        ge=0,
        description="how many of them have known labels; the first is the Sun, observed five times as well",
    )
    in_report: bool = Field(
        default=False,
        description="`true`: run `infer_star` and `calibrate_gf` too, and test the paper's claim on them in the report",
    )

    @property
    def windows_to_fit(self) -> tuple[tuple[float, float], ...]:
        """The windows of the observed star: ``observed_windows``, or ``window`` where there are none."""
        return self.observed_windows or (self.window,)

    @model_validator(mode="after")
    def _check_standards(self) -> "InferenceSettings":
        if self.standards > self.calibrated_stars:
            raise ValueError(
                f"inference.standards is {self.standards}, more than inference.calibrated_stars, "
                f"{self.calibrated_stars}; standards are some of these stars"
            )
        return self
