"""Names, units and descriptions of what an atmosphere holds: one table for netCDF, figures and reports."""

from typing import NamedTuple

from kurucz_a1.labels import LABELS, Label


class Field(NamedTuple):
    """One quantity: its name in code and files, CF unit, description, and symbol for axis labels."""

    name: str
    units: str
    long_name: str
    symbol: str


DEPTH_FIELDS = (
    Field("column_mass", "g cm-2", "column mass", r"$m$"),
    Field("temperature", "K", "temperature", r"$T$"),
    Field("gas_pressure", "dyn cm-2", "gas pressure", r"$P_\mathrm{gas}$"),
    Field("electron_density", "cm-3", "electron number density", r"$n_\mathrm{e}$"),
    Field("rosseland_opacity", "cm2 g-1", "Rosseland mean opacity", r"$\kappa_\mathrm{R}$"),
    Field("radiative_acceleration", "cm s-2", "radiative acceleration", r"$g_\mathrm{rad}$"),
)
LOG_TAU = Field("log_tau", "1", "log10 of the Rosseland optical depth", r"$\log_{10}\tau_\mathrm{R}$")
FIELD_NAMES = tuple(field.name for field in DEPTH_FIELDS)
BY_NAME: dict[str, Field | Label] = {field.name: field for field in (*DEPTH_FIELDS, LOG_TAU)}
BY_NAME |= {label.name: label for label in LABELS}
