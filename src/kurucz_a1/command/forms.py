"""The forms in which the commands write models: those of the programs, and netCDF."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kurucz_a1.command.messages import say
from kurucz_a1.command.output import STDOUT, ending, write_output
from kurucz_a1.command.stars import file_name
from kurucz_a1.errors import BadFile

if TYPE_CHECKING:
    from kurucz_a1.atmosphere import Atmosphere

NETCDF = "netcdf"


class Forms:
    """The names of all forms, of which most come from a module that is slow to import: found when they are asked for.

    >>> "moog" in Forms()
    True
    """

    def __iter__(self) -> Iterator[str]:
        from kurucz_a1.decks import PROGRAMS

        yield from (*PROGRAMS, NETCDF)

    def __contains__(self, name: object) -> bool:
        return name in list(self)


def takes_several(form: str) -> bool:
    """Whether a form takes several models in one file."""
    from kurucz_a1.decks import ONE_MODEL

    return form not in ONE_MODEL


def add_form_options(parser: argparse.ArgumentParser) -> None:
    """Add --format and --title to a parser."""
    parser.add_argument(
        "--format",
        choices=Forms(),
        metavar="FORM",
        help="what the model is written for: %(choices)s; by default atlas12, or netcdf where -o ends in .nc",
    )
    parser.add_argument("--title", help="title of the model in the file, at most 74 characters")


def form_of(options: argparse.Namespace) -> str:
    """The form to write, from --format or the ending of -o. Ends the program where netCDF would go to stdout."""
    form: str = options.format or (NETCDF if ending(options.output) == ".nc" else "atlas12")
    if form == NETCDF and options.output == STDOUT:
        options.usage("netcdf is no text; name a file with -o")
    return form


def write_models(models: Sequence[Atmosphere], form: str, output: str, title: str | None) -> None:
    """Write models to one file. Raises BadFile where they do not fit the form."""
    if form == NETCDF:
        _write_netcdf(models, output)
        return
    write_output(output, "".join(_text(model, form, title) for model in models))


def write_each(models: Sequence[Atmosphere], form: str, folder: str, title: str | None) -> list[str]:
    """Write each model to a file of its own, named by its labels, in a folder that is made if missing; no netCDF.

    Returns a line for each that does not fit the form. Raises BadFile where the folder cannot be written.
    """
    if Path(folder).is_file():
        raise BadFile(f"{folder}: a file, but {len(models)} models of {form} go one to a file; name a folder with -o")
    complaints = []
    numbers: Counter[str] = Counter()
    for model in models:
        name = file_name(model.labels.floats())
        numbers[name] += 1
        number = f"_{numbers[name]}" if numbers[name] > 1 else ""
        path = Path(folder) / f"{name}{number}.mod"
        try:
            text = _text(model, form, title)
        except ValueError as error:
            complaints.append(f"{path}: {error}")
            continue
        write_output(path, text)
    return complaints


def _text(model: Atmosphere, form: str, title: str | None) -> str:
    from kurucz_a1.decks import write_deck

    with TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        try:
            return write_deck(path, model, title, form).read_text(encoding="ascii")
        except ValueError as error:
            raise ValueError(str(error).removeprefix(f"{path}: ")) from error


def _write_netcdf(models: Sequence[Atmosphere], output: str) -> None:
    from kurucz_a1.netcdf import write_netcdf

    model = models[0] if len(models) == 1 else _stacked(models)
    if Path(output).is_dir():
        raise BadFile(f"{output}: a folder; name a file to write")
    write_netcdf(output, model.to_dataset())


def _stacked(models: Sequence[Atmosphere]) -> Atmosphere:
    """Models with a leading axis; all have number fractions where one has, and derivatives only where all have."""
    import jax.numpy as jnp

    from kurucz_a1.atmosphere import stack
    from kurucz_a1.spectrum.synthesis import model_fractions

    layers = sorted({len(model.temperature) for model in models})
    if len(layers) > 1:
        raise BadFile(
            f"the models have {layers[0]} to {layers[-1]} layers, a netCDF file takes one number; "
            "write them in another form, or one at a time"
        )
    if any(model.number_fractions is not None for model in models):
        models = [replace(model, number_fractions=jnp.asarray(model_fractions(model))) for model in models]
    if len({model.jacobian_labels for model in models}) > 1 or any(m.label_jacobian is None for m in models):
        models = [replace(model, label_jacobian=None, jacobian_labels=()) for model in models]
    sources, patterns = {model.source for model in models}, {model.solar_pattern for model in models}
    if len(patterns) > 1:
        raise BadFile(
            f"the labels of the models refer to several solar patterns, {', '.join(sorted(patterns))}, a netCDF file "
            "states one; write them one at a time"
        )
    source = sources.pop() if len(sources) == 1 else ", ".join(sorted(sources))
    return stack([replace(model, source=source) for model in models])


def say_all(complaints: Sequence[str]) -> int:
    """Print each line on stderr; returns the exit status, 1 where there was one."""
    for line in complaints:
        say(line)
    return int(bool(complaints))
