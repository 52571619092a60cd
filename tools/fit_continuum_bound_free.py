"""Fit photoionisation cross sections of H-, H I, He I and the metals for the continuum opacity.

    python tools/fit_continuum_bound_free.py ATOMIC_FOLDER CMFGEN_FOLDER IONIZATION_ENERGIES.csv OUTPUT.json

ATOMIC_FOLDER holds McLaughlin2017Hminusbf.h5 (McLaughlin et al. 2017, J. Phys. B 50, 114001),
individual_H_cross-sections.h5 (Nahar 2021, Atoms 9, 73), BarklemCollet2016-ionization_energies.dat (Barklem &
Collet 2016, A&A 588, A96), topbase/*.xs.gz (TOPbase: Cunto et al. 1993, A&A 275, L5) and topbase/op_fe1.dat.gz
(Bautista 1997, A&AS 122, 167). CMFGEN_FOLDER is the folder `atomic` of CMFGEN's atomic data (Hillier 2011, Ap&SS 336,
87; as stored by tardis-sn/carsus-data-cmfgen): there the cross sections of ions, of the Opacity Project too, smoothed,
with measured energies. IONIZATION_ENERGIES.csv is the package's own.

A metal level keeps the shape of its cross section as a function of (photon energy) / (threshold); thresholds are
moved so that the ground level has the measured ionization energy, and so are the low terms whose measured excitation
is listed in measured_term_energies.csv beside this script. Low levels stay alone; higher ones are merged in narrow
ranges of excitation, with the Boltzmann weights of REFERENCE_TEMPERATURE inside a range. Curves are thinned to the
knots that a piecewise power law needs.
"""

import argparse
import gzip
import json
import re
from pathlib import Path

import h5py
import numpy as np
from numpy.polynomial import chebyshev
from scipy.ndimage import uniform_filter1d

EV_PER_RYDBERG = 13.605693
EV_PER_HZ = 4.135667696e-15
BOLTZMANN_EV = 8.617333262e-5
REFERENCE_TEMPERATURE = 7000.0
ALONE = 12  # lowest levels of a species that are not merged
WIDTH = 0.3  # eV, range of excitation merged into one entry
TOLERANCE = 0.015  # dex
# The same of the ions, which matter in hotter gas and at shorter waves.
# levels alone, width, tolerance and temperature as above, and resonances averaged over 11 points of the grid, 5 %
IONS_MERGING = 4, 3.0, 0.04, 22000.0, 11
LEAST_THRESHOLD = 0.25  # of the ground level's; from higher levels of ions hydrogen absorbs far more
IONS = {
    ("C", 1): "CARB/II", ("C", 2): "CARB/III", ("N", 1): "NIT/II", ("N", 2): "NIT/III", ("O", 1): "OXY/II",
    ("O", 2): "OXY/III", ("Ne", 1): "NEON/II", ("Ne", 2): "NEON/III", ("Mg", 2): "MG/III", ("Al", 1): "AL/II",
    ("Al", 2): "AL/III", ("Si", 2): "SIL/III", ("Si", 3): "SIL/IV", ("S", 1): "SUL/II", ("S", 2): "SUL/III",
    ("S", 3): "SUL/IV", ("Ar", 1): "ARG/II", ("Fe", 1): "FE/II", ("Fe", 2): "FE/III",
}  # fmt: skip
CMFGEN_DATE = "19apr23"
EV_PER_CM = 1.239841984e-4  # CODATA 2018
SPECIES = {
    "he1": ("He", 0), "c1": ("C", 0), "n1": ("N", 0), "o1": ("O", 0), "na1": ("Na", 0), "mg1": ("Mg", 0),
    "mg2": ("Mg", 1), "al1": ("Al", 0), "si1": ("Si", 0), "si2": ("Si", 1), "s1": ("S", 0), "ca1": ("Ca", 0),
    "ca2": ("Ca", 1), "op_fe1": ("Fe", 0),
}  # fmt: skip
NUMBERS = {
    "He": 2,
    "C": 6,
    "N": 7,
    "O": 8,
    "Na": 11,
    "Mg": 12,
    "Al": 13,
    "Si": 14,
    "S": 16,
    "Ca": 20,
    "Fe": 26,
}


def ionization_energies(path):
    """(Z, stage) -> ionization energy in eV."""
    energies = {}
    for line in Path(path).read_text().splitlines():
        words = line.split()
        if not line.startswith("#") and len(words) == 5:
            for stage in range(3):
                energies[int(words[0]), stage] = float(words[2 + stage])
    return energies


