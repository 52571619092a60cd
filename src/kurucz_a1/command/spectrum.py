"""Compute the spectrum of a star in a window, from a model atmosphere or from labels, and broaden it.

The lines are those of the lists that --lines names (VALD, Kurucz, MOOG and others, told apart by content), or those of
the package, which are complete from 6430 to 6450 A only. Columns: wavelength in A, flux over continuum, and both in erg
s-1 cm-2 A-1 at the star's surface.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kurucz_a1.command.models import add_source_options, one_model
from kurucz_a1.command.output import STDOUT, add_output_option, check_outputs, ending, write_output
from kurucz_a1.command.pictures import add_plot_option, save_picture, spectrum_picture
from kurucz_a1.command.stars import add_label_options, not_negative, positive

if TYPE_CHECKING:
    import pandas as pd

    from kurucz_a1.atmosphere import Atmosphere
    from kurucz_a1.lines.line_list import LineList

SUMMARY = "the spectrum of a deck or of labels"
EXAMPLES = """
kurucz-a1 spectrum --teff 5777 --logg 4.44 --window 6438 6441 --vmic 1 -o sun.csv
kurucz-a1 spectrum --teff 5777 --logg 4.44 --window 6438 6441 --vsini 1.9 --resolution 50000 -o sun.fits --plot sun.png
"""
MOST_POINTS = 2_000_000  # of a spectrum, some gigabytes of memory
_MEDIA = ("air", "vacuum")
_FORMS = ("csv", "fits")
_UNITS = {"normalized": "", "flux": "erg / (s cm2 Angstrom)", "continuum": "erg / (s cm2 Angstrom)"}
_LONGER_IN_VACUUM = 3.0  # A, at most
_MARGIN = 5.0  # A: reach of lines outside the window


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="model atmosphere: a deck or netCDF; or give labels")
    add_label_options(parser, "labels of the star, or in place of what the deck states")
    add_source_options(parser)
    group = parser.add_argument_group("the spectrum")
    group.add_argument("--lines", nargs="+", metavar="LIST", default=[], help="line lists; by default the package's")
    group.add_argument(
        "--window",
        nargs=2,
        type=positive,
        metavar=("FIRST", "LAST"),
        default=(6430.0, 6450.0),
        help="wavelengths in A; by default 6430 6450",
    )
    group.add_argument("--step", type=positive, metavar="A", default=0.01, help="between wavelengths; by default 0.01")
    group.add_argument("--medium", choices=_MEDIA, default="air", help="of the wavelengths; by default air")
    group.add_argument(
        "--least",
        type=not_negative,
        metavar="DEPTH",
        default=3e-5,
        help="lines whose centres, alone and unsaturated, would be shallower are left out, which changes the flux by "
        "as much (rms); by default 3e-5; 0: none",
    )
    group.add_argument("--vmic", type=not_negative, metavar="KM/S", help="microturbulence; by default the model's")
    group.add_argument("--vsini", type=not_negative, metavar="KM/S", default=0.0, help="rotation")
    group.add_argument(
        "--vmac", type=not_negative, metavar="KM/S", default=0.0, help="radial-tangential macroturbulence"
    )
    group.add_argument("--resolution", type=positive, metavar="R", help="resolving power of the spectrograph")
    parser.add_argument("--format", choices=_FORMS, help="by default that of the ending of -o, or csv")
    add_output_option(parser, "file to write; - or left out: csv on stdout")
    add_plot_option(parser)


def run(options: argparse.Namespace) -> int:
    """Write the spectrum."""
    form = options.format or ("fits" if ending(options.output) in (".fits", ".fit") else "csv")
    if form == "fits" and options.output == STDOUT:
        options.usage("FITS is no text; name a file with -o")
    first, last = options.window
    if last - first < options.step:
        options.usage(f"--window {first:g} {last:g}: give the shorter wavelength first, and a step or more")
    if (last - first) / options.step > MOST_POINTS:
        options.usage(f"--step {options.step:g} gives more than {MOST_POINTS:,} wavelengths; take a larger one")
    check_outputs([options.output, options.plot], [*options.lines, *([options.file] if options.file else [])])
    lines = lines_near(options.lines, first, last, options.medium)
    model = one_model(options)
    table = spectrum_table(model, lines, options)
    name = model.labels.names()[0]
    what = {
        "star": name,
        "model": model.source,
        "medium": options.medium,
        "vmic": float(model.vturb) if options.vmic is None else options.vmic,
        "vsini": options.vsini,
        "vmac": options.vmac,
    }
    if options.resolution:
        what["respower"] = options.resolution
    if form == "fits":
        _write_fits(options.output, table, what)
    else:
        write_output(options.output, _csv(table, what))
    if options.plot:
        save_picture(spectrum_picture(table, options.medium, name), options.plot)
    return 0


def lines_near(paths: list[str], first: float, last: float, medium: str) -> LineList:
    """The lines of some lists, or of the package, that reach a window. Raises UserError where the package's end."""
    from kurucz_a1.errors import UserError
    from kurucz_a1.lines.readers import read_line_lists
    from kurucz_a1.spectrum.package_lines import COMPLETE, read_package_lines

    if not paths and not COMPLETE[0] <= first < last <= COMPLETE[1] + _LONGER_IN_VACUUM * (medium == "vacuum"):
        raise UserError(
            f"the lines of the package are complete from {COMPLETE[0]:g} to {COMPLETE[1]:g} A only; name a list with "
            "--lines, or a --window within these"
        )
    lines = read_line_lists(paths) if paths else read_package_lines()
    near = lines.between(first - _LONGER_IN_VACUUM - _MARGIN, last + _LONGER_IN_VACUUM + _MARGIN)
    if not len(near):
        raise UserError(f"{', '.join(paths)}: no line from {first:g} to {last:g} A; name another list or --window")
    return near


