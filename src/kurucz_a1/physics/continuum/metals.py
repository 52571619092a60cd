"""Bound-free cross sections of atoms and ions other than hydrogenic ones."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kurucz_a1.physics.constants import ELECTRON_VOLT, PLANCK
from kurucz_a1.physics.continuum.curves import load, piecewise_power_law


class Level(NamedTuple):
    """A level, or several of nearly the same excitation: absorber, stage (0 neutral) and excitation in eV."""

    element: str
    stage: int
    excitation: float


def bound_free(frequency: Float[np.ndarray, "nu"]) -> tuple[list[Level], Float[np.ndarray, "nu level"]]:
    """The levels, and their statistical weight times cross section in cm2 at `frequency` in Hz.

    Multiplied by n(species) exp(-excitation / kT) / U it is the absorption. Fits to TOPbase (Cunto et al. 1993),
    Bautista (1997) and, for ions, CMFGEN's data (Hillier 2011), with measured ionization energies.
    """
    energy = np.asarray(frequency) * PLANCK / ELECTRON_VOLT
    levels, sections = [], []
    for species in load("physics/data/continuum_bound_free.json")["atoms"]["species"]:
        for entry in species["entries"]:
            levels.append(Level(species["element"], species["stage"], entry["excitation"]))
            sections.append(piecewise_power_law(energy / entry["threshold"], entry["x"], entry["y"]))
    return levels, np.stack(sections, axis=-1)
