"""Fit the coefficients of ``stark_damping`` in physics/line_profiles.py to a line list with Stark widths; print them,
and how far they hold towards the ionisation limit and beyond.

python tools/fit_stark_damping.py galah_dr3_linelist.h5
"""

import sys
from pathlib import Path

import numpy as np

from kurucz_a1.lines.elements import ATOMIC_NUMBER
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.physics.constants import ANGSTROM, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.line_profiles import effective_quantum_number_squared
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES


def main():
    lines = read_line_list(Path(sys.argv[1]))
    atoms = np.array([name in ATOMIC_NUMBER and name != "H" for name in lines.species])
    lines = lines[atoms & np.isfinite(lines.gamma_stark) & (lines.ion_stage < 2)]
    upper = lines.lower_energy + PLANCK * SPEED_OF_LIGHT / (lines.wavelength * ANGSTROM) / ELECTRON_VOLT
    z = np.array([ATOMIC_NUMBER[name] for name in lines.species])
    ionization = IONIZATION_ENERGIES[np.minimum(z, 92) - 1, lines.ion_stage]
    squared = np.asarray(effective_quantum_number_squared(ionization, upper, lines.ion_stage))
    ratio = np.log10(lines.gamma_stark / squared**2)
    bound = upper < ionization
    for stage, name in enumerate(("neutral", "ionised")):
        for label, among in (
            ("n*^2 below 25", bound & (squared < 25)),
            ("25 to 100", bound & (squared >= 25) & (squared < 100)),
            ("above, as if 100", bound & (squared == 100)),
            ("autoionising, as if 50", ~bound),
        ):
            chosen = ratio[among & (lines.ion_stage == stage)]
            low, middle, high = np.percentile(chosen, [16, 50, 84])
            scatter = f"scatter {(high - low) / 2:.2f} dex"
            print(f"{name}, {label}: {len(chosen)} lines, coefficient {10**middle:.2e}, {scatter}")


if __name__ == "__main__":
    main()
