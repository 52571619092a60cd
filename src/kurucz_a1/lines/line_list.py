"""A line list in memory: one plain table, whatever file it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from kurucz_a1.lines.air import vacuum_to_air
from kurucz_a1.types import Scalar

_Column = Sequence[Any] | np.ndarray


@dataclass(frozen=True)
class LineList:
    """Spectral lines, sorted by wavelength.

    Damping constants are FWHM; they and the ABO data, which replace ``gamma_vdw``, are NaN where the list gives none.
    """

    wavelength: Float[np.ndarray, "line"]  # A, vacuum
    species: Shaped[np.ndarray, "line"]  # "Fe", or the formula of a molecule, heavier atom first: "OH", "MgH", "CN"
    ion_stage: Int[np.ndarray, "line"]  # 0 neutral, 1 singly ionised, ...
    lower_energy: Float[np.ndarray, "line"]  # eV
    log_gf: Float[np.ndarray, "line"]  # dex, isotopic fraction included
    gamma_rad: Float[np.ndarray, "line"]  # s-1
    gamma_stark: Float[np.ndarray, "line"]  # s-1 cm3 per electron at 10^4 K
    gamma_vdw: Float[np.ndarray, "line"]  # s-1 cm3 per hydrogen atom at 10^4 K
    abo_sigma: Float[np.ndarray, "line"]  # Bohr radii squared
    abo_alpha: Float[np.ndarray, "line"]

    def __len__(self) -> int:
        return len(self.wavelength)

    def __getitem__(
        self, index: slice | Sequence[int] | Bool[np.ndarray, "line"] | Int[np.ndarray, "chosen"]
    ) -> "LineList":
        """The lines at ``index``."""
        return LineList(**{f.name: getattr(self, f.name)[index] for f in fields(self)})

    @property
    def wavelength_air(self) -> Float[np.ndarray, "line"]:
        """Wavelength in air, A; vacuum below 2000 A."""
        return vacuum_to_air(self.wavelength)

    def between(self, shortest: Scalar, longest: Scalar) -> "LineList":
        """The lines with vacuum wavelengths from ``shortest`` to ``longest`` (A)."""
        return self[(self.wavelength >= shortest) & (self.wavelength <= longest)]


def make_line_list(
    wavelength: _Column,
    species: _Column,
    ion_stage: _Column,
    lower_energy: _Column,
    log_gf: _Column,
    **damping: _Column,
) -> LineList:
    """A LineList sorted by wavelength; damping columns left out become NaN."""
    count = len(wavelength)
    columns = {
        name: np.asarray(damping.pop(name, np.full(count, np.nan)), dtype=float)
        for name in ("gamma_rad", "gamma_stark", "gamma_vdw", "abo_sigma", "abo_alpha")
    }
    if damping:
        raise ValueError(f"unknown line list columns {sorted(damping)}")
    columns |= {
        "wavelength": np.asarray(wavelength, dtype=float),
        "species": np.asarray(species, dtype="U8"),
        "ion_stage": np.asarray(ion_stage, dtype=np.int8),
        "lower_energy": np.asarray(lower_energy, dtype=float),
        "log_gf": np.asarray(log_gf, dtype=float),
    }
    return LineList(**columns)[np.argsort(columns["wavelength"], kind="stable")]


def concatenate(line_lists: Iterable[LineList]) -> LineList:
    """One sorted LineList out of several."""
    line_lists = list(line_lists)
    columns = {f.name: np.concatenate([getattr(each, f.name) for each in line_lists]) for f in fields(LineList)}
    return LineList(**columns)[np.argsort(columns["wavelength"], kind="stable")]