def measured_energies(path):
    """Species -> {(term, number): measured excitation in eV}."""
    energies = {}
    for line in Path(path).read_text().splitlines():
        if line.startswith(("#", "species")):
            continue
        species, term, number, excitation = line.split(",")
        energies.setdefault(species, {})[term, int(number)] = float(excitation)
    return energies


def read_topbase(path):
    """Levels of a TOPbase list: (term key, statistical weight, binding energy eV, photon energies eV, cm2)."""
    levels, header, points = [], None, []

    def store():
        if header and header[2] > 0 and len(points) > 3:
            energy, sigma = np.array(points).T
            levels.append((*header, energy * EV_PER_RYDBERG, sigma * 1e-18))

    for line in gzip.decompress(Path(path).read_bytes()).decode().splitlines():
        words = line.split()
        if len(words) == 7 and words[0].isdigit():
            store()
            slp, points = words[3], []
            multiplicity, angular = int(slp[:-2]), int(slp[-2])
            weight = multiplicity * (2 * angular + 1)
            header = ((slp, int(words[4])), weight, -float(words[5]) * EV_PER_RYDBERG)
        elif len(words) == 2 and header:
            points.append([float(w) for w in words])
    store()
    return levels


def read_iron(path):
    """Levels of the Fe I list (fit points in log10 nu/nu0, log10 Mb), in the form of read_topbase."""
    text = gzip.decompress(Path(path).read_bytes()).decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    count = int(lines[0])
    heads, levels, numbers = [], [], []
    for line in lines[1 : count + 1]:
        term = re.search(r"'fe1\s+(\S+)\s+(\d+)'", line)
        words = line.split()
        heads.append(((term[1], int(term[2])), float(words[1]), float(words[2]) * EV_PER_HZ))
    for line in lines[count + 1 :]:
        numbers += line.split()
    position = 0
    while position < len(numbers):
        level, kind, pairs = (int(v) for v in numbers[position : position + 3])
        position += 3
        key, weight, threshold = heads[level - 1]
        if kind == 2:
            scale, alpha, beta, gamma = (float(v) for v in numbers[position : position + 4])
            position += 4
            ratio = np.geomspace(1, 6, 60)
            sigma = scale * (beta + (1 - beta) * ratio**-gamma) * ratio**-alpha
            x = np.log10(ratio)
        else:
            x, log_sigma = np.array(numbers[position : position + 2 * pairs], float).reshape(-1, 2).T
            position += 2 * pairs
            sigma = 10**log_sigma
        levels.append((key, weight, threshold, threshold * 10**x, sigma * 1e-18))
    return levels


def read_terms(path):
    """Term -> (statistical weight, mean energy in eV), of CMFGEN's levels in a file of oscillator strengths or of
    superlevels; a term's levels are named term[J]."""
    lines = path.read_text(encoding="latin-1").splitlines()
    head = next(k for k, line in enumerate(lines) if "Number of energy levels" in line)
    matches = (re.match(r"\s*(\S+)\s+(\d+\.\d*)\s+(-?\d+\.\d+)\s", line) for line in lines[head + 1 :])
    terms = {}
    for match, _ in zip(filter(None, matches), range(int(lines[head].split()[0])), strict=False):
        weight, energy = float(match[2]), float(match[3]) * EV_PER_CM
        terms.setdefault(match[1].partition("[")[0], []).append((weight, energy))
    weights = {term: sum(weight for weight, _ in levels) for term, levels in terms.items()}
    return {
        term: (weights[term], sum(weight * energy for weight, energy in levels) / weights[term])
        for term, levels in terms.items()
    }


def read_cmfgen(folder, ionization):
    """Levels of an ion in the form of read_topbase, and {key: measured excitation in eV}.

    Only tables of cross sections (types 20 and 21: photon energy over threshold, Mb) are taken, not the fits for levels
    to which no calculation reaches, and only those whose threshold leads to the ion's ground state.
    """
    path = next(path for name in ("phot_data_A_sm*", "phot_data*A") for path in sorted(folder.glob(name)))
    terms = read_terms(next(path for name in ("osc_data", "f_to_s*") for path in sorted(folder.glob(name))))
    lines = [line for line in path.read_text(encoding="latin-1").splitlines() if line.strip()]
    levels, measured, missing = [], {}, []
    for k, line in enumerate(lines):
        if "!Configuration name" not in line:
            continue
        term = line.split()[0].partition("[")[0]
        kind, count = (int(lines[k + 1 + j].split()[0]) for j in range(2))
        weight, energy = terms.get(term, (0.0, np.inf))
        threshold = ionization - energy
        if threshold < LEAST_THRESHOLD * ionization or term in measured:
            continue
        if kind not in (20, 21):
            missing.append(f"{term} {energy:.1f} eV (type {kind})")
            continue
        ratio, sigma = np.array([row.replace("D", "E").split()[:2] for row in lines[k + 3 : k + 3 + count]], float).T
        levels.append((term, weight, threshold, threshold * ratio, sigma * 1e-18))
        measured[term] = energy
    print(path.relative_to(folder.parent.parent.parent), "without tables:", *missing[:4], len(missing))
    return levels, measured


