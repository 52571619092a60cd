"""Readers of line lists: MOOG (linemake), Kurucz gfall, GALAH DR3 (HDF5) and a csv of our own.

Every reader returns a LineList and raises BadFile, in one line, for a file that it does not understand.
"""

import gzip
import re
from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.elements import ISOTOPIC_FRACTION
from kurucz_a1.lines.line_list import concatenate, make_line_list
from kurucz_a1.physics.abundances import SYMBOLS
from kurucz_a1.physics.constants import ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT

EV_PER_WAVENUMBER = PLANCK * SPEED_OF_LIGHT / ELECTRON_VOLT  # eV cm

CSV_COLUMNS = ("species", "ion_stage", "lower_energy_ev", "log_gf")  # and one of the two wavelengths
CSV_WAVELENGTHS = ("wavelength_vacuum_angstrom", "wavelength_air_angstrom")


def read_line_list(path):
    """The LineList in a file, its form taken from the name and the content.

    .h5, .hdf5: GALAH DR3; .csv: our own (see ``read_csv``); otherwise Kurucz if the lines are longer than 150
    characters, else MOOG. Any text file may be gzipped.
    """
    path = Path(path)
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix in (".h5", ".hdf5"):
        return read_galah(path)
    if suffix == ".csv":
        return read_csv(path)
    rows = _read_rows(path)
    if not rows:
        raise BadFile(f"{path}: an empty line list")
    widths = [len(row) for row in rows[1:20] or rows]
    return parse_kurucz(rows, path) if min(widths) >= 150 else parse_moog(rows, path)


def read_line_lists(paths):
    """All lines of several files as one LineList."""
    return concatenate([read_line_list(path) for path in paths])


def _read_rows(path):
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="ascii", errors="replace") as stream:
            return stream.read().splitlines()
    except (OSError, EOFError) as error:
        raise BadFile(f"{path}: cannot be read as a line list ({error})") from error


def parse_moog(rows, path="line list"):
    """LineList of rows in MOOG's fixed columns: wavelength, species code, lower energy (eV), log gf, van der Waals.

    Wavelengths are A in air above 2000 A, in vacuum below. A row without a number in its first column is a comment
    if it comes first. The van der Waals column is read where it holds log10 gamma (a negative number).
    Codes such as 26.1 (Fe II) or 106.00112 (CH with 12C); log gf of an isotope is scaled by its fraction on Earth.
    """
    numbers, codes, van_der_waals = [], [], []
    for index, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            numbers.append((float(row[:10]), float(row[20:30]), float(row[30:40])))
            float(row[10:20])
        except ValueError:
            if index == 1:
                continue
            raise BadFile(
                f"{path}: line {index} is not a MOOG line (four numbers in columns of 10): {row[:40]!r}"
            ) from None
        codes.append(row[10:20].strip())
        damping = row[40:50].strip()
        van_der_waals.append(float(damping) if re.fullmatch(r"-\d+\.?\d*", damping) else np.nan)
    if not numbers:
        raise BadFile(f"{path}: no spectral line in it")
    known = {}
    for code in set(codes):
        try:
            known[code] = _moog_species(code)
        except (ValueError, KeyError, IndexError):
            raise BadFile(f"{path}: unknown species code or isotope {code!r}") from None
    wavelength, energy, log_gf = np.array(numbers).T
    return make_line_list(
        air_to_vacuum(wavelength),
        [known[code][0] for code in codes],
        [known[code][1] for code in codes],
        energy,
        log_gf + np.array([known[code][2] for code in codes]),
        gamma_vdw=10 ** np.array(van_der_waals),
    )


