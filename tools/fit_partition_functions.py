"""Make the tables of the equation of state from published partition functions.

A partition function is fitted by a sum of Boltzmann factors on a fixed grid of energies with weights that are not
negative, Q(T) = sum_j g_j exp(-E_j / kT): effective levels. The form is that of the real sum over levels, so the
fit is positive, smooth to all orders and sane outside the range of the table, and one small matrix product gives
every species.

    python tools/fit_partition_functions.py BARKLEM_COLLET_FOLDER NIST_ENERGIES CMFGEN_FOLDER OUTPUT_FOLDER

reads BarklemCollet2016-*.dat (Barklem & Collet 2016, A&A 588, A96, tables 4 to 8), partition_funcs.h5 (partition
functions of atoms summed over the levels of the NIST database, 1 to 1e5 K, as Korg.jl holds them) and
polyatomic_partition_funcs.h5 (H2O: ExoMol, Polyansky et al. 2018, MNRAS 480, 2597).
Atoms follow Barklem & Collet up to their limit of 10,000 K; beyond it the shape of the NIST sums, joined continuously.

Ions beyond the second are summed over the levels of CMFGEN's atomic data (Hillier 2011, Ap&SS 336, 87; its folder
`atomic`, as stored by tardis-sn/carsus-data-cmfgen). Energies of ionisation beyond the third: NIST_ENERGIES, a csv of
the NIST database as stored by tardis-sn/carsus-data-nist (Kramida et al., NIST Atomic Spectra Database).
"""

import argparse
import csv
import re
from pathlib import Path

import h5py
import numpy as np
from scipy.optimize import nnls

BOLTZMANN_EV = 8.617333262e-5  # eV K-1, CODATA 2018
# eV. Coarse below 1 eV, where fine structure and rotation are smooth in T; fine above, where U turns up sharply.
ENERGIES = np.round(np.concatenate([[0.0], 0.01 * 1.6 ** np.arange(10), 1.2 ** np.arange(21)]), 4)
MOLECULES = (
    *("H2", "CO", "OH", "CH", "CN", "NH", "NO", "N2", "C2", "O2", "H2O", "SiO", "SiH"),
    *("MgH", "AlH", "CaH", "CrH", "FeH", "SH", "TiO", "VO", "AlO", "ScO", "MgO", "NiH", "H2+"),
)
NAME_IN_TABLE = {"SH": "HS"}
# Enthalpy of formation of H2O at 0 K: ATcT, Ruscic 2013, J. Phys. Chem. A 117, 11940: -238.928 kJ/mol.
WATER_FORMATION = 238.928e3 / (1.602176634e-19 * 6.02214076e23)  # eV
EV_PER_CM = 1.239841984e-4  # CODATA 2018
RYDBERG_EV = 13.605693  # CODATA 2018
HIGHEST_QUANTUM_NUMBER = 12
STAGES = 6  # of the equation of state: neutral to five times ionised
NUMERALS = ("I", "II", "III", "IV", "V", "VI")
CMFGEN_FOLDERS = {
    **{"C": "CARB", "N": "NIT", "O": "OXY", "Ne": "NEON", "Na": "NA", "Mg": "MG", "Al": "AL", "Si": "SIL"},
    **{"P": "PHOS", "S": "SUL", "Cl": "CHL", "Ar": "ARG", "K": "POT", "Ca": "CA", "Ti": "TIT", "Cr": "CHRO"},
    **{"Mn": "MAN", "Fe": "FE", "Co": "COB", "Ni": "NICK"},
}
CMFGEN_DATE = "19apr23"
# Joining the two sources makes sense only where they agree about the same levels.
JOINT_TOLERANCE = 0.05


def read_table(path):
    """Temperatures (K) and {name: values} of one of Barklem & Collet's tables."""
    temperature, rows = None, {}
    for line in path.read_text().splitlines():
        if "T [K]" in line:
            temperature = np.array(line.split("]")[1].split(), dtype=float)
        elif not line.startswith("#"):
            name, *values = line.split()
            rows[name] = np.array(values, dtype=float)
    return temperature, rows


def fit(temperature, partition):
    """Weights of ENERGIES and the largest relative error of the fit."""
    design = np.exp(-ENERGIES / (BOLTZMANN_EV * temperature[:, None])) / partition[:, None]
    weights, _ = nnls(design, np.ones(len(temperature)), maxiter=100_000)
    weights = np.array([float(f"{w:.8g}") for w in weights])
    return weights, np.max(np.abs(design @ weights - 1.0))


