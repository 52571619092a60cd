"""The HDF5 form of the list of GALAH DR3, as distributed with Korg."""

import numpy as np

from kurucz_a1.content import Content
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import checked_columns
from kurucz_a1.lines.readers.columns import power_or_nan, split_van_der_waals
from kurucz_a1.lines.readers.form import Form
from kurucz_a1.lines.readers.hdf5 import datasets, formulas, holds

_COLUMNS = ("wl", "log_gf", "E_lo", "formula", "ionization", "gamma_rad", "gamma_stark", "vdW")


def is_galah(content: Content) -> bool:
    """Whether an HDF5 file holds the datasets of the GALAH list."""
    return holds(content, _COLUMNS)


def parse_galah(content: Content) -> LineList:
    """LineList of the HDF5 form of the GALAH DR3 list: vacuum A, log10 of dampings, 0 where there is none."""
    columns = datasets(content, _COLUMNS)
    names = formulas(content.path, columns["formula"], len(columns["wl"]))
    return checked_columns(
        content.path,
        np.arange(1, len(names) + 1),
        names,
        columns["ionization"].astype(int) - 1,
        columns["wl"].astype(float),
        columns["E_lo"].astype(float),
        columns["log_gf"].astype(float),
        {
            "gamma_rad": power_or_nan(columns["gamma_rad"].astype(float)),
            "gamma_stark": power_or_nan(columns["gamma_stark"].astype(float)),
            **split_van_der_waals(columns["vdW"].astype(float)),
        },
    )


FORM = Form("GALAH DR3 (HDF5)", is_galah, parse_galah)
