"""Bound-free cross sections of atoms and ions other than hydrogenic ones."""

from typing import NamedTuple

import numpy as np

from kurucz_a1.physics.constants import ELECTRON_VOLT, PLANCK
from kurucz_a1.physics.continuum.curves import load, piecewise_power_law


class Level(NamedTuple):
    """A level, or several of nearly the same excitation: absorber, stage (0 neutral) and excitation in eV."""

    element: str
    stage: int
    excitation: float


def bound_free(frequency):
    """(levels, sections): the levels, and weight times cross section (nu, level) in cm2 at `frequency` in Hz.

    The population of level i is sections' factor n(species) exp(-excitation / kT) / U. Fits to TOPbase (Cunto
    et al. 1993) and Bautista (1997), with measured ionization energies. Numpy.
    """
    energy = np.asarray(frequency) * PLANCK / ELECTRON_VOLT
    levels, sections = [], []
    for species in load("physics/data/continuum_bound_free.json")["atoms"]["species"]:
        for entry in species["entries"]:
            levels.append(Level(species["element"], species["stage"], entry["excitation"]))
            sections.append(piecewise_power_law(energy / entry["threshold"], entry["x"], entry["y"]))
    return levels, np.stack(sections, axis=-1)