def atoms(folder):
    """Rows (symbol, stage, error, weights) of neutral and once and twice ionised atoms, Z = 1..92."""
    temperature, table = read_table(folder / "BarklemCollet2016-atomic_partition.dat")
    numerals = {"I": 0, "II": 1, "III": 2}
    rows = {}
    with h5py.File(folder / "partition_funcs.h5") as nist:
        hot = np.exp(np.linspace(nist["logT_min"][()], nist["logT_max"][()], 201))
        for name, values in table.items():
            symbol, _, numeral = name.partition("_")
            if numeral not in numerals:
                continue
            cool = (temperature >= 800) & (values > 0)
            t, q = temperature[cool], values[cool]
            key = f"{symbol} {numeral}"
            if key in nist:
                sums = nist[key][()]
                ratio = np.interp(np.log(t[-1]), np.log(hot), sums) / q[-1]
                if abs(np.log(ratio)) < JOINT_TOLERANCE:
                    beyond = (hot > 1.05 * t[-1]) & (hot < 6e4)
                    t, q = np.concatenate([t, hot[beyond]]), np.concatenate([q, sums[beyond] / ratio])
            rows[symbol, numerals[numeral]] = fit(t, q)
    return rows


def nist_energies(path):
    """(Z, stage) -> energy (eV) that removes the next electron; brackets mark values from theory or interpolation."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return {(int(row[0]), int(row[1])): float(row[4].strip("()[]")) for row in rows if row[4]}


def read_levels(path):
    """Energies (eV) and statistical weights in one of CMFGEN's files of oscillator strengths or of superlevels."""
    lines = path.read_text(encoding="latin-1").splitlines()
    head = next(k for k, line in enumerate(lines) if "Number of energy levels" in line)
    matches = (re.match(r"\s*\S+\s+(\d+\.\d*)\s+(-?\d+\.\d+)\s", line) for line in lines[head + 1 :])
    rows = [(float(match[2]) * EV_PER_CM, float(match[1])) for match in matches if match]
    return np.array(rows[: int(lines[head].split()[0])]).T


def ions(folder, energies):
    """Rows {(symbol, stage): (error, weights)} of ions beyond the second, all stages whose levels are at hand."""
    temperature = np.geomspace(2500.0, 8e4, 200)
    rows = {}
    for symbol, name in CMFGEN_FOLDERS.items():
        for stage in range(3, STAGES):
            place = folder / name / NUMERALS[stage] / CMFGEN_DATE
            files = sorted(place.glob("osc_data")) or sorted(place.glob("*f_to_s*"))
            if not files:
                continue
            level, weight = read_levels(files[0])
            # higher levels are dissolved at the densities of hot atmospheres (Inglis & Teller 1939, ApJ 90, 439)
            bound = level < energies[symbol, stage] - RYDBERG_EV * ((stage + 1) / HIGHEST_QUANTUM_NUMBER) ** 2
            boltzmann = np.exp(-level[bound] / (BOLTZMANN_EV * temperature[:, None]))
            weights, error = fit(temperature, boltzmann @ weight[bound])
            rows[symbol, stage] = weights, error
            print(f"{symbol:2s} {NUMERALS[stage]:3s} {files[0].name:14s} {bound.sum()} levels, error {error:.1e}")
    return rows


def dissociation_energy(temperature, log_constants):
    """D0 (eV) from the limit of an equilibrium constant (log10, pressure) at the lowest temperature of its table."""
    # The powers of T in the constant are worth less than 1e-7 of D0 at 1e-5 K.
    return -log_constants[0] * np.log(10) * BOLTZMANN_EV * temperature[0]


def molecules(folder):
    """Rows (name, D0, error, weights)."""
    temperature, partition = read_table(folder / "BarklemCollet2016-molecular_partition.dat")
    _, constants = read_table(folder / "BarklemCollet2016-equilibrium_constants.dat")
    energy = {name: dissociation_energy(temperature, values) for name, values in constants.items()}
    energy["H2O"] = energy["H2"] + 0.5 * energy["O2"] + WATER_FORMATION
    with h5py.File(folder / "polyatomic_partition_funcs.h5") as table:
        water_temperature, water = table["HHO/temp"][()], table["HHO/partition_function"][()]
    use = (temperature >= 500) & (temperature <= 10_000)
    # ExoMol counts the four states of the two protons' spins, Barklem & Collet do not.
    partition["H2O"] = np.interp(temperature, water_temperature, water / 4.0)
    for name in MOLECULES:
        key = NAME_IN_TABLE.get(name, name)
        yield name, energy[key], *fit(temperature[use], partition[key][use])


