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
#: What a model may hold besides, by the names of ``decks.layers.Deck``. Those with a symbol have a value at each depth.
EXTRA_FIELDS = (
    Field("microturbulence", "cm s-1", "microturbulent velocity of each layer", r"$v_\mathrm{turb}$"),
    Field("convective_flux", "erg cm-2 s-1", "convective flux over 4 pi", r"$F_\mathrm{conv}/4\pi$"),
    Field("convective_velocity", "cm s-1", "convective velocity", r"$v_\mathrm{conv}$"),
    Field("density", "g cm-3", "density", r"$\rho$"),
    Field("sound_speed", "cm s-1", "speed of sound", r"$v_\mathrm{s}$"),
    Field("tau_5000", "1", "optical depth at 5000 A", r"$\tau_{5000}$"),
    Field("log_tau_rosseland", "1", "log10 of the Rosseland optical depth by the deck", r"$\log_{10}\tau_\mathrm{R}$"),
    Field("geometrical_depth", "cm", "geometrical depth", r"$z$"),
    Field("turbulent_pressure", "dyn cm-2", "turbulent pressure", r"$P_\mathrm{turb}$"),
    Field("surface_radiation_pressure", "dyn cm-2", "radiation pressure at the surface", ""),
    Field("radius", "cm", "radius of a spherical model", ""),
    Field("turbulence", "1", "numbers of ATLAS's card TURBULENCE ON", ""),
    Field("opacities", "1", "switches of ATLAS's card OPACITY IFOP", ""),
    Field("iterations", "1", "iterations of the program", ""),
)
EXTRA_NAMES = tuple(field.name for field in EXTRA_FIELDS)
FIELD_NAMES = tuple(field.name for field in DEPTH_FIELDS)
BY_NAME: dict[str, Field | Label] = {field.name: field for field in (*DEPTH_FIELDS, LOG_TAU, *EXTRA_FIELDS)}
BY_NAME |= {label.name: label for label in LABELS}
