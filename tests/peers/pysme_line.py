"""One line by PySME as its users call it, from a file that holds the atmosphere; a program for the Python of
.venv-peers.

    python pysme_line.py INPUT.npz OUTPUT.npz

INPUT: path of the atmosphere; vmic (km s-1); wavelength (A, air); centre (A, air), lower_energy (eV), log_gf,
gamma_rad, gamma_stark, gamma_vdw (log10) of a line of Fe I. OUTPUT: normalized (wavelength,).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from pysme.abund import Abund
from pysme.atmosphere.krzfile import KrzFile
from pysme.linelist.linelist import LineList
from pysme.sme import SME_Structure
from pysme.synthesize import synthesize_spectrum


def main(given, output):
    sme = SME_Structure()
    sme.vmic, sme.vmac, sme.vsini = float(given["vmic"]), 0.0, 0.0
    sme.wave = given["wavelength"]
    sme.atmo = KrzFile(Path(str(given["path"])))
    sme.teff, sme.logg, sme.monh = sme.atmo.teff, sme.atmo.logg, 0.0
    sme.abund = Abund(0, "asplund2009")
    line = {"species": "Fe 1", "atom_number": 26.0, "ionization": 1.0, "wlcent": given["centre"]}
    line |= {"excit": given["lower_energy"], "gflog": given["log_gf"], "gamrad": given["gamma_rad"]}
    line |= {"gamqst": given["gamma_stark"], "gamvw": given["gamma_vdw"]}
    # columns that it wants and does not use here
    line |= dict.fromkeys(("lande", "lande_lower", "lande_upper", "j_lo", "j_up", "error", "depth", "e_upp"), 1.0)
    line |= dict.fromkeys(("term_lower", "term_upper", "reference"), "-")
    sme.linelist = LineList(pd.DataFrame([line]), lineformat="short", medium="air")
    np.savez(output, normalized=synthesize_spectrum(sme).synth[0])


if __name__ == "__main__":
    main(np.load(sys.argv[1]), sys.argv[2])
