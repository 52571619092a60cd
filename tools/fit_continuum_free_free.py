"""Fit the free-free and quasi-molecular continuum data that the package ships.

Inputs are the published tables, typed as csv (first row: the column variable; first column: wavelength in A):
Bell & Berrington (1987, J. Phys. B 20, 801) Table 1, John (1994, MNRAS 269, 871) Table 1, Stancil (1994, ApJ 430,
360) bound-free, free-free and equilibrium constants of H2+, and the file of thermally averaged non-relativistic
Gaunt factors of van Hoof et al. (2014, MNRAS 444, 420). Each is fitted by ln y = sum c_ij T_i(x) T_j(t), Chebyshev
polynomials of the scaled logarithmic frequency x and of t = scaled ln T.

    python tools/fit_continuum_free_free.py TABLE_FOLDER VAN_HOOF_FILE OUTPUT.json
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.polynomial import chebyshev
from scipy.interpolate import RectBivariateSpline

LIGHT_A = 2.99792458e18  # A s-1
RYDBERG_K = 157887.5  # K
RYDBERG_HZ = 3.2898419603e15


def read(path):
    """Column variable, wavelengths (None if the first column is text) and table of one csv file."""
    rows = [line.split(",") for line in Path(path).read_text().split()]
    columns = np.array(rows[0][1:], float)
    table = np.array([row[1:] for row in rows[1:]], float)
    try:
        return columns, np.array([row[0] for row in rows[1:]], float), table
    except ValueError:
        return columns, None, table


def fit(frequency, temperature, values, orders, source, frequency_limits=None, temperature_limits=None):
    """Chebyshev fit of ln(values) (nu, T); the result as a dictionary, and its largest error printed."""
    x_limits = np.log(frequency_limits or (frequency.min(), frequency.max()))
    t_limits = np.log(temperature_limits or (temperature.min(), temperature.max()))

    def scaled(v, limits):
        return (2 * np.log(v) - limits[0] - limits[1]) / (limits[1] - limits[0])

    basis_x = chebyshev.chebvander(scaled(frequency, x_limits), orders[0])
    basis_t = chebyshev.chebvander(scaled(temperature, t_limits), orders[1])
    logs = np.log(values)
    coefficients = np.linalg.pinv(basis_x) @ logs @ np.linalg.pinv(basis_t).T
    error = np.expm1(basis_x @ coefficients @ basis_t.T - logs)
    print(f"{source[:40]:40s} rms {np.sqrt(np.mean(error**2)):.4f} max {np.abs(error).max():.4f}")
    return {
        "source": source,
        "log_frequency_limits": [round(v, 6) for v in x_limits],
        "log_temperature_limits": [round(v, 6) for v in t_limits],
        "coefficients": [[float(f"{c:.6g}") for c in row] for row in coefficients],
    }


def main():
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path)
    parser.add_argument("van_hoof", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    result = {}

    theta, wavelength, table = read(arguments.tables / "bell_berrington_1987.csv")
    result["hydrogen_minus"] = fit(
        LIGHT_A / wavelength, 5040 / theta, table * 1e-26, (8, 4),
        "fitted to Bell & Berrington 1987, J. Phys. B 20, 801, Table 1: cm4 dyn-1 per ground-state H atom, "
        "stimulated emission included",
    )  # fmt: skip
    theta, wavelength, table = read(arguments.tables / "john_1994.csv")
    result["helium_minus"] = fit(
        LIGHT_A / wavelength, 5040 / theta, table * 1e-26, (6, 4),
        "fitted to John 1994, MNRAS 269, 871, Table 1: cm4 dyn-1 per He atom, stimulated emission included",
    )  # fmt: skip

    temperature, bf_wavelength, bound_free = read(arguments.tables / "stancil_1994_bf.csv")
    _, ff_wavelength, free_free = read(arguments.tables / "stancil_1994_ff.csv")
    _, _, constant = read(arguments.tables / "stancil_1994_k.csv")
    wavelength = np.geomspace(700, 200000, 120)

    def regrid(source_wavelength, source_table):
        columns = [np.interp(np.log(wavelength), np.log(source_wavelength), np.log(c)) for c in source_table.T]
        return np.exp(np.array(columns).T)

    total = regrid(bf_wavelength, bound_free) * 1e-18 / constant[0] + regrid(ff_wavelength, free_free) * 1e-39
    result["hydrogen_molecule_ion"] = fit(
        LIGHT_A / wavelength, temperature, total, (12, 5),
        "fitted to Stancil 1994, ApJ 430, 360: (bound-free / K + free-free) in cm5, to be multiplied by "
        "n(H I) n(H II) and the factor of stimulated emission",
    )  # fmt: skip

    lines = [line for line in arguments.van_hoof.read_text().splitlines() if not line.startswith("#")]
    number_gamma, number_u = (int(v) for v in lines[1].split()[:2])
    start_gamma, start_u, step = (float(line.split()[0]) for line in lines[2:5])
    gaunt = np.array([line.split() for line in lines[5 : 5 + number_u]], float)
    log_gamma = start_gamma + step * np.arange(number_gamma)
    log_u = start_u + step * np.arange(number_u)
    spline = RectBivariateSpline(log_u, log_gamma, gaunt)
    frequency, temperature = np.geomspace(2e12, 6e16, 150), np.geomspace(1400, 51000, 50)
    for charge in (1, 2):
        u = np.log10(RYDBERG_K * frequency[:, None] / RYDBERG_HZ / temperature)
        gamma = np.log10(charge**2 * RYDBERG_K / temperature) + 0 * u
        result[f"gaunt_{charge}"] = fit(
            frequency, temperature, spline.ev(u, gamma), (9, 6),
            f"fitted to van Hoof et al. 2014, MNRAS 444, 420: free-free Gaunt factor of an ion of charge {charge}",
        )  # fmt: skip

    text = json.dumps(result, indent=1)
    arguments.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
