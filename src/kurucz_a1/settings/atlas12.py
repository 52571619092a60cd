"""ATLAS-12, an external program that can make the grid."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kurucz_a1.checked import WHOLE, Section
from kurucz_a1.settings.types import Text


class Atlas12Settings(Section):
    """Your own ATLAS-12, for the source atlas12.

    See [atlas12.md](../docs/atlas12.md).
    """

    section: ClassVar[str] = "atlas12"

    executable: str | None = Field(default=None, description="path of the program")
    data: str | None = Field(
        default=None,
        description="`classic`: folder with `molecules.dat`, `fort.12` and `nltelinobsat12.bin`; `f90`: the folder of "
        "the program, which holds `data`",
    )
    variant: Literal["classic", "f90"] = Field(
        default="classic",
        description="`classic`: the fixed-form program, which reads cards; `f90`: the Fortran 90 program, which takes "
        "arguments",
    )
    start: Text = Field(
        default="solver",
        description="start model of the first run of a point; `solver`: the model of the embedded solver; `neighbour`: "
        "the nearest ATLAS-12 model; or the folder of a trained emulator. Later runs start from neighbours",
    )
    iterations: int = Field(
        default=35, ge=1, le=60, description="iterations of the first run of a point; later runs have 55"
    )
    tries: int = Field(
        default=4, ge=1, description="largest number of runs per point, stepping stones towards it included"
    )
    time_limit: float = Field(
        default=600, gt=0, description="time (s) after which a run is killed with all processes that it started"
    )
    layers: Annotated[Literal[72, 80], WHOLE] = Field(
        default=80,
        description="layers of the models, 72 or 80, at most the number that the program was compiled for; the dataset "
        "needs 80",
    )
    batch: int = Field(
        default=100, ge=1, description="points per job, in place of `grid.batch`; a job runs on one processor"
    )
