"""What pysme_spectrum.py is given, from a model and a line list of ours."""

import numpy as np

from kurucz_a1.lines.elements import ATOMIC_NUMBER
from kurucz_a1.spectrum.synthesis import gas_states


def pysme_input(model, wavelength, lines, vmic):
    """Arrays for pysme_spectrum.py: an Atmosphere that states its number fractions, wavelengths (A, air), a LineList of
    atoms, and the microturbulence (km s-1)."""
    states = gas_states(model.temperature, model.gas_pressure, model.number_fractions)
    return {
        **{name: getattr(model, name) for name in ("temperature", "gas_pressure", "electron_density", "column_mass")},
        **{name: getattr(model, name) for name in ("number_fractions", "teff", "logg")},
        "density": states.density,
        "vmic": vmic,
        "scattering": 0,
        "reach": 1e-4,
        "wavelength": wavelength,
        "species": [f"{name} {stage + 1}" for name, stage in zip(lines.species, lines.ion_stage, strict=True)],
        "number": np.array([ATOMIC_NUMBER[name] for name in lines.species], dtype=float),
        "stage": lines.ion_stage + 1.0,
        "centre": lines.wavelength_air,
        "lower_energy": lines.lower_energy,
        "log_gf": lines.log_gf,
        "gamma_rad": _logarithm(lines.gamma_rad),
        "gamma_stark": _logarithm(lines.gamma_stark),
        # a width, or the cross section and exponent of the ABO theory in one number where the list has them
        "gamma_vdw": np.where(
            np.isfinite(lines.abo_sigma), np.trunc(lines.abo_sigma) + lines.abo_alpha, _logarithm(lines.gamma_vdw)
        ),
    }


def _logarithm(width):
    """log10, 0 where nothing is known."""
    return np.nan_to_num(np.log10(width))
