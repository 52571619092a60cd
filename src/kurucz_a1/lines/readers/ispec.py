"""iSpec's atomic line list: a table between tabs whose first row names the columns (ispec/lines.py of iSpec).

Wavelengths are in air, the numbers VALD's: rad, stark and waals are log10 of the widths, 0 where unknown, waals packed
ABO data where it is positive. The element is "Fe 1", a molecule "CH 1".
"""

from kurucz_a1.content import Content
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated, checked, gather
from kurucz_a1.lines.readers.columns import number, number_or_zero, power_or_nan, split_van_der_waals
from kurucz_a1.lines.readers.form import Form
from kurucz_a1.lines.readers.named_columns import fields_of, read_names, refuse_misspelt, rows_below
from kurucz_a1.lines.readers.species_codes import named_species, turbospectrum_species

_NEEDED = {"element", "wave_A", "loggf", "lower_state_eV"}
_DAMPING = ("rad", "stark", "waals")


def is_ispec(content: Content) -> bool:
    """Whether the first row names iSpec's columns."""
    table = read_names(content)
    return table is not None and set(table.names) >= _NEEDED


def parse_ispec(content: Content) -> LineList:
    """LineList of iSpec's table.

    Its log gf are those that it hands to Turbospectrum, which multiplies by the fractions of the isotopes named in
    ``turbospectrum_species``: so does this.
    """
    table = read_names(content)
    assert table
    refuse_misspelt(content, table.names, _DAMPING)
    gathered = gather(rows_below(content, table), lambda row: _read_row(fields_of(row, table)))
    wavelength, energy, log_gf, radiative, stark, collisions = gathered.columns(6)
    return checked(
        content.path,
        gathered,
        air_to_vacuum(wavelength),
        energy,
        log_gf,
        gamma_rad=power_or_nan(radiative),
        gamma_stark=power_or_nan(stark),
        **split_van_der_waals(collisions),
    )


def _read_row(fields: dict[str, str]) -> Stated:
    name, _, spectrum = fields["element"].partition(" ")
    formula, stage = named_species(name, spectrum.strip() or "1")
    log_gf = number(fields["loggf"])
    if fields.get("turbospectrum_species", "").strip():
        code = turbospectrum_species(fields["turbospectrum_species"].strip(" '\""), stage + 1)
        if code[:2] != (formula, stage):
            raise ValueError(f"the element {fields['element']!r} is not {fields['turbospectrum_species']!r}")
        log_gf += code[2]
    damping = (number_or_zero(fields.get(column, "")) for column in _DAMPING)
    return formula, stage, (number(fields["wave_A"]), number(fields["lower_state_eV"]), log_gf, *damping)


FORM = Form("iSpec", is_ispec, parse_ispec)
