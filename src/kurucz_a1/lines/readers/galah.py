"""The HDF5 form of the list of GALAH DR3."""

from pathlib import Path

import numpy as np

from kurucz_a1.errors import BadFile
from kurucz_a1.extras import needs
from kurucz_a1.lines.elements import molecule_name
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.lines.readers.columns import power_or_nan, split_van_der_waals


def read_galah(path: Path) -> LineList:
    """LineList of the HDF5 form of the GALAH DR3 list: vacuum A, log10 of dampings, 0 where there is none."""
    with needs("spectrum"):
        import h5py  # heavy, and needed by this form only

    try:
        with h5py.File(path, "r") as file:
            columns = {name: file[name][...] for name in ("wl", "log_gf", "E_lo", "formula", "ionization")}
            columns |= {name: file[name][...].astype(float) for name in ("gamma_rad", "gamma_stark", "vdW")}
    except (OSError, KeyError) as error:
        raise BadFile(f"{path}: not a line list of the GALAH HDF5 form ({error})") from error
    formulas, index = np.unique(columns["formula"], axis=0, return_inverse=True)
    names = np.array([molecule_name([int(z) for z in formula if z]) for formula in formulas])
    gamma_vdw, sigma, alpha = split_van_der_waals(columns["vdW"])
    return make_line_list(
        columns["wl"],
        names[index.ravel()],
        columns["ionization"] - 1,
        columns["E_lo"],
        columns["log_gf"],
        gamma_rad=power_or_nan(columns["gamma_rad"]),
        gamma_stark=power_or_nan(columns["gamma_stark"]),
        gamma_vdw=gamma_vdw,
        abo_sigma=sigma,
        abo_alpha=alpha,
    )
