"""A model atmosphere as PySME reads it from a file; a program for the Python of .venv-peers.

    python pysme_model.py INPUT.npz OUTPUT.npz

INPUT: path. OUTPUT: teff (K), logg, vturb (km/s), mixing_length, column_mass (g cm-2), temperature (K), gas_pressure
(dyn cm-2), electron_density (cm-3), each (depth,), abundances (log10 N/N_H + 12, H to Es).
"""

import sys

import numpy as np
from pysme.atmosphere.krzfile import KrzFile


def main(given, output):
    model = KrzFile(str(given["path"]))
    np.savez(
        output,
        teff=model.teff,
        logg=model.logg,
        vturb=model.vturb,
        mixing_length=model.lonh,
        column_mass=model.rhox,
        temperature=model.temp,
        gas_pressure=model.P_gas,
        electron_density=model.xne,
        abundances=list(model.abund.get_pattern("H=12", raw=False).values()),
    )


if __name__ == "__main__":
    main(np.load(sys.argv[1]), sys.argv[2])
