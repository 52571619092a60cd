"""Reads small files that the settings name before anything runs, so that what is wrong with them is said in time."""

import warnings
from pathlib import Path

from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.settings import Settings

LARGEST_LIST = 3_000_000  # bytes of a line list that is read in a second


def check_contents(settings: Settings) -> None:
    """Read the observed spectra that the settings name, in their windows, and line lists that are not large.

    An atlas that is fetched is checked then. Raises BadConfig, in one line, for the first that cannot be read; what is
    left out of a file is said when it is used.
    """
    spectrum, inference = settings.spectrum, settings.inference
    atlases = type(settings.solar_atlases).model_fields
    named = {
        "spectrum.observed": None if spectrum.observed in atlases else spectrum.observed,
        "inference.observed": inference.observed,
        "spectrum.lines": spectrum.lines,
        "inference.lines": None if inference.lines == "gfall" else inference.lines,
    }
    for key, name in named.items():
        if name:
            try:
                _read(key, Path(name), settings)
            except BadFile as error:
                raise BadConfig(f"config: {key}: {error}") from error


def _read(key: str, path: Path, settings: Settings) -> None:
    # seconds to import, spent only where a file is named
    from kurucz_a1.lines.readers import read_line_list
    from kurucz_a1.spectrum.observed import read_observed
    from kurucz_a1.stages.spectrum import observed_sun

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if key == "spectrum.observed":
            observed_sun(path, settings.spectrum)
        elif key == "inference.observed":
            for window in settings.inference.windows_to_fit:
                read_observed(path, window, medium=settings.inference.medium, mask_telluric=False)
        elif path.stat().st_size <= LARGEST_LIST:
            read_line_list(path)
