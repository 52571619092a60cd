"""The embedded solver."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from kurucz_a1.checked import ONE_OR_SEVERAL, UNIQUE, WHOLE, One, Section, Several
from kurucz_a1.settings.types import Text, Threads


class _Numerics(Section):
    """Entries common to the configuration and the solver's options."""

    section: ClassVar[str] = "solver"

    frequencies: Annotated[Literal[300, 600, 1200], WHOLE] = Field(
        default=1200,
        description="number of frequencies, 300, 600 or 1200, chosen for model atmospheres "
        "([solver.md](../docs/solver.md))",
    )
    depths: Annotated[Literal[80, 104, 152, 248, 159, 317], WHOLE] = Field(
        default=80,
        description="number of optical depths: the 80 of ATLAS-12; 104, 152 or 248, where the deepest third is two, "
        "four or eight times as dense; 159 or 317, where all are two or four times as dense. The dataset holds the 80 "
        "([solver.md](../docs/solver.md))",
    )
    maximum_iterations: int = Field(
        default=60,
        ge=1,
        description="Newton steps after which a model counts as failed; those of a coarse start are extra",
    )


class SolverOptions(_Numerics):
    """Options of the solver of model atmospheres."""

    tolerance: float = Field(default=1e-4, gt=0, description="largest change of ln T in the last step")
    flux_tolerance: float = Field(
        default=1e-4, gt=0, description="largest error of the flux, as a share of sigma Teff^4"
    )
    leave_out: tuple[str, ...] = Field(default=(), description="formulas of line absorbers to leave out")
    opacity_table: str | None = Field(
        default=None, description="path of a table of `lines.build_opacity_table`; None: the embedded one"
    )


class SolverSettings(_Numerics):
    """The embedded LTE solver."""

    lines: Annotated[
        Annotated[Text, One] | Annotated[tuple[Text, ...], Field(min_length=1), UNIQUE, Several],
        ONE_OR_SEVERAL,
    ] = Field(
        default="default",
        description="`default`: the embedded opacity table; a path or a list of paths: build a table from these line "
        "lists; `gfall`, alone or in such a list: Kurucz's list, which is fetched "
        "([line_lists.md](../docs/line_lists.md))",
    )
    start: Text | None = Field(
        default=None,
        description="what models of the grid begin with, where it covers their labels: `package`: the emulator of the "
        "package, which saves four tenths of their time; a folder: a trained emulator; null: a temperature law",
    )
    threads: Threads = Field(
        default=1,
        description="threads of a job, even on fewer processors; two jobs side by side, of one thread each, are a "
        "third faster than one after the other, of two",
    )

    @property
    def line_lists(self) -> list[str]:
        """Paths of the line lists, ``gfall`` among them; empty for the embedded opacity table."""
        names = [self.lines] if isinstance(self.lines, str) else list(self.lines)
        return [] if names == ["default"] else names

    def options(self, opacity_table: Path | str | None = None, **changes: Any) -> SolverOptions:
        """The ``SolverOptions`` of these settings; without ``opacity_table``, those of the embedded table."""
        table = str(opacity_table) if opacity_table else None
        return SolverOptions(**{**self.plain("lines", "start", "threads"), "opacity_table": table, **changes})

    @model_validator(mode="after")
    def _check_lines(self) -> "SolverSettings":
        if "default" in self.line_lists:
            raise ValueError(f"solver.lines is {self.line_lists}; nothing can be added to default, so name lists only")
        return self
