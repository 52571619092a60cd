"""What pysme_spectrum.py is given, from a model and a line list of ours; and models and lines to compare with."""

import numpy as np

from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.lines.elements import ATOMIC_NUMBER
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.physics.hydrogen_lines import ALL_LINES, RYDBERG_HYDROGEN

BALMER = 3, 4, 5  # upper levels
BALMER_REACH = 150.0  # A: PySME's wings far beyond, of 1000 A, add up to several per cent in hot stars


def nearest(teff, logg, feh):
    """The ATLAS-12 model of the package that is nearest to these labels."""

    def distance(model):
        return abs(model.teff / teff - 1.0) / 0.02 + abs(model.logg - logg) / 0.5 + abs(model.feh - feh) / 0.5

    return min(atlas12_reference_atmospheres(), key=distance)


def atoms(lines):
    """The lines of a LineList that are of atoms in the stages of ionisation that both gases hold."""
    return lines[[name in ATOMIC_NUMBER for name in lines.species] & (lines.ion_stage < 3)]


def pysme_input(model, wavelength, lines, vmic):
    """Arrays for pysme_spectrum.py: an Atmosphere that states its number fractions, wavelengths (A, air), a LineList,
    and the microturbulence (km s-1).

    Balmer lines near the wavelengths are put in the place of hydrogen lines in the list: ours are always there.
    """
    states = gas_states(model.temperature, model.gas_pressure, model.number_fractions)
    columns, balmer = _columns(lines[lines.species != "H"]), _balmer_columns(wavelength)
    columns = {name: np.concatenate([values, balmer[name]]) for name, values in columns.items()}
    order = np.argsort(columns["centre"])
    return {
        **{name: getattr(model, name) for name in ("temperature", "gas_pressure", "electron_density", "column_mass")},
        **{name: getattr(model, name) for name in ("number_fractions", "teff", "logg")},
        "density": states.density,
        "vmic": vmic,
        "scattering": 0,
        "reach": 1e-4,
        "adaptive": 0,
        "wavelength": wavelength,
        **{name: values[order] for name, values in columns.items()},
    }


def _columns(lines):
    return {
        "species": np.array(
            [f"{name} {stage + 1}" for name, stage in zip(lines.species, lines.ion_stage, strict=True)], dtype="U8"
        ),
        "number": np.array([ATOMIC_NUMBER.get(name, 0) for name in lines.species], dtype=float),  # it goes by names
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


def _balmer_columns(wavelength):
    vacuum = SPEED_OF_LIGHT / ALL_LINES.frequency / ANGSTROM
    near = (vacuum > np.min(wavelength) - BALMER_REACH) & (vacuum < np.max(wavelength) + BALMER_REACH)
    chosen = np.flatnonzero(near & (ALL_LINES.lower == 2) & np.isin(ALL_LINES.upper, BALMER))
    count = len(chosen)
    log_gf = np.log10(8.0 * ALL_LINES.oscillator_strength[chosen])
    lines = make_line_list(vacuum[chosen], ["H"] * count, [0] * count, [0.75 * RYDBERG_HYDROGEN] * count, log_gf)
    # of hydrogen its library wants the levels there
    return _columns(lines) | {"gamma_stark": np.full(count, 2.0), "gamma_vdw": ALL_LINES.upper[chosen].astype(float)}


def _logarithm(width):
    """log10, 0 where nothing is known."""
    return np.nan_to_num(np.log10(width))
