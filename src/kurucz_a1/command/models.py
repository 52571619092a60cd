"""Where a command takes model atmospheres from: labels, by emulator or solver, and files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kurucz_a1.command.messages import say
from kurucz_a1.command.stars import Star, given_labels, missing_labels
from kurucz_a1.content import read_content
from kurucz_a1.errors import BadConfig, BadFile, UserError

if TYPE_CHECKING:
    from kurucz_a1.atmosphere import Atmosphere
    from kurucz_a1.labels import LabelSpace

# One model takes longer to compile than to compute: half of the time is spent on optimisations that it does not need.
# Those of these change no digit; level 0 would, as single precision is then rounded elsewhere.
_QUICK = {"xla_backend_optimization_level": 1, "xla_cpu_use_fusion_emitters": False}


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how labels become a model."""
    parser.add_argument(
        "--solve",
        action="store_true",
        help="compute models with the LTE solver: a minute or two to compile, then a second a model",
    )
    parser.add_argument(
        "--emulator", metavar="FOLDER", help="network of a run, as results/models/pinn; by default that of the package"
    )
    parser.add_argument(
        "--extrapolate", action="store_true", help="let the emulator answer outside the labels that it was trained for"
    )


def model_of_labels(options: argparse.Namespace) -> Atmosphere:
    """The one model of the labels of the command line, by emulator or solver. Raises UserError where there is none."""
    (model,) = models_of_stars([Star("", given_labels(options))], options)
    if isinstance(model, str):
        raise UserError(model)
    return model


def models_of_stars(stars: Sequence[Star], options: argparse.Namespace) -> list[Atmosphere | str]:
    """The model of each star, or one line that says why there is none.

    - ``options``: those of ``add_source_options``.
    """
    if options.solve:
        if options.emulator or options.extrapolate:
            options.usage("--solve takes no emulator: leave out --emulator and --extrapolate")
        return [_solved(star) for star in stars]
    return _emulated(stars, options.emulator, options.extrapolate)


def _solved(star: Star) -> Atmosphere | str:
    from kurucz_a1.atmosphere import NotConverged, solve
    from kurucz_a1.memory import keep_freed_memory

    if star.values is None:
        return star.complaint
    keep_freed_memory()
    try:
        return solve(**star.values)
    except (NotConverged, BadConfig) as error:
        return str(error)


def _emulated(stars: Sequence[Star], folder: str | None, extrapolate: bool) -> list[Atmosphere | str]:
    import jax
    import numpy as np

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.labels import LABEL_NAMES, Labels

    emulator = load_emulator(folder) if folder else load_emulator()
    results: list[Any] = [star.complaint or _outside(star, emulator.space, extrapolate) for star in stars]
    good = [number for number, complaint in enumerate(results) if not complaint]
    if not good:
        return results
    completed = [emulator.space.complete(stars[number].values or {}) for number in good]
    several = len(good) > 1
    columns = {name: np.array([float(getattr(labels, name)) for labels in completed]) for name in LABEL_NAMES}
    labels = Labels(**{name: column if several else column[0] for name, column in columns.items()})
    doubt = emulator.caution(labels)
    if doubt:
        say(doubt)
    # traced labels are not checked again
    compiled = jax.jit(lambda emulator, labels: emulator(labels), compiler_options=None if several else _QUICK)
    models = jax.device_get(compiled(emulator, labels))
    for place, number in enumerate(good):
        results[number] = models[place] if several else models
    return results


def _outside(star: Star, space: LabelSpace, extrapolate: bool) -> str:
    """What of the star lies outside the emulator's labels, as one line; empty for nothing."""
    complaint = space.complaint(space.complete(star.values or {}))
    if complaint is None or extrapolate:
        return ""
    return complaint.replace("stay inside, or pass outside='warn' to extrapolate", "take --solve, or --extrapolate")


def add_model_options(parser: argparse.ArgumentParser, nargs: str, what: str) -> None:
    """Add files of models as positional arguments; ``nargs`` as in argparse."""
    parser.add_argument("files", nargs=nargs, metavar="FILE", help=what)


def read_models(path: str, labels: dict[str, float]) -> Iterator[Atmosphere]:
    """Yield each model of a file of decks, or of netCDF.

    - ``labels``: in place of what the file states.

    Raises BadFile where the file is no such file, or a model of it is bad.
    """
    from kurucz_a1.decks import read_decks

    if read_content(path, "a model atmosphere").kind in ("HDF5", "netCDF"):
        yield from _of_netcdf(path, labels)
    else:
        values: dict[str, Any] = {**labels}
        yield from read_decks(path, **values)


def _of_netcdf(path: str, labels: dict[str, float]) -> Iterator[Atmosphere]:
    import jax.numpy as jnp

    from kurucz_a1.atmosphere import from_dataset
    from kurucz_a1.netcdf import read_netcdf

    try:
        models = from_dataset(read_netcdf(path))
    except KeyError as error:
        raise BadFile(f"{path}: a netCDF file without {error}; it holds no model atmosphere of this package") from None
    shape = jnp.shape(models.teff)
    new: dict[str, Any] = {name: jnp.full(shape, value) for name, value in labels.items()}
    models = replace(models, **new)
    yield from (models[k] for k in range(len(models.temperature))) if models.temperature.ndim > 1 else [models]


def one_model(options: argparse.Namespace) -> Atmosphere:
    """The model of a command that takes one: of the file that is named, or of labels.

    - ``options``: ``file`` (None for labels), the labels and those of ``add_source_options``.
    """
    given = given_labels(options)
    if options.file is None:
        missing = missing_labels(given)
        if missing:
            options.usage(f"give a FILE, or {' and '.join(f'--{name}' for name in missing)}")
        return model_of_labels(options)
    if options.solve or options.emulator or options.extrapolate:
        options.usage("a FILE needs neither emulator nor solver: leave out --solve, --emulator and --extrapolate")
    models = list(read_models(options.file, given))
    if len(models) > 1:
        raise BadFile(f"{options.file}: holds {len(models)} models, one is needed; take it out with kurucz-a1 convert")
    return models[0]
