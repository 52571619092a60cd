"""Fit the dipole moment function of lines/data/carbon_monoxide.json to Einstein coefficients; print its coefficients.

    python tools/fit_carbon_monoxide_dipole.py HITRAN.par GEISA.par

The files are lists of CO in the 160-column HITRAN and in the GEISA form. Lines of 12C16O within one vibrational state
or with a step of one are used; a cubic in r / re - 1 fits the 200 or so strongest of HITRAN to 1e-4.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from kurucz_a1.lines.carbon_monoxide import DEBYE, displacement_moments
from kurucz_a1.physics.constants import PLANCK


def hitran(path):
    """(upper v, lower v, branch, J, wavenumber, Einstein A) of each 12C16O line."""
    for row in Path(path).read_text(encoding="ascii").splitlines():
        if row[:3] == " 51":
            branch = {"P": 0, "R": 1}[row[117]]
            yield int(row[67:82]), int(row[82:97]), branch, int(row[118:121]), float(row[3:15]), float(row[25:35])


def geisa(path):
    """The same of the rotational lines of the GEISA form (R branch)."""
    for row in Path(path).read_text(encoding="ascii").splitlines():
        if " 26 " in row:
            upper, lower = (int(field) for field in (row[39:64], row[64:89]))
            j = int(row.split(" R ")[1].split()[0][0])
            yield upper, lower, 1, j, float(row[:12]), float(row.split(" 51 ")[1].split()[0])


def main():
    moments = displacement_moments(4)
    design, dipole = [], []
    for upper, lower, branch, j, wavenumber, einstein in [*hitran(sys.argv[1]), *geisa(sys.argv[2])]:
        upper_j = j + (1 if branch else -1)
        strength = einstein * 3 * PLANCK / (64 * np.pi**4 * wavenumber**3) * (2 * upper_j + 1)
        design.append(moments[:, upper - lower, branch, lower, j])
        dipole.append(np.sqrt(strength / max(j, upper_j)) / DEBYE)
    design, dipole = np.array(design), np.array(dipole)
    fit = least_squares(lambda c: np.abs(design @ c) / dipole - 1, [-0.12, 3.5, 0.0, -2.5])
    print(f"{len(dipole)} lines, rms deviation of the amplitude {np.sqrt(np.mean(fit.fun**2)):.1e}")
    print("dipole:", ", ".join(f"{value:.5g}" for value in fit.x))


if __name__ == "__main__":
    main()
