"""The gas of PySME at given temperatures and pressures; a program for the Python of .venv-peers.

    python pysme_gas.py INPUT.npz OUTPUT.npz

INPUT: temperature (K), gas_pressure (dyn cm-2), electron_density (cm-3, a first guess), density (g cm-3, likewise) and
column_mass (g cm-2) of one model, each (depth,); number_fractions (N/N_total, (99,)); wavelength (A, vacuum).
OUTPUT: electron_density and density (depth,) of PySME's own equation of state; continuum (wavelength, depth):
continuous extinction, cm2 g-1.
"""

import sys

import numpy as np
from pysme_library import library_with, put_model


def main(given, output):
    wavelength = given["wavelength"]
    # the library wants a line: one too weak to matter
    weak = np.array([[26.0, 0.0, wavelength.mean(), 5.0, -9.0, 8.0, -6.0, -7.8]]).T
    library = library_with(np.array(["Fe 1"]), weak, wavelength, margin=1.0)
    put_model(library, given)
    continuum = [library.GetContinuumOpacityComponents(w)[2] for w in wavelength]
    np.savez(
        output,
        electron_density=library.GetNelec(),
        density=library.GetDensity(),
        continuum=continuum,
    )


if __name__ == "__main__":
    main(np.load(sys.argv[1]), sys.argv[2])
