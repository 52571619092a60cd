"""The gas of PySME at given temperatures and pressures; a program for the Python of .venv-peers.

    python pysme_gas.py INPUT.npz OUTPUT.npz

INPUT: temperature (K), gas_pressure (dyn cm-2), electron_density (cm-3, a first guess), density (g cm-3, likewise) and
column_mass (g cm-2) of one model, each (depth,); number_fractions (N/N_total, (99,)); wavelength (A, vacuum).
OUTPUT: electron_density and density (depth,) of PySME's own equation of state; continuum (wavelength, depth):
continuous extinction, cm2 g-1.
"""

import sys

import numpy as np
from pysme import sme_synth

BOLTZMANN = 1.380649e-16


def main(given, output):
    temperature, wavelength = given["temperature"], given["wavelength"]
    library = sme_synth.SME_DLL()
    library.SetLibraryPath()
    library.InputWaveRange(wavelength.min() - 1.0, wavelength.max() + 1.0)
    # the library wants a line: one too weak to matter
    weak = [26.0, 0.0, wavelength.mean(), 5.0, -9.0, 8.0, -6.0, -7.8]
    sme_synth._smelib.InputLineList(np.array(["Fe 1"], "S8"), np.array([weak]).T)
    atmosphere = {
        "depth": "RHOX",
        "RHOX": given["column_mass"],
        "temp": temperature,
        "xne": given["electron_density"],
        "xna": given["gas_pressure"] / (BOLTZMANN * temperature) - given["electron_density"],
        "rho": given["density"],
        "wlstd": 5000.0,
        "opflag": np.ones(20),
        "geom": "PP",
    }
    library.InputModel(5777.0, 4.44, 1.0, atmosphere)
    abundances = np.log10(np.maximum(given["number_fractions"], 1e-30))
    abundances[0] = given["number_fractions"][0]  # hydrogen's is not a logarithm there
    library.InputAbund(lambda *_, **__: abundances)
    library.Ionization(7)  # 1, 2, 4: densities of particles, electrons and mass from its own equation of state
    library.SetVWscale(1.0)
    library.SetH2broad(True)
    library.Opacity()
    continuum = [library.GetContinuumOpacityComponents(w)[2] for w in wavelength]
    np.savez(
        output,
        electron_density=library.GetNelec(),
        density=library.GetDensity(),
        continuum=continuum,
    )


if __name__ == "__main__":
    main(np.load(sys.argv[1]), sys.argv[2])