def thin(x, y, tolerance):
    """Indices of the knots of the piecewise-linear curve within tolerance of (x, y) (Douglas & Peucker)."""
    keep, stack = {0, len(x) - 1}, [(0, len(x) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        line = y[a] + (y[b] - y[a]) * (x[a : b + 1] - x[a]) / (x[b] - x[a])
        gap = np.abs(y[a : b + 1] - line)
        worst = a + int(np.argmax(gap))
        if gap[worst - a] > tolerance:
            keep.add(worst)
            stack += [(a, worst), (worst, b)]
    return sorted(keep)


def fit_species(
    levels,
    ionization,
    measured,
    alone=ALONE,
    width=WIDTH,
    tolerance=TOLERANCE,
    temperature=REFERENCE_TEMPERATURE,
    smoothing=1,
):
    """Entries {excitation, threshold, x, y}: x = log10(E/threshold), y = log10(weight x cm2)."""
    levels = sorted(levels, key=lambda level: -level[2])
    ground = levels[0][2]
    placed = []
    unused = set(measured) - {level[0] for level in levels}
    if unused:
        raise SystemExit(f"measured terms that the list does not have: {sorted(unused)}")
    for key, weight, binding, energy, sigma in levels:
        # the theory's binding energies of excited levels are better than its excitation energies
        excitation = measured.get(key, 0.0 if binding == ground else max(ionization - binding, 0.0))
        threshold = ionization - excitation
        x, y = np.log10(energy / binding), np.log10(np.maximum(sigma, 1e-24))
        if x[0] > 0.02:
            # such levels cannot reach the ion's ground state: their section starts at an excited one
            threshold, x = threshold * 10 ** x[0], x - x[0]
        placed.append((excitation, weight, threshold, x, y))
    placed.sort(key=lambda level: level[0])

    groups, index = [[level] for level in placed[:alone]], alone
    while index < len(placed):
        last = index
        while last < len(placed) and placed[last][0] - placed[index][0] < width:
            last += 1
        groups.append(placed[index:last])
        index = last

    entries = []
    for group in groups:
        weights = np.array([w * np.exp(-e / BOLTZMANN_EV / temperature) for e, w, *_ in group])
        mean = float(np.sum(weights * [e for e, *_ in group]) / weights.sum())
        lowest = min(level[2] for level in group)
        grid = np.arange(0.0, np.log10(max(20 * lowest, 60.0) / lowest), 0.002)
        total = np.zeros_like(grid)
        for excitation, weight, threshold, x, y in group:
            z = grid - np.log10(threshold / lowest)
            # beyond the data the cross section falls as E^-3
            log_sigma = np.interp(z, x, y) - 3 * np.maximum(z - x[-1], 0)
            factor = np.exp(-(excitation - mean) / BOLTZMANN_EV / temperature)
            total += np.where(z >= -1e-9, weight * factor * 10**log_sigma, 0.0)
        y = np.log10(uniform_filter1d(total, smoothing, mode="nearest"))
        knots = thin(grid, y, tolerance)
        entries.append(
            {
                "excitation": round(mean, 4),
                "threshold": round(lowest, 4),
                "x": [round(float(grid[k]), 3) for k in knots],
                "y": [round(float(y[k]), 2) for k in knots],
            }
        )
    return entries


def fit_hydrogen_minus(path):
    """Knots of log10 sigma(H-) / (1 - E0/E)^1.5 against log10 E/E0, resonances smoothed over 1 %."""
    with h5py.File(path) as file:
        energy, sigma = file["nu"][:] * EV_PER_HZ, file["sigma"][:]
    threshold = 0.754204  # eV, the paper's detachment energy
    grid = np.arange(0.004, np.log10(200 / threshold), 0.004)
    x = np.log10(energy / threshold)
    shape = sigma / (1 - threshold / energy) ** 1.5
    fine = np.arange(0.0037, grid[-1] + 0.01, 0.0001)
    smooth = np.convolve(np.interp(fine, x, shape), np.ones(43) / 43, mode="same")
    y = np.log10(np.interp(grid, fine[30:-30], smooth[30:-30]))
    knots = thin(grid, y, 0.0015)
    return {
        "source": "fitted to McLaughlin et al. 2017, J. Phys. B 50, 114001: log10 of cm2 / (1 - E0/E)^1.5",
        "threshold": threshold,
        "x": [round(float(grid[k]), 3) for k in knots],
        "y": [round(float(y[k]), 4) for k in knots],
    }


def fit_hydrogen(path, levels=12, order=7):
    """Chebyshev coefficients of ln(Gaunt factor) of level n (rows) against ln(E/En) from 0 to a limit."""
    with h5py.File(path) as file:
        energy, sigma = file["E"][:], file["sigma"][:]
    rows, limits = [], [2.397] + [3.7] * (levels - 1)
    for n in range(1, levels + 1):
        ratio = energy[n - 1] / energy[n - 1, 0]
        nu = energy[n - 1] / EV_PER_HZ
        gaunt = sigma[n - 1] * 1e-18 / (2 * n**2) * nu**3 * n**5 / 2.8154e29
        # resample evenly in ln E, else the high energies carry all the weight
        limit = limits[n - 1]
        x = np.linspace(0, limit, 200)
        y = np.log(np.interp(x, np.log(ratio), gaunt))
        coefficients = chebyshev.chebfit(2 * x / limit - 1, y, order)
        error = chebyshev.chebval(2 * x / limit - 1, coefficients) - y
        print(n, f"x max {x[-1]:.2f} gaunt at threshold {gaunt[0]:.4f}, max error {np.abs(error).max():.4f}")
        rows.append([round(float(c), 5) for c in coefficients])
    return {
        "source": "fitted to Nahar 2021, Atoms 9, 73: ln Gaunt factor of level n, Chebyshev in ln(E/En)",
        "log_ratio_limits": limits,
        "coefficients": rows,
    }


def main():
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("atomic", type=Path)
    parser.add_argument("cmfgen", type=Path)
    parser.add_argument("energies", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    ionization = ionization_energies(arguments.atomic / "BarklemCollet2016-ionization_energies.dat")
    measured = measured_energies(Path(__file__).with_name("measured_term_energies.csv"))
    result = {
        "hydrogen_minus": fit_hydrogen_minus(arguments.atomic / "McLaughlin2017Hminusbf.h5"),
        "hydrogen": fit_hydrogen(arguments.atomic / "individual_H_cross-sections.h5"),
        "atoms": {
            "source": "fitted to TOPbase (Cunto et al. 1993, A&A 275, L5) and, for Fe I, Bautista (1997, A&AS 122, "
            "167): x = log10(photon energy / threshold), y = log10(statistical weight x cm2), energies in eV; "
            "ionization energies of Barklem & Collet (2016, A&A 588, A96); ions from C II on: fitted to CMFGEN's "
            "atomic data (Hillier 2011, Ap&SS 336, 87), which are the Opacity Project's, smoothed over resonances",
            "species": [],
        },
    }
    for name, (element, stage) in SPECIES.items():
        path = arguments.atomic / "topbase" / (f"{name}.dat.gz" if name == "op_fe1" else f"{name}.xs.gz")
        levels = read_iron(path) if name == "op_fe1" else read_topbase(path)
        energy = ionization[NUMBERS[element], stage]
        entries = fit_species(levels, energy, measured.get(name, {}), 45 if element == "Fe" else ALONE)
        print(name, len(levels), "levels", len(entries), "entries", sum(len(e["x"]) for e in entries), "knots")
        result["atoms"]["species"].append({"element": element, "stage": stage, "entries": entries})
    rows = (line.split(",") for line in arguments.energies.read_text().splitlines() if line[0].isdigit())
    energies = {(row[1], stage): float(energy) for row in rows for stage, energy in enumerate(row[2:])}
    for (element, stage), folder in IONS.items():
        levels, measured = read_cmfgen(arguments.cmfgen / folder / CMFGEN_DATE, energies[element, stage])
        entries = fit_species(levels, energies[element, stage], measured, *IONS_MERGING)
        print(
            element, stage, len(levels), "levels", len(entries), "entries", sum(len(e["x"]) for e in entries), "knots"
        )
        result["atoms"]["species"].append({"element": element, "stage": stage, "entries": entries})
    arguments.output.write_text(json.dumps(result, separators=(",", ":")).replace("},", "},\n") + "\n")


if __name__ == "__main__":
    main()
