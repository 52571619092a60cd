"""The spectrum of a model atmosphere by PySME's library; a program for the Python of .venv-peers.

    python pysme_spectrum.py INPUT.npz OUTPUT.npz

INPUT: the model as in pysme_gas.py; vmic (km s-1); wavelength (A, air); of each line species ("Fe 1"), number, stage
(1 neutral), centre (A, air), lower_energy (eV), log_gf, gamma_rad, gamma_stark, gamma_vdw (log10, 0 where unknown;
gamma_vdw above 20 is the cross section and exponent of the ABO theory); scattering: 1 if scattered light is not to be
thermal, else 0; reach: where lines end, in shares of the continuum's opacity; adaptive: 1 if the library chooses the
wavelengths, as it does for its users, and the spectrum is then interpolated to those given, else 0. OUTPUT: flux and
continuum (wavelength,), erg s-1 cm-2 A-1; cosines (angle,) and intensity, continuum_intensity (angle, wavelength), erg
s-1 cm-2 A-1 sr-1; seconds: the time of the synthesis; threads: the processor time over it; points: the number of
wavelengths computed.
"""

import sys
import time

import numpy as np
from pysme_library import library_with, put_model

ANGLES = 7


def main(given, output):
    columns = ("number", "stage", "centre", "lower_energy", "log_gf", "gamma_rad", "gamma_stark", "gamma_vdw")
    lines = np.array([given[name] for name in columns])
    nodes, weights = np.polynomial.legendre.leggauss(ANGLES)
    cosines, weights = 0.5 * (nodes + 1.0), 0.5 * weights
    star = {name: float(given[name]) for name in ("teff", "logg", "vmic")}
    library = library_with(given["species"], lines, given["wavelength"], margin=2.0)
    chosen = None if given["adaptive"] else given["wavelength"]
    start, processor = time.perf_counter(), time.process_time()
    put_model(library, given, **star)
    library.SetContinuumScatteringSourceMode(int(given["scattering"]))
    points, wavelength, intensity, continuum = library.Transf(cosines, wave=chosen, accrt=float(given["reach"]))
    if chosen is None:
        intensity, continuum = (
            np.array([np.interp(given["wavelength"], wavelength, row) for row in each])
            for each in (intensity, continuum)
        )
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    fluxes = (2.0 * np.pi * (weights * cosines) @ each for each in (intensity, continuum))
    found = dict(zip(("flux", "continuum"), fluxes, strict=True))
    found |= {"cosines": cosines, "intensity": intensity, "continuum_intensity": continuum}
    np.savez(output, **found, seconds=seconds, threads=processor / seconds, points=points)


if __name__ == "__main__":
    main(np.load(sys.argv[1]), sys.argv[2])