def write(path, header, columns, rows):
    """A csv with the citation above its columns."""
    text = [f"# {line}" for line in header] + [",".join(columns)] + [",".join(row) for row in rows]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def main():
    """Read the tables named on the command line and write three csv files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path)
    parser.add_argument("nist", type=Path)
    parser.add_argument("cmfgen", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    levels = [f"{energy:g}" for energy in ENERGIES]

    ionization = [
        line.split()
        for line in (arguments.tables / "BarklemCollet2016-ionization_energies.dat").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    nist = nist_energies(arguments.nist)
    stages = range(3, STAGES)
    further = {(symbol, stage): nist.get((int(z), stage), -1.0) for z, symbol, *_ in ionization for stage in stages}
    write(
        arguments.output / "ionization_energies.csv",
        [
            "Energies (eV) to remove the first to the sixth electron; -1: none, or none known.",
            "First to third: Barklem & Collet 2016, A&A 588, A96, table 4, after NIST. Further: Kramida et al., NIST",
            "Atomic Spectra Database, as stored by github tardis-sn/carsus-data-nist, commit bb148b75.",
        ],
        ["atomic_number", "symbol", "first", "second", "third", "fourth", "fifth", "sixth"],
        [
            [z, symbol]
            + [f"{float(energy):.6g}" for energy in energies]
            + [f"{further[symbol, stage]:.6g}" for stage in stages]
            for z, symbol, *energies in ionization
        ],
    )

    fits = atoms(arguments.tables)
    rows, errors = [], []
    for z, symbol, *_ in ionization:
        for stage in range(3):
            if (symbol, stage) in fits:
                weights, error = fits[symbol, stage]
                errors.append((error, symbol, stage))
            else:  # bare nuclei: no levels
                weights = np.concatenate([[1.0], np.zeros(len(ENERGIES) - 1)])
                error = 0.0
            rows.append([z, symbol, str(stage), f"{error:.1e}", *(f"{w:g}" if w == 0 else f"{w:.8g}" for w in weights)])
    number = {symbol: z for z, symbol, *_ in ionization}
    for (symbol, stage), (weights, error) in ions(arguments.cmfgen, further).items():
        errors.append((error, symbol, stage))
        numbers = (f"{w:g}" if w == 0 else f"{w:.8g}" for w in weights)
        rows.append([number[symbol], symbol, str(stage), f"{error:.1e}", *numbers])
    write(
        arguments.output / "atomic_partition_functions.csv",
        [
            "Partition functions of atoms as sums of Boltzmann factors, Q(T) = sum_j g_j exp(-E_j / kT).",
            "Columns headed by a number hold g_j; the heading is E_j in eV. error: largest relative error of the fit.",
            "Made by tools/fit_partition_functions.py from Barklem & Collet 2016, A&A 588, A96, table 8",
            "(800 to 10,000 K) and, in shape, from sums over the levels of the NIST database (10,000 to 60,000 K).",
            "Stages 3 to 5: sums over the bound levels of CMFGEN's atomic data (Hillier 2011, Ap&SS 336, 87; github",
            "tardis-sn/carsus-data-cmfgen, commit c7e33222, 19apr23; most energies are NIST's), 2500 to 80,000 K.",
        ],
        ["atomic_number", "symbol", "stage", "error", *levels],
        rows,
    )
    errors.sort()
    print(f"atoms: median error {np.median([e for e, *_ in errors]):.1e}, worst {errors[-3:]}")

    rows = []
    for name, energy, weights, error in molecules(arguments.tables):
        print(f"{name:4s} D0 {energy:.5f} eV, error {error:.1e}")
        rows.append([name, f"{energy:.5f}", f"{error:.1e}", *(f"{w:g}" if w == 0 else f"{w:.8g}" for w in weights)])
    write(
        arguments.output / "molecular_partition_functions.csv",
        [
            "Partition functions of molecules as sums of Boltzmann factors, Q(T) = sum_j g_j exp(-E_j / kT), without",
            "the spins of the nuclei, and energies (eV) to take the molecule in its lowest level apart into atoms",
            "(H2+: into H and a proton). Columns headed by a number hold g_j; the heading is E_j in eV.",
            "Made by tools/fit_partition_functions.py from Barklem & Collet 2016, A&A 588, A96 (table 7; D0 is the",
            "limit at 0 K of their equilibrium constants), 500 to 10,000 K. H2O: partition function of Polyansky et",
            "al. 2018, MNRAS 480, 2597, energy from the enthalpy of formation at 0 K of Ruscic 2013, J. Phys. Chem.",
            "A 117, 11940.",
        ],
        ["name", "dissociation_energy", "error", *levels],
        rows,
    )


if __name__ == "__main__":
    main()
