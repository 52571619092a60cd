"""Checks that the files named by the settings exist and that the results can be written."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile

from kurucz_a1.errors import BadConfig
from kurucz_a1.settings.atlas12 import Atlas12Settings
from kurucz_a1.settings.grid import GridSettings
from kurucz_a1.settings.inference import InferenceSettings
from kurucz_a1.settings.settings import Settings

COMPLETE = (6430, 6450)  # A, where the line list of the package holds every line that matters


def check_files(settings: Settings) -> None:
    """Check that the files named by the settings exist.

    Raises BadConfig for the first that is missing, and for a folder of results that cannot be written.
    """
    solver, spectrum, inference, validation = (
        settings.solver,
        settings.spectrum,
        settings.inference,
        settings.validation,
    )
    lists = [name for name in solver.line_lists if name != "gfall"]
    _check_named("solver.lines", lists, "line lists, gfall or default")
    _check_source(settings.grid, settings.atlas12)
    atlases = list(type(settings.solar_atlases).model_fields)
    _check_file("spectrum.lines", spectrum.lines, "a file or set null")
    _check_file("spectrum.observed", spectrum.observed, f"a file, {', '.join(atlases)} or set null", atlases)
    _check_file("inference.lines", inference.lines, "a file, gfall or set null", ["gfall"])
    _check_file("inference.observed", inference.observed, "a file or set null")
    _check_window(inference)
    if validation.decks is not None and not _is_folder(validation.decks):
        raise BadConfig(f"config: validation.decks is {validation.decks}, which is not a folder; name one or set null")
    _check_named("validation.line_lists", validation.line_lists or [], "line lists or set null")
    _check_file("validation.solar_spectrum", validation.solar_spectrum, "one or set null")
    _check_results(settings.results)


def _check_file(key: str, name: str | None, choices: str, others: Iterable[str] = ()) -> None:
    if name is not None and name not in others and not _is_file(name):
        raise BadConfig(f"config: {key} is {name}, which is not a file; name {choices}")


def _check_named(key: str, names: Iterable[str], choices: str) -> None:
    for name in names:
        if not _is_file(name):
            raise BadConfig(f"config: {key} names {name}, which is not a file; name {choices}")


def _check_source(grid: GridSettings, atlas12: Atlas12Settings) -> None:
    if grid.source == "decks":
        if grid.decks is None:
            raise BadConfig("config: grid.source is decks, but grid.decks names nothing; name a folder or archive")
        if not (_is_file(grid.decks) or _is_folder(grid.decks)):
            raise BadConfig(f"config: grid.decks is {grid.decks}, which is not there; name what holds the decks")
    if grid.source == "atlas12":
        _check_program("executable", atlas12.executable, _is_file, "a file; name your ATLAS-12 program")
        _check_program("data", atlas12.data, _is_folder, "a folder; name the one that holds the program's data")
        if atlas12.layers != 80:
            raise BadConfig(
                f"config: atlas12.layers is {atlas12.layers}; the dataset needs 80, a program compiled for 80 layers"
            )


def _check_program(key: str, name: str | None, is_there: Callable[[str], bool], what: str) -> None:
    """Check one path; the program's own files are checked when it runs."""
    if name is None:
        raise BadConfig(f"config: grid.source is atlas12, but atlas12.{key} is null; name it")
    if not is_there(name):
        raise BadConfig(f"config: atlas12.{key} is {name}, which is not {what}")


def _check_window(inference: InferenceSettings) -> None:
    if inference.observed is None or inference.lines is not None:
        return
    low, high = COMPLETE
    for first, last in inference.windows_to_fit:
        if not (first >= low and last <= high):
            key = "observed_windows" if inference.observed_windows else "window"
            raise BadConfig(
                f"config: inference.observed is to be fitted from {first:g} to {last:g} A, but the lines of the "
                f"package are complete from {low} to {high} A only; set inference.{key}, or name inference.lines"
            )


def _check_results(results: str) -> None:
    try:
        folder = Path(results).absolute()
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir():
            raise BadConfig(f"config: results is {results}, but {folder} is a file; name another folder")
        with TemporaryFile(dir=folder):
            pass
        for inner in Path(results).glob("*/"):
            if not os.access(inner, os.W_OK):
                raise BadConfig(f"config: results is {results}, but {inner} cannot be written; change that")
    except OSError as error:
        raise BadConfig(
            f"config: results is {results}, but {folder} cannot be written ({error.strerror}); name another folder"
        ) from error


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a name too long for the file system
        return False


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:
        return False
