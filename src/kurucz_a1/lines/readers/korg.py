"""Korg's lists: HDF5 of its ``save_linelist``, and csv with the same columns (src/linelist.jl of Korg.jl).

Wavelengths are in vacuum, in cm (below 1) or A; widths are s-1, and s-1 cm3 at 10^4 K, as numbers and not logarithms.
Van der Waals is a pair: a width and -1, or ABO theory's cross section (cm2) and velocity exponent.
"""

import re

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated, checked, checked_columns, gather
from kurucz_a1.lines.readers.columns import bohr_areas, number
from kurucz_a1.lines.readers.form import Form
from kurucz_a1.lines.readers.hdf5 import datasets, formulas, holds
from kurucz_a1.lines.readers.named_columns import fields_of, read_names, refuse_misspelt, rows_below
from kurucz_a1.lines.readers.species_codes import named_species

_CSV_COLUMNS = {"wl", "log_gf", "species", "E_lower"}
_OPTIONAL = ("gamma_rad", "gamma_stark", "vdW")
_HDF5_COLUMNS = ("wl", "log_gf", "formula", "charge", "E_lower", "gamma_rad", "gamma_stark", "vdW_1", "vdW_2")
_PAIR = re.compile(r"\((.+),(.+)\)")
_NO_EXPONENT = -1.0  # in place of the velocity exponent: the first number is a width
_SMALLEST_PACKED = 20.0
_LARGEST_WIDTH = 1e-3


def is_korg_csv(content: Content) -> bool:
    """Whether the first row names Korg's columns."""
    table = read_names(content)
    return table is not None and set(table.names) >= _CSV_COLUMNS


def parse_korg_csv(content: Content) -> LineList:
    """LineList of a csv table with the columns of Korg's own: wl, log_gf, species ("Fe I"), E_lower (eV), and, where
    known, gamma_rad, gamma_stark and vdW."""
    table = read_names(content)
    assert table
    refuse_misspelt(content, table.names, _OPTIONAL)
    gathered = gather(rows_below(content, table), lambda row: _read_row(fields_of(row, table)))
    wavelength, energy, log_gf, radiative, stark, first, second = gathered.columns(7)
    return checked(
        content.path,
        gathered,
        _angstroms(wavelength),
        energy,
        log_gf,
        gamma_rad=radiative,
        gamma_stark=stark,
        **_van_der_waals(first, second),
    )


def _read_row(fields: dict[str, str]) -> Stated:
    name, _, spectrum = fields["species"].partition(" ")
    formula, stage = named_species(name, spectrum.strip() or "I")
    widths = (_number_or_nan(fields.get(column, "")) for column in ("gamma_rad", "gamma_stark"))
    numbers = (number(fields[column]) for column in ("wl", "E_lower", "log_gf"))
    return formula, stage, (*numbers, *widths, *_pair(fields.get("vdW", "")))


def _number_or_nan(field: str) -> float:
    return np.nan if field.strip().lower() in ("", "nan", "missing") else number(field)


def _pair(field: str) -> tuple[float, float]:
    """Korg's pair from a field: a pair in brackets, packed ABO data, log10 of the width, or the width."""
    if match := _PAIR.fullmatch(field.strip()):
        return number(match[1]), number(match[2])
    value = _number_or_nan(field)
    if value >= _SMALLEST_PACKED:
        sigma = float(np.floor(value))
        return sigma / float(bohr_areas(np.array([1.0]))[0]), value - sigma
    if value > _LARGEST_WIDTH:
        raise ValueError(f"vdW {value:g} is neither a width nor a logarithm nor ABO data")
    with np.errstate(over="ignore"):
        return float(np.power(10.0, value)) if value < 0 else value, _NO_EXPONENT


def _van_der_waals(
    first: Float[np.ndarray, "line"], second: Float[np.ndarray, "line"]
) -> dict[str, Float[np.ndarray, "line"]]:
    is_width = second == _NO_EXPONENT
    return {
        "gamma_vdw": np.where(is_width, first, np.nan),
        "abo_sigma": np.where(is_width, np.nan, bohr_areas(first)),
        "abo_alpha": np.where(is_width, np.nan, second),
    }


def _angstroms(wavelength: Float[np.ndarray, "line"]) -> Float[np.ndarray, "line"]:
    return np.where(wavelength < 1, wavelength * 1e8, wavelength)


def is_korg_hdf5(content: Content) -> bool:
    """Whether an HDF5 file holds Korg's datasets."""
    return holds(content, _HDF5_COLUMNS)


def parse_korg_hdf5(content: Content) -> LineList:
    """LineList of the HDF5 file that Korg's ``save_linelist`` writes."""
    columns = datasets(content, _HDF5_COLUMNS)
    names = formulas(content.path, columns["formula"], len(columns["wl"]))
    return checked_columns(
        content.path,
        np.arange(1, len(names) + 1),
        names,
        columns["charge"].astype(int),
        _angstroms(columns["wl"].astype(float)),
        columns["E_lower"].astype(float),
        columns["log_gf"].astype(float),
        {
            "gamma_rad": columns["gamma_rad"].astype(float),
            "gamma_stark": columns["gamma_stark"].astype(float),
            **_van_der_waals(columns["vdW_1"].astype(float), columns["vdW_2"].astype(float)),
        },
    )


CSV = Form("Korg (csv)", is_korg_csv, parse_korg_csv)
HDF5 = Form("Korg (HDF5)", is_korg_hdf5, parse_korg_hdf5)
