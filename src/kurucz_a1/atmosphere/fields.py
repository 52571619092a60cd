"""Names, units and descriptions of what an atmosphere holds: one table for netCDF, figures and reports."""

from typing import NamedTuple


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
LABELS = (
    Field("teff", "K", "effective temperature", r"$T_\mathrm{eff}$"),
    Field("logg", "dex(cm s-2)", "log10 of the surface gravity in cgs", r"$\log g$"),
    Field("feh", "dex", "metallicity [Fe/H] = [M/H]", "[Fe/H]"),
    Field("afe", "dex", "alpha enhancement [alpha/Fe]", r"[$\alpha$/Fe]"),
    Field("vturb", "km s-1", "microturbulent velocity", r"$v_\mathrm{turb}$"),
)
FIELD_NAMES = tuple(field.name for field in DEPTH_FIELDS)
LABEL_NAMES = tuple(field.name for field in LABELS)
#: Labels by which models are differentiated; vturb is fixed by the opacity table.
JACOBIAN_LABELS = ("teff", "logg", "feh", "afe")
BY_NAME = {field.name: field for field in (*DEPTH_FIELDS, LOG_TAU, *LABELS)}