def spectrum_table(model: Atmosphere, lines: LineList, options: argparse.Namespace) -> pd.DataFrame:
    """The spectrum of a model: columns wavelength (A), normalized, flux and continuum (erg s-1 cm-2 A-1).

    - ``options``: window, step, medium, least, vmic, vsini, vmac, resolution.
    """
    import numpy as np
    import pandas as pd

    from kurucz_a1.spectrum import lines_that_matter, synthesize
    from kurucz_a1.spectrum.absorbers import warn_of_unsupported

    first, last = options.window
    warn_of_unsupported(lines, "the line list near these wavelengths")
    lines = lines_that_matter(lines, [model], vmic=options.vmic, least=options.least)
    wavelength = first + options.step * np.arange(int((last - first) / options.step + 1e-6) + 1)
    if options.vsini or options.vmac or options.resolution:
        flux, continuum = _broadened(model, lines, wavelength, options)
    else:
        spectrum = synthesize(model, wavelength, lines, medium=options.medium, vmic=options.vmic)
        flux, continuum = np.asarray(spectrum.flux), np.asarray(spectrum.continuum)
    columns = {"wavelength": wavelength, "normalized": flux / continuum, "flux": flux, "continuum": continuum}
    return pd.DataFrame(columns)


def _broadened(model: Atmosphere, lines: LineList, wavelength: Any, options: argparse.Namespace) -> tuple[Any, Any]:
    """Flux and continuum at the wavelengths, from a grid of constant velocity steps that reaches beyond them."""
    import numpy as np
    from scipy.interpolate import CubicSpline

    from kurucz_a1.spectrum import synthesize
    from kurucz_a1.spectrum.broadening import (
        LARGEST_STEP,
        POINTS_A_FWHM,
        SPEED_OF_LIGHT_KM,
        instrumental,
        radial_tangential_macroturbulence,
        rotation,
    )

    profile = SPEED_OF_LIGHT_KM / options.resolution if options.resolution else np.inf
    # no fewer points than are asked for
    step = min(LARGEST_STEP, profile / POINTS_A_FWHM, SPEED_OF_LIGHT_KM * options.step / wavelength[-1])
    reach = 2.0 * options.vsini + 5.0 * options.vmac + 5.0 * (profile if options.resolution else 0.0) + 10.0 * step
    beyond = reach / SPEED_OF_LIGHT_KM
    start, end = np.log(wavelength[0]) - beyond, np.log(wavelength[-1]) + beyond
    grid = np.exp(np.linspace(start, end, int(np.ceil((end - start) * SPEED_OF_LIGHT_KM / step)) + 1))
    spectrum = synthesize(model, grid, lines, medium=options.medium, vmic=options.vmic)
    broadened = []
    for light in (spectrum.flux, spectrum.continuum):
        light = rotation(grid, light, options.vsini)
        light = radial_tangential_macroturbulence(grid, light, options.vmac)
        if options.resolution:
            light = instrumental(grid, light, options.resolution)
        broadened.append(CubicSpline(grid, np.asarray(light))(wavelength))
    return broadened[0], broadened[1]


def _csv(table: pd.DataFrame, what: dict[str, Any]) -> str:
    heading = ", ".join(f"{name} {value}" if name != "star" else str(value) for name, value in what.items())
    # wavelengths have more digits than fluxes
    text = table.assign(wavelength=[f"{value:.10g}" for value in table["wavelength"]]).to_csv(
        index=False,
        lineterminator="\n",
        header=[f"wavelength_{what['medium']}_angstrom", "normalized", "flux", "continuum"],
        float_format="%.7g",
    )
    return f"# {heading}\n# flux and continuum at the star's surface, erg s-1 cm-2 A-1\n{text}"


def _write_fits(path: str, table: pd.DataFrame, what: dict[str, Any]) -> None:
    from astropy import units
    from astropy.io import fits
    from astropy.table import QTable

    from kurucz_a1.files import atomic_path

    of_columns = {"wavelength": "Angstrom", **_UNITS}
    columns = QTable({name: table[name].to_numpy() * units.Unit(unit) for name, unit in of_columns.items()})
    unit = fits.table_to_hdu(columns)
    unit.header["EXTNAME"] = "SPECTRUM"
    for name, value in what.items():
        unit.header[name.upper()] = value
    with atomic_path(path) as temporary:
        fits.HDUList([fits.PrimaryHDU(), unit]).writeto(temporary)
