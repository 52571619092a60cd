"""Our own form: a csv table whose first row names the columns, with their units."""

import re
from pathlib import Path
from typing import NamedTuple

from kurucz_a1.content import Content, read_content
from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated, checked, gather
from kurucz_a1.lines.readers.columns import (
    EV_PER_WAVENUMBER,
    number,
    number_or_zero,
    power_or_nan,
    split_van_der_waals,
)
from kurucz_a1.lines.readers.form import Form
from kurucz_a1.lines.readers.named_columns import NamedTable, fields_of, read_names, refuse_misspelt, rows_below
from kurucz_a1.lines.readers.species_codes import named_species

_NEEDED = ("species", "ion_stage", "log_gf")  # and one wavelength, one energy
_OPTIONAL = ("log_gamma_rad", "log_gamma_stark", "van_der_waals")
_WAVELENGTH = re.compile(r"wavelength_(?:air|vacuum)_(\w+)")
_ENERGY = re.compile(r"lower_energy_(\S+)")
_ANGSTROMS = {"angstrom": 1.0, "nm": 10.0, "micron": 1e4}
_ELECTRON_VOLTS = {"ev": 1.0, "cm-1": EV_PER_WAVENUMBER}


class _Columns(NamedTuple):
    """Names of the columns of wavelength and lower energy, and their units in A and eV."""

    wavelength: str
    angstroms: float
    energy: str
    electron_volts: float


def is_csv(content: Content) -> bool:
    """Whether the first row names some of our columns."""
    table = read_names(content)
    return table is not None and "log_gf" in table.names and "species" in table.names


def read_csv(path: Path) -> LineList:
    """The LineList of a file in our own form; see ``parse_csv``."""
    return parse_csv(read_content(path, "a csv line list"))


def parse_csv(content: Content) -> LineList:
    """LineList of a csv table with a row of names; # begins a comment.

    Columns, in any order: wavelength_vacuum_angstrom or wavelength_air_angstrom (or _nm, _micron); species (Fe, CH,
    ...); ion_stage (0 neutral); lower_energy_ev (or lower_energy_cm-1); log_gf (isotopic fraction included). Optional,
    empty where unknown: log_gamma_rad, log_gamma_stark, van_der_waals (log10 gamma per hydrogen atom at 10^4 K, or
    packed ABO sigma.alpha). Any further column is ignored. Commas, semicolons or tabs may separate; with the latter two
    a decimal comma is read as a point. Raises BadFile for a table without these columns.
    """
    table = read_names(content)
    if table is None:
        raise BadFile(f"{content.path}: no csv line list; its first row names no columns")
    columns = _find_columns(content, table)
    refuse_misspelt(content, table.names, _OPTIONAL)
    gathered = gather(rows_below(content, table), lambda row: _read_row(fields_of(row, table), columns))
    wavelength, energy, log_gf, radiative, stark, collisions = gathered.columns(6)
    wavelength = wavelength * columns.angstroms
    return checked(
        content.path,
        gathered,
        air_to_vacuum(wavelength) if "_air_" in columns.wavelength else wavelength,
        energy * columns.electron_volts,
        log_gf,
        gamma_rad=power_or_nan(radiative),
        gamma_stark=power_or_nan(stark),
        **split_van_der_waals(collisions),
    )


def _find_columns(content: Content, table: NamedTable) -> _Columns:
    wavelengths = [name for name in table.names if name.startswith("wavelength")]
    energies = [name for name in table.names if name.startswith("lower_energy")]
    once = all(table.names.count(name) == 1 for name in (*_NEEDED, *wavelengths, *energies))
    repeated = any(table.names.count(name) > 1 for name in _OPTIONAL)
    if not once or repeated or len(wavelengths) != 1 or len(energies) != 1:
        raise BadFile(
            f"{content.path}: needs the columns {', '.join(_NEEDED)}, one of wavelength_vacuum_angstrom or "
            f"wavelength_air_angstrom, and lower_energy_ev, each once; row {table.row} names {', '.join(table.names)}"
        )
    wavelength, energy = _WAVELENGTH.fullmatch(wavelengths[0]), _ENERGY.fullmatch(energies[0])
    if not wavelength or wavelength[1] not in _ANGSTROMS or not energy or energy[1] not in _ELECTRON_VOLTS:
        raise BadFile(
            f"{content.path}: row {table.row} names an unknown medium or unit, {wavelengths[0]} and {energies[0]}; "
            f"wavelength_air_ or wavelength_vacuum_ goes with {', '.join(_ANGSTROMS)}, lower_energy_ with "
            f"{', '.join(_ELECTRON_VOLTS)}"
        )
    return _Columns(wavelengths[0], _ANGSTROMS[wavelength[1]], energies[0], _ELECTRON_VOLTS[energy[1]])


def _read_row(fields: dict[str, str], columns: _Columns) -> Stated:
    numbers = []
    for name in (columns.wavelength, columns.energy, "log_gf", "ion_stage"):
        try:
            numbers.append(number(fields[name]))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    stage = numbers.pop()
    if stage not in range(99):
        raise ValueError(f"ion_stage {stage:g} is no ion stage")
    formula, stage = named_species(fields["species"], str(int(stage) + 1))
    damping = (number_or_zero(fields.get(name, "")) for name in _OPTIONAL)
    return formula, stage, (*numbers, *damping)


FORM = Form("csv of this package", is_csv, parse_csv)