def _moog_species(code):
    """Name, ion stage and log10 isotopic fraction of a MOOG species code."""
    whole, _, decimals = code.partition(".")
    numbers = (int(whole),) if int(whole) < 100 else (int(whole) // 100, int(whole) % 100)
    if not all(1 <= number <= len(SYMBOLS) for number in numbers):
        raise ValueError(code)
    ion_stage = int(decimals[:1] or 0)
    isotopes = decimals[1:].rstrip()
    if not isotopes.strip("0"):
        return molecule_name(numbers), ion_stage, 0.0
    width = -(-len(isotopes) // len(numbers))
    masses = [int(isotopes[i * width : (i + 1) * width]) for i in range(len(numbers))]
    fractions = [ISOTOPIC_FRACTION[SYMBOLS[z - 1], mass] for z, mass in zip(numbers, masses, strict=True)]
    return molecule_name(numbers), ion_stage, float(np.sum(np.log10(fractions)))


def molecule_name(atomic_numbers):
    """Formula of an atom or molecule from its atomic numbers: hydrogen last, then oxygen, else by atomic number."""
    order = sorted(atomic_numbers, key=lambda z: (z == 1, z == 8, z))
    symbols = [SYMBOLS[z - 1] for z in order]
    return "".join(
        symbol + (str(symbols.count(symbol)) if symbols.count(symbol) > 1 else "") for symbol in dict.fromkeys(symbols)
    )


def parse_kurucz(rows, path="line list"):
    """LineList of rows in Kurucz's 160-column form (gfall); wavelengths nm, in air above 200 nm; levels in cm-1.

    Lines of ions beyond the second stage are left out. A damping of 0 means that the list gives none.
    """
    wavelength, species, stage, energy, log_gf, damping = [], [], [], [], [], []
    for index, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            number, ion = int(row[18:21]), int(row[22:24])
            if ion > 2:
                continue
            levels = abs(float(row[24:36])), abs(float(row[52:64]))
            values = [float(row[80:86]), float(row[86:92]), float(row[92:98])]
            wavelength.append(10 * float(row[:11]))
            log_gf.append(float(row[11:18]))
            species.append(SYMBOLS[number - 1])
        except (ValueError, IndexError):
            raise BadFile(f"{path}: line {index} is not in Kurucz's 160-column form: {row[:40]!r}") from None
        stage.append(ion)
        energy.append(min(levels) * EV_PER_WAVENUMBER)
        damping.append(values)
    if not wavelength:
        raise BadFile(f"{path}: no spectral line in it")
    damping = np.array(damping)
    damping = np.where(damping == 0, np.nan, 10.0**damping)
    return make_line_list(
        air_to_vacuum(np.array(wavelength)),
        species,
        stage,
        energy,
        log_gf,
        gamma_rad=damping[:, 0],
        gamma_stark=damping[:, 1],
        gamma_vdw=damping[:, 2],
    )


def read_galah(path):
    """LineList of the HDF5 form in which the GALAH DR3 list is passed on: vacuum A, log10 dampings, 0 = none."""
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
        gamma_rad=_power_or_nan(columns["gamma_rad"]),
        gamma_stark=_power_or_nan(columns["gamma_stark"]),
        gamma_vdw=gamma_vdw,
        abo_sigma=sigma,
        abo_alpha=alpha,
    )


def read_csv(path):
    """LineList of a csv file with a header row; lines that start with # are comments.

    Columns: wavelength_vacuum_angstrom or wavelength_air_angstrom; species (Fe, CH, ...); ion_stage (0 neutral);
    lower_energy_ev; log_gf (isotopic fraction included). Optional, empty where unknown: log_gamma_rad,
    log_gamma_stark, van_der_waals (log10 gamma per hydrogen atom at 10^4 K, or packed ABO sigma.alpha). Any further
    column is passed over.
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
        gamma_rad=_power_or_nan(np.nan_to_num(values.get("log_gamma_rad", nothing))),
        gamma_stark=_power_or_nan(np.nan_to_num(values.get("log_gamma_stark", nothing))),
        gamma_vdw=gamma_vdw,
        abo_sigma=sigma,
        abo_alpha=alpha,
    )


def split_van_der_waals(values):
    """(gamma_vdw, abo_sigma, abo_alpha) of a column that holds 0, log10 gamma (< 0) or packed ABO (> 1)."""
    values = np.asarray(values, dtype=float)
    packed = values > 1
    sigma = np.where(packed, np.floor(values), np.nan)
    return np.where(values < 0, 10.0 ** np.minimum(values, 0), np.nan), sigma, values - sigma


def _power_or_nan(logarithm):
    return np.where(logarithm == 0, np.nan, 10.0**logarithm)
