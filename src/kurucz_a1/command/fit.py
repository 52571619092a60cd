"""Fit the labels of a star, and what broadens its lines, to an observed spectrum.

The spectrum is a file of wavelength and flux (text, csv, FITS). Windows are those of the star at rest; with rv among
the free parameters, its velocity is found first, to 500 km/s. The lines are those of the lists that --lines names, or
those of the package, which are complete from 6430 to 6450 A only. Prints each parameter with its standard error, and
what a reader must know of the fit.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kurucz_a1.command.messages import say
from kurucz_a1.command.output import add_output_option, check_outputs, write_output
from kurucz_a1.command.pictures import add_plot_option, fit_picture, save_picture
from kurucz_a1.command.stars import finite
from kurucz_a1.errors import BadConfig

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

SUMMARY = "labels with errors from an observed spectrum"
EXAMPLES = """
kurucz-a1 spectrum --teff 5777 --logg 4.44 --vmic 1 --resolution 20000 --step 0.1 -o star.csv
kurucz-a1 fit star.csv --window 6431 6449 --resolution 20000 --signal-to-noise 100 --free teff feh continuum
"""
# The settings that are options, in the order of the help.
_SETTINGS = ("resolution", "free", "observed_signal_to_noise", "least", "medium")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser: settings of ``inference``, with their descriptions."""
    from kurucz_a1.settings import InferenceSettings

    parser.add_argument("file", metavar="SPECTRUM", help="observed spectrum")
    parser.add_argument("--lines", nargs="+", metavar="LIST", default=[], help="line lists; by default the package's")
    parser.add_argument("--emulator", metavar="FOLDER", help="network of a run; by default that of the package")
    first, last = InferenceSettings.model_fields["window"].default
    parser.add_argument(
        "--window",
        nargs=2,
        type=finite,
        metavar=("FIRST", "LAST"),
        action="append",
        help="wavelengths (A, in air); given several times, all windows are fitted together, each with its own "
        "continuum: a constant with continuum in --free, a straight line with continuum_slope; by default "
        f"{first:g} {last:g}",
    )
    for name in _SETTINGS:
        _add_setting(parser, name, InferenceSettings.model_fields[name])
    parser.add_argument("--seed", type=int, default=0, help="of the starts of the fit; by default 0")
    add_output_option(parser, "csv of the parameters; - or left out: a table on stdout")
    parser.add_argument("--spectrum", metavar="CSV", help="write the observed and the fitted flux")
    add_plot_option(parser)


def _add_setting(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    values = field.default if isinstance(field.default, tuple) else (field.default,)
    count: int | str | None = None
    metavar: str | tuple[str, ...] = "X"
    if isinstance(field.default, tuple):
        count, metavar = "+", "PARAMETER"
    default = " ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
    if field.default is None:
        default = "what the file says" if name == "medium" else "the scatter"
    meaning = (field.description or "").replace("`", "").replace("%", "%%")
    parser.add_argument(
        _option(name),
        nargs=count,
        type=finite if isinstance(values[0], float | int) else str,
        metavar=metavar,
        default=field.default,
        help=f"{meaning}; by default {default}",
    )


@contextmanager
def _named_as_options() -> Iterator[None]:
    """Name options in the complaints of the stage, which names entries of the configuration."""
    try:
        yield
    except BadConfig as error:
        message = re.sub(r"inference\.observed_windows(\[\d+\])?", "inference.window", str(error))
        message = message.removeprefix("config: ").replace("inference.observed", "the spectrum")
        message = message.replace("inference.lines is null", "no --lines is given")
        raise BadConfig(re.sub(r"inference\.(\w+)", lambda found: _option(found[1]), message)) from error


def _option(name: str) -> str:
    return f"--{name.removeprefix('observed_').replace('_', '-')}"


def _digits(error: float) -> int:
    """Decimals that show two digits of an error.

    >>> _digits(45.2), _digits(0.041)
    (0, 3)
    """
    return max(0, 1 - math.floor(math.log10(error))) if 0.0 < error < math.inf else 4


def run(options: argparse.Namespace) -> int:
    """Print or write the parameters; 1 where the fit did not converge."""
    import pandas as pd

    from kurucz_a1.emulator.saved import PRETRAINED
    from kurucz_a1.settings import InferenceSettings
    from kurucz_a1.stages.inference import fit_observed_star

    outputs = [options.output, options.spectrum, options.plot]
    check_outputs(outputs, [options.file, *options.lines])
    with TemporaryDirectory() as name, _named_as_options():
        chosen = {setting: getattr(options, setting.removeprefix("observed_")) for setting in _SETTINGS}
        if options.window:
            chosen |= {"window": options.window[0]}
        if len(options.window or ()) > 1:
            chosen |= {"observed_windows": options.window}
        settings = InferenceSettings.read(chosen)
        folder = Path(name)
        # the table that the stage prints is that which is written below
        with redirect_stdout(StringIO()):
            fit_observed_star(
                emulator=Path(options.emulator or PRETRAINED),
                lines=[Path(path) for path in options.lines],
                star=folder / "star.csv",
                fit=folder / "fit.csv",
                inference=settings,
                seed=options.seed,
                observed=Path(options.file),
            )
        star = pd.read_csv(folder / "star.csv").fillna({"complaints": ""})
        fitted = pd.read_csv(folder / "fit.csv")
    for complaint in filter(None, star["complaints"].iloc[0].split("; ")):
        say(f"{options.file}: {complaint}")
    if options.output == "-":
        for row in star.itertuples():
            digits = _digits(row.error)
            between = "" if math.isnan(row.between_windows) else f" (between windows {row.between_windows:.{digits}f})"
            print(f"{row.parameter:15s} {row.value:10.{digits}f} +- {row.error:.{digits}f}{between}")
        print(f"{'reduced chi2':15s} {star['reduced_chi2'].iloc[0]:10.2g}")
    else:
        write_output(options.output, star.to_csv(index=False, lineterminator="\n"))
    if options.spectrum:
        write_output(options.spectrum, fitted.to_csv(index=False, lineterminator="\n"))
    if options.plot:
        save_picture(fit_picture(fitted, Path(options.file).name), options.plot)
    return int(not star["converged"].all())
