"""The lines that come with the package, each number with its source beside it."""

import numpy as np
import pandas as pd

from kurucz_a1.files import packaged
from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.readers import read_csv

#: Where the package's lines are complete for the Sun (A, air).
COMPLETE = (6430.0, 6450.0)
#: All lines of the default window that show in the Sun.
LINES_6430_6450 = packaged("spectrum/data/lines_6430_6450.csv")
#: Unblended lines of the Sun from 4580 to 7840 A, with measured equivalent widths.
SOLAR_LINES = packaged("spectrum/data/solar_lines.csv")


def read_package_lines() -> LineList:
    """The lines of both tables, each once. Complete for the Sun from 6430 to 6450 A only."""
    window, solar = read_csv(LINES_6430_6450), read_csv(SOLAR_LINES)
    inside = (solar.wavelength_air > COMPLETE[0]) & (solar.wavelength_air < COMPLETE[1])
    return concatenate([window, solar[~inside]])


def read_solar_lines() -> tuple[LineList, pd.DataFrame]:
    """The lines of SOLAR_LINES, and its table, one row per line in the same order."""
    lines, table = read_csv(SOLAR_LINES), pd.read_csv(SOLAR_LINES, comment="#")
    return lines, table.iloc[np.argsort(table["wavelength_air_angstrom"].to_numpy(), kind="stable")]
