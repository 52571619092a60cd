"""The spectrum of a model atmosphere by PySME's library; a program for the Python of .venv-peers.

    python pysme_spectrum.py INPUT.npz OUTPUT.npz

INPUT: the model as in pysme_gas.py; vmic (km s-1); wavelength (A, air); of each line species ("Fe 1"), number, stage
(1 neutral), centre (A, air), lower_energy (eV), log_gf, gamma_rad, gamma_stark, gamma_vdw (log10, 0 where unknown;
gamma_vdw above 20 is the cross section and exponent of the ABO theory); scattering: 1 if scattered light is not to be
thermal, else 0; reach: where lines end, in shares of the continuum's opacity. OUTPUT: flux and continuum (wavelength,),
erg s-1 cm-2 A-1; seconds: the time of the synthesis.
"""

import sys
import time

import numpy as np
from pysme import sme_synth

BOLTZMANN = 1.380649e-16
ANGLES = 7


def main(given, output):
    temperature, wavelength = given["temperature"], given["wavelength"]
    library = sme_synth.SME_DLL()
    library.SetLibraryPath()
    columns = ("number", "stage", "centre", "lower_energy", "log_gf", "gamma_rad", "gamma_stark", "gamma_vdw")
    lines = np.array([given[name] for name in columns])
    nodes, weights = np.polynomial.legendre.leggauss(ANGLES)
    cosines, weights = 0.5 * (nodes + 1.0), 0.5 * weights
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
    abundances = np.log10(np.maximum(given["number_fractions"], 1e-30))
    abundances[0] = given["number_fractions"][0]  # hydrogen's is not a logarithm there
    library.InputWaveRange(wavelength.min() - 2.0, wavelength.max() + 2.0)
    sme_synth._smelib.InputLineList(given["species"].astype("S8"), lines)
    start = time.perf_counter()
    library.InputModel(float(given["teff"]), float(given["logg"]), float(given["vmic"]), atmosphere)
    library.InputAbund(lambda *_, **__: abundances)
    library.Ionization(7)  # 1, 2, 4: densities of particles, electrons and mass from its own equation of state
    library.SetVWscale(1.0)
    library.SetH2broad(True)
    library.Opacity()
    library.SetContinuumScatteringSourceMode(int(given["scattering"]))
    _, _, intensity, continuum = library.Transf(cosines, wave=wavelength, accrt=float(given["reach"]))
    seconds = time.perf_counter() - start
    flux, continuum = (2.0 * np.pi * (weights * cosines) @ each for each in (intensity, continuum))
    np.savez(output, flux=flux, continuum=continuum, seconds=seconds)


if __name__ == "__main__":
    main(np.load(sys.argv[1]), sys.argv[2])
