"""Our own form: a csv table with a header row."""

from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.lines.readers.columns import power_or_nan, split_van_der_waals

CSV_COLUMNS = ("species", "ion_stage", "lower_energy_ev", "log_gf")  # and one of the two wavelengths
CSV_WAVELENGTHS = ("wavelength_vacuum_angstrom", "wavelength_air_angstrom")


def read_csv(path: Path) -> LineList:
    """LineList of a csv file with a header row; rows that start with # are comments.

    Columns: wavelength_vacuum_angstrom or wavelength_air_angstrom; species (Fe, CH, ...); ion_stage (0 neutral);
    lower_energy_ev; log_gf (isotopic fraction included). Optional, empty where unknown: log_gamma_rad,
    log_gamma_stark, van_der_waals (log10 gamma per hydrogen atom at 10^4 K, or packed ABO sigma.alpha). Any further
    column is ignored.
    """
    try:
        table = pd.read_csv(path, comment="#", skipinitialspace=True)
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: not a csv line list ({error})") from error
    missing = [name for name in CSV_COLUMNS if name not in table]
    wavelengths = [name for name in CSV_WAVELENGTHS if name in table]
    if missing or len(wavelengths) != 1:
        raise BadFile(f"{path}: needs the columns {', '.join(CSV_COLUMNS)} and one of {' or '.join(CSV_WAVELENGTHS)}")
    numeric = [wavelengths[0], "ion_stage", "lower_energy_ev", "log_gf"]
    optional = ["log_gamma_rad", "log_gamma_stark", "van_der_waals"]
    values = {
        name: pd.to_numeric(table[name], errors="coerce").to_numpy(float)
        for name in numeric + [name for name in optional if name in table]
    }
    for name in numeric:
        bad = np.flatnonzero(~np.isfinite(values[name]))
        if bad.size:
            raise BadFile(f"{path}: row {bad[0] + 1} of the table has no number in column {name}")
    nothing = np.zeros(len(table))
    wavelength = values[wavelengths[0]]
    gamma_vdw, sigma, alpha = split_van_der_waals(np.nan_to_num(values.get("van_der_waals", nothing)))
    return make_line_list(
        air_to_vacuum(wavelength) if wavelengths[0] == CSV_WAVELENGTHS[1] else wavelength,
        table["species"].astype(str).str.strip().to_numpy(),
        values["ion_stage"],
        values["lower_energy_ev"],
        values["log_gf"],
        gamma_rad=power_or_nan(np.nan_to_num(values.get("log_gamma_rad", nothing))),
        gamma_stark=power_or_nan(np.nan_to_num(values.get("log_gamma_stark", nothing))),
        gamma_vdw=gamma_vdw,
        abo_sigma=sigma,
        abo_alpha=alpha,
    )
