"""PySME's library with the gas of a model atmosphere in it; for the programs of this folder."""

import numpy as np
from pysme import sme_synth

BOLTZMANN = 1.380649e-16


def library_with(species, lines, wavelength, margin):
    """The library with lines, (line,) and (8, line) as it takes them, for wavelengths and ``margin`` A around them."""
    library = sme_synth.SME_DLL()
    library.SetLibraryPath()
    library.InputWaveRange(wavelength.min() - margin, wavelength.max() + margin)
    sme_synth._smelib.InputLineList(species.astype("S8"), lines)
    return library


def put_model(library, given, *, teff=5777.0, logg=4.44, vmic=1.0):
    """Its equation of state and continuous opacity for the arrays of pysme_gas.py; teff in K, logg, vmic in km s-1."""
    temperature = given["temperature"]
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
    library.InputModel(teff, logg, vmic, atmosphere)
    abundances = np.log10(np.maximum(given["number_fractions"], 1e-30))
    abundances[0] = given["number_fractions"][0]  # hydrogen's is not a logarithm there
    library.InputAbund(lambda *_, **__: abundances)
    library.Ionization(7)  # 1, 2, 4: densities of particles, electrons and mass from its own equation of state
    library.SetVWscale(1.0)
    library.SetH2broad(True)
    library.Opacity()
