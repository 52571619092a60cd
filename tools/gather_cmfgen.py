"""Gather the lines of ions in CMFGEN's atomic data, one folder an ion, in one list of the package's own form.

python tools/gather_cmfgen.py FOLDER_OF_ATOMIC_DATA OUTPUT.csv

The folder is ``atomic`` of Hillier's data (2011, Ap&SS 336, 87); of each ion the newest ``osc_data`` counts. Neutral
atoms, singly charged ions and ions that the gas does not hold are left out. The list goes behind ``--fill`` of
``python -m kurucz_a1.lines.build_opacity_table``.
"""

import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.physics.partition_functions import STAGES

LEAST_STAGE = 2  # twice ionised


def newest(ion: Path) -> Path | None:
    """The newest file of oscillator strengths in the folder of an ion, whose folders are named by date."""
    dated = [(datetime.strptime(path.parent.name, "%d%b%y"), path) for path in ion.glob("*/osc_data")]
    return max(dated)[1] if dated else None


def read_ion(path: Path) -> LineList | None:
    """The lines of one ion, None where it has too low or too high a charge."""
    try:
        lines = read_line_list(path)
    except BadFile as error:
        print(error)
        return None
    stage = int(lines.ion_stage[0])
    return lines if LEAST_STAGE <= stage < STAGES else None


def main():
    folder, output = map(Path, sys.argv[1:])
    paths = [path for ion in sorted(folder.glob("*/*")) if (path := newest(ion))]
    ions = [lines for path in paths if (lines := read_ion(path)) is not None]
    lines = concatenate(ions)
    table = pd.DataFrame(
        {
            "species": lines.species,
            "ion_stage": lines.ion_stage,
            "wavelength_vacuum_angstrom": lines.wavelength,
            "lower_energy_ev": lines.lower_energy,
            "log_gf": lines.log_gf,
            "log_gamma_rad": np.log10(lines.gamma_rad),
        }
    )
    table.to_csv(output, index=False, float_format="%.7g")
    print(f"{len(table)} lines of {len(ions)} ions")


if __name__ == "__main__":
    main()
