"""Fit the tables of collision-induced absorption of pairs of H2, H and He that the package ships.

Inputs are four files, CIA_H2H2.dat, CIA_H2He.dat, CIA_HHe.dat and CIA_H2H.dat: a head that names the
temperatures ("1000K"), then a wavenumber (cm-1) and absorption coefficients (cm-1 amagat-2) a row. ln k is a Chebyshev
series in ln T at each of some of the wavenumbers of a table, with a cubic spline over these: as few of them as keep the
error of the spline below a limit, the worst point added first.

    python tools/fit_collision_induced.py CIA_FOLDER OUTPUT.json
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.polynomial import chebyshev
from scipy.interpolate import CubicSpline

#: For each pair the highest order of the series in ln T, and the source of its table.
PAIRS = {
    "H2 H2": (4, "Borysow, Jorgensen & Fu 2001, JQSRT 68, 235"),
    "H2 He": (4, "Jorgensen, Hammer, Borysow & Falkesgaard 2000, A&A 361, 283"),
    "H He": (5, "Gustafsson & Frommhold 2001, ApJ 546, 1168"),
    "H2 H": (3, "Gustafsson & Frommhold 2003, A&A 400, 1161"),
}
# Absorption this far (in ln) below the table's strongest at a temperature counts half as much, twice as far a third.
DEPTH = 7.0
LARGEST_ERROR = 0.02  # of the spline, weighted


def read(path):
    """Temperatures (K), wavenumbers (cm-1) and coefficients (wavenumber, T) of one file."""
    rows = [line.split() for line in path.read_text().splitlines()]
    head = next(row for row in rows if any(word.endswith("K") and word[:-1].isdigit() for word in row))
    temperature = np.array([float(word[:-1]) for word in head if word.endswith("K") and word[:-1].isdigit()])
    numbers = [row for row in rows if len(row) == len(temperature) + 1 and row[0][0].isdigit()]
    body = np.array(numbers, dtype=float)
    return temperature, body[:, 0], body[:, 1:]


def fit(temperature, wavenumber, values, order, source):
    """The fit of one table as a dictionary; its errors are printed."""
    logs = np.log(values)
    limits = np.log([temperature[0], temperature[-1]])
    basis = chebyshev.chebvander((2 * np.log(temperature) - limits.sum()) / np.ptp(limits), order)
    weights = 1 / (1 + (logs.max(axis=0) - logs) / DEPTH)
    coefficients = np.array(
        [np.linalg.lstsq(w[:, None] * basis, w * row, rcond=None)[0] for w, row in zip(weights, logs, strict=True)]
    )
    chosen = [0, len(wavenumber) // 2, len(wavenumber) - 1]
    while True:
        spline = CubicSpline(wavenumber[chosen], coefficients[chosen])
        strays = np.max(np.abs((spline(wavenumber) - coefficients) @ basis.T) * weights, axis=1)
        if strays.max() < LARGEST_ERROR or len(chosen) == len(wavenumber):
            break
        chosen = sorted({*chosen, int(strays.argmax())})
    coefficients = np.round(coefficients[chosen], 4)
    error = CubicSpline(wavenumber[chosen], coefficients)(wavenumber) @ basis.T - logs
    strong = logs > logs.max(axis=0) - DEPTH
    print(
        f"{source:62s} {len(chosen):3d} of {len(wavenumber):4d} wavenumbers; where strong, rms "
        f"{np.std(error[strong]):.4f} max {np.abs(error[strong]).max():.3f}; everywhere, rms {np.std(error):.4f} "
        f"max {np.abs(error).max():.3f}"
    )
    return {
        "source": f"fitted to {source}: cm-1 amagat-2, stimulated emission included",
        "wavenumber": [float(value) for value in wavenumber[chosen]],
        "log_temperature_limits": [round(float(value), 6) for value in limits],
        "coefficients": coefficients.tolist(),
    }


def main():
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    result = {}
    for pair, (order, source) in PAIRS.items():
        table = read(arguments.tables / f"CIA_{pair.replace(' ', '')}.dat")
        result[pair] = fit(*table, order, source)
    arguments.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
