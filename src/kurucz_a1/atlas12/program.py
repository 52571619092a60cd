"""The user's ATLAS-12: where it is, its variant, its data, and how to run it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from kurucz_a1.errors import BadConfig

VARIANTS = ("classic", "f90")


@dataclass(frozen=True)
class Program:
    """An ATLAS-12 and how to run it.

    - ``executable``: path of the program; ``data``: folder of its line and molecule files.
    - ``variant``: "classic" (fixed-form Fortran, cards on its standard input) or "f90" (Fortran 90, arguments).
    - ``iterations``: of the first run of a point; ``tries``: most runs per point; ``time_limit``: seconds per run.
    - ``layers``: 72 or 80, at most what the program was compiled for.
    """

    executable: Path
    data: Path
    variant: str = "classic"
    iterations: int = 35
    tries: int = 4
    time_limit: float = 600.0
    layers: int = 80

    @property
    def interface(self) -> ModuleType:
        """The module that speaks to this variant."""
        from kurucz_a1.atlas12 import classic, fortran90

        return {"classic": classic, "f90": fortran90}[self.variant]

    def check(self) -> None:
        """Raise BadConfig, in one line, where the program cannot be run: what is missing, where, and what to do."""
        if self.variant not in VARIANTS:
            raise BadConfig(f"atlas12.variant is {self.variant}; choose {' or '.join(VARIANTS)}")
        if not self.executable.is_file():
            raise BadConfig(f"atlas12.executable is {self.executable}, which is no file; name your ATLAS-12 program")
        if not os.access(self.executable, os.X_OK):
            raise BadConfig(f"atlas12.executable is {self.executable}, which cannot be executed; chmod +x it")
        if not self.data.is_dir():
            raise BadConfig(f"atlas12.data is {self.data}, which is no folder; name the one with the program's data")
        self.interface.check_data(self.data)

    def description(self) -> dict[str, Any]:
        """All that determines its models: the program and its data by content, not by path."""
        return {
            "variant": self.variant,
            "executable_sha256": _digest(self.executable.resolve()),
            "data_sha256": {
                name: _digest(path.resolve()) for name, path in self.interface.data_files(self.data).items()
            },
            "iterations": self.iterations,
            "tries": self.tries,
            "time_limit": self.time_limit,
            "layers": self.layers,
        }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
