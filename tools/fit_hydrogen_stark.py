"""Fit the constants of physics/hydrogen_lines.py to the Stark profiles of Stehle & Hutcheon (1999); print them.

    python tools/fit_hydrogen_stark.py Stehle-Hutchson-hydrogen-profiles.h5

First the strength of the quasi-static wing of each line, as a factor on (m^2 - n^2); then the shape common to all
lines: how sharply core and wing meet, and the reduction of the inner wing.
"""

import sys
from math import gamma

import h5py
import numpy as np
from scipy.optimize import least_squares

from kurucz_a1.physics.constants import ATOMIC_MASS, BOLTZMANN, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.hydrogen_lines import HYDROGEN_MASS, RYDBERG_FREQUENCY, STARK_SCALE

LINES = ((1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (2, 5), (2, 6), (2, 8), (2, 12), (3, 4), (3, 5), (3, 6), (3, 8))


def holtsmark_field(electron_density):
    """Normal field strength, statV/cm."""
    return 1.25e-9 * electron_density ** (2 / 3)


def wing_scale(table):
    """K^(2/3) of a line: the limit of profile * |offset|^(5/2) in reduced units, at the largest offsets."""
    field = holtsmark_field(table["electron_number_densities"][:])
    reduced = table["delta_nu_over_F0"][:]
    wing = table["profile"][:] * field[None, :, None] * reduced[:, None, None] ** 2.5
    middle = len(field) // 2  # the lowest densities have too few points in the wing of P alpha
    return np.median(wing[-4:-1, middle, 2]) ** (2 / 3)


def profiles(file):
    """(lower, upper, temperature, Doppler width, offsets, profile, width unit) of every line and state of the fit."""
    for lower, upper in LINES:
        table = file[f"{lower}_{upper}"]
        scale = wing_scale(table)
        centre = RYDBERG_FREQUENCY * (1 / lower**2 - 1 / upper**2)
        densities, temperatures = table["electron_number_densities"][:], table["temps"][:]
        for i in np.flatnonzero((densities > 9e11) & (densities < 1.1e16)):
            for j in (1, 2):  # 5000 and 10,000 K
                velocity = np.sqrt(2 * BOLTZMANN * temperatures[j] / (HYDROGEN_MASS * ATOMIC_MASS))
                field = holtsmark_field(densities[i])
                offset = table["delta_nu_over_F0"][:] * field
                profile = table["profile"][:, i, j]
                used = (offset < 0.03 * centre) & (profile > 0)
                width = centre * velocity / SPEED_OF_LIGHT
                yield lower, upper, temperatures[j], width, offset[used], profile[used], scale * field


def model(constants, lower, upper, temperature, doppler, offset, unit):
    """The profile of physics/hydrogen_lines.py with free constants."""
    sharpness, first, other, log_static, power = constants
    integral = 2 * gamma(1 + 1 / sharpness) * gamma(1.5 / sharpness) / gamma(2.5 / sharpness)
    own = unit * integral ** (2 / 3)
    width = (own**sharpness + doppler**sharpness) ** (1 / sharpness)
    distance = (offset**sharpness + width**sharpness) ** (1 / sharpness)
    static = 10**log_static * BOLTZMANN * temperature / PLANCK / (upper**2 - lower**2)
    reduction = (first if upper - lower == 1 else other) / (1 + (distance / static) ** power)
    core = np.exp(-np.minimum((offset / doppler) ** 2, 600)) / (np.sqrt(np.pi) * doppler)
    return unit**1.5 * distance**-2.5 * (1 - reduction) + (1 - (own / width) ** 1.5) * core


def main():
    with h5py.File(sys.argv[1]) as file:
        for lower, upper in LINES:
            factor = wing_scale(file[f"{lower}_{upper}"]) / (upper**2 - lower**2) / STARK_SCALE
            print(f"{lower}-{upper}: K^(2/3) / (m^2 - n^2) / {STARK_SCALE:.3g} = {factor:.3f}")
        data = list(profiles(file))

    def residuals(constants):
        return np.concatenate(
            [
                np.log(model(constants, n, m, t, width, offset, unit) / profile) * (0.3 + (offset > 3 * width))
                for n, m, t, width, offset, profile, unit in data
            ]
        )

    fit = least_squares(residuals, [3, 0.3, 0.1, -1, 0.5], loss="soft_l1", f_scale=0.1)
    names = ("sharpness", "first reduction", "reduction", "log static frequency", "power")
    for name, value in zip(names, fit.x, strict=True):
        print(f"{name}: {value:.3f}")


if __name__ == "__main__":
    main()
