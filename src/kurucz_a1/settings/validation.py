"""The validation of the solver."""

from typing import ClassVar

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import Seed, Text


class ValidationSettings(Section):
    """The solver against itself, other models and the Sun.

    Not part of the default run: `snakemake --cores all validation`.
    """

    section: ClassVar[str] = "validation"

    box: int = Field(
        default=300, ge=1, description="labels drawn in the grid's box to check flux and hydrostatic equilibrium on"
    )
    deep: int = Field(
        default=50,
        ge=1,
        description="how many of them are solved again on 152 depths, dense where temperature rises steeply",
    )
    by_line: int = Field(
        default=30,
        ge=1,
        description="how many of them are solved again line by line, if `validation.line_lists` names the lists",
    )
    jacobians: int = Field(
        default=10,
        ge=1,
        description="how many of them have their label derivatives compared with differences of models",
    )
    seed: Seed = Field(
        default=7, description="seed of these labels; it differs from the grid's, so that the labels differ too"
    )
    structures: int = Field(default=200, ge=1, description="largest number of ATLAS-12 models that the solver repeats")
    sweep: int = Field(
        default=41, ge=7, description="models along each label, for the smoothness of the grid, also on 152 depths"
    )
    decks: str | None = Field(
        default=None, description="folder with more ATLAS-12 models; null: those of the package only"
    )
    line_lists: tuple[str, ...] | None = Field(
        default=None,
        description="line lists that the opacity table was made from, to solve line by line; null: no such comparison",
    )
    solar_spectrum: str | None = Field(
        default=None,
        description="CALSPEC file of the Sun (FITS with columns WAVELENGTH and FLUX); null: no comparison with the Sun",
    )
    document: Text = Field(
        default="docs/validation.md", description="page to write; its figures go to `images` beside it"
    )
