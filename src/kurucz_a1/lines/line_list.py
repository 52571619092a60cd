"""A line list in memory: one plain table, whatever file it came from."""

from dataclasses import dataclass, fields

import numpy as np

from kurucz_a1.lines.air import vacuum_to_air


@dataclass(frozen=True)
class LineList:
    """Spectral lines, one array element a line, sorted by wavelength.

    wavelength: A, vacuum. species: atomic symbol ("Fe") or formula of a molecule ("CH", heavier atom first, as
    "OH", "MgH", "CN"). ion_stage: 0 neutral, 1, 2; 0 for molecules. lower_energy: eV. log_gf: dex, isotopic fraction
    included. gamma_rad: s-1; gamma_stark, gamma_vdw: s-1 cm3 a perturber at 10^4 K; all FWHM, NaN where the list
    gives none. abo_sigma (Bohr radii squared), abo_alpha: NaN where the list gives none; they replace gamma_vdw.
    """

    wavelength: np.ndarray
    species: np.ndarray
    ion_stage: np.ndarray
    lower_energy: np.ndarray
    log_gf: np.ndarray
    gamma_rad: np.ndarray
    gamma_stark: np.ndarray
    gamma_vdw: np.ndarray
    abo_sigma: np.ndarray
    abo_alpha: np.ndarray

    def __len__(self):
        return len(self.wavelength)

    def __getitem__(self, index):
        """The lines at ``index`` (a slice, mask or integer array)."""
        return LineList(**{f.name: getattr(self, f.name)[index] for f in fields(self)})

    @property
    def wavelength_air(self):
        """Wavelength in air, A; vacuum below 2000 A."""
        return vacuum_to_air(self.wavelength)

    def between(self, shortest, longest):
        """The lines with vacuum wavelengths from ``shortest`` to ``longest`` (A)."""
        return self[(self.wavelength >= shortest) & (self.wavelength <= longest)]


def make_line_list(wavelength, species, ion_stage, lower_energy, log_gf, **damping):
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


def concatenate(line_lists):
    """One sorted LineList out of several."""
    line_lists = list(line_lists)
    columns = {f.name: np.concatenate([getattr(each, f.name) for each in line_lists]) for f in fields(LineList)}
    return LineList(**columns)[np.argsort(columns["wavelength"], kind="stable")]
