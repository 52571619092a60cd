"""Compute oscillator strengths of hydrogen exactly and write them as csv.

    python tools/make_hydrogen_oscillator_strengths.py src/kurucz_a1/physics/data/hydrogen_oscillator_strengths.csv

Radial integrals by Gordon (1929, Ann. Phys. 394, 1031), as in Bethe & Salpeter (1957), eq. 63.2, in rational numbers;
averaged over the angular momenta of the lower level.
"""

import sys
from fractions import Fraction
from math import factorial
from pathlib import Path

HIGHEST_LOWER, HIGHEST_UPPER = 8, 60


def hypergeometric(a, b, c, z):
    """Gauss's 2F1 where a or b is a negative integer."""
    total = term = Fraction(1)
    k = 0
    while (a + k) * (b + k):
        term *= Fraction((a + k) * (b + k), (c + k) * (k + 1)) * z
        total += term
        k += 1
    return total


def radial_integral_squared(n, l, p):
    """Square of the integral of R(n, l) r R(p, l - 1), in Bohr radii squared."""
    z = Fraction(-4 * n * p, (n - p) ** 2)
    bracket = hypergeometric(-n + l + 1, -p + l, 2 * l, z)
    bracket -= Fraction(n - p, n + p) ** 2 * hypergeometric(-n + l - 1, -p + l, 2 * l, z)
    factor = Fraction(factorial(n + l) * factorial(p + l - 1), factorial(n - l - 1) * factorial(p - l))
    power = Fraction((4 * n * p) ** (2 * l + 2), (n + p) ** (2 * (n + p))) * Fraction(n - p) ** (
        2 * (n + p - 2 * l - 2)
    )
    return factor * power * bracket**2 / (16 * factorial(2 * l - 1) ** 2)


def oscillator_strength(lower, upper):
    """Absorption oscillator strength from level ``lower`` to ``upper``."""
    total = sum(
        (l + 1) * radial_integral_squared(upper, l + 1, lower)
        + (l * radial_integral_squared(lower, l, upper) if l else 0)
        for l in range(lower)
    )
    return float(total * (Fraction(1, lower**2) - Fraction(1, upper**2)) / (3 * lower**2))


def main():
    rows = [
        f"{lower},{upper},{oscillator_strength(lower, upper):.7e}"
        for lower in range(1, HIGHEST_LOWER + 1)
        for upper in range(lower + 1, HIGHEST_UPPER + 1)
    ]
    header = (
        "# Absorption oscillator strengths of hydrogen, computed by tools/make_hydrogen_oscillator_strengths.py\n"
        "# from the exact radial integrals of Gordon (1929, Ann. Phys. 394, 1031).\n"
        "lower,upper,oscillator_strength\n"
    )
    Path(sys.argv[1]).write_text(header + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
