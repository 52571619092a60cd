"""Decks of every form, and what must hold for whatever becomes of them.

``inputs`` gives the files by name, ``check`` reads one: models that a star can have, or one clean BadFile.
"""

import io
import warnings
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from astropy.io import fits

from kurucz_a1 import write_deck
from kurucz_a1.atmosphere import Atmosphere, stack
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import PROGRAMS
from kurucz_a1.decks.deck import read_each
from kurucz_a1.decks.layers import Deck
from kurucz_a1.decks.models import from_deck
from kurucz_a1.errors import BadFile
from kurucz_a1.physics.constants import BOLTZMANN

_MANY = ("atlas12", "atlas9")  # the forms of which a file holds two models
_MARCS = "korg"


@cache
def inputs() -> dict[str, bytes]:
    """A small file of each form: every other layer of ATLAS-12 models, written by the package; PHOENIX's by astropy."""
    models = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)][:2]
    thin = [_thinned(model) for model in models]
    files = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deck"
        for program in PROGRAMS:
            write_deck(path, stack(thin) if program in _MANY else thin[0], program=program)
            files[program] = path.read_bytes()
    files["phoenix"] = _phoenix(thin[0])
    return files


def _thinned(model: Atmosphere) -> Atmosphere:
    arrays = {name: getattr(model, name)[::2] for name in (*FIELD_NAMES, "log_tau")}
    labels = {name: float(value) for name, value in model.labels.as_dict().items()}
    return Atmosphere(**labels, **arrays, source=model.source)


def _phoenix(model: Atmosphere) -> bytes:
    columns = {
        "tau": 10.0**model.log_tau,
        "temp": model.temperature,
        "pgas": model.gas_pressure,
        "rho": model.gas_pressure / model.temperature * 1.5e-8,
        "pe": model.electron_density * BOLTZMANN * model.temperature,
    }
    table = [fits.Column(name, "E", array=np.asarray(values)) for name, values in columns.items()]
    elements = [(100, "H", 12.0), (200, "He", 10.93), (600, "C", 8.43), (800, "O", 8.69), (2600, "Fe", 7.50)]
    abundances = fits.BinTableHDU(
        np.array(elements, dtype=[("ID", ">i2"), ("Element", "S2"), ("Abundance", ">f4")]), name="ABUNDANCES"
    )
    head = fits.PrimaryHDU()
    labels = {"PHXTEFF": 5777.0, "PHXLOGG": 4.44, "PHXM_H": 0.0, "PHXALPHA": 0.0, "PHXXI_L": 1.0, "PHXREFF": 7e10}
    head.header.update(labels)
    stream = io.BytesIO()
    fits.HDUList([head, fits.BinTableHDU.from_columns(table, name="ATMOSPHERE"), abundances]).writeto(stream)
    return stream.getvalue()


def check(path: Path) -> str:
    """What comes of the file at ``path``: "models", "BadFile" or "some". Raises AssertionError for anything else."""
    outcomes = set()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for deck in read_each(path):
                if isinstance(deck, BadFile):
                    _check_message(deck, path)
                else:
                    _check_deck(deck)
                outcomes.add(type(deck).__name__)
    except BadFile as error:
        _check_message(error, path)
        return "BadFile"
    return "models" if outcomes == {"Deck"} else "BadFile" if outcomes == {"BadFile"} else "some"


def _check_message(error: BadFile, path: Path) -> None:
    assert str(path) in str(error) and "\n" not in str(error), f"no clean line: {error}"


def _check_deck(deck: Deck) -> None:
    """Assert that every number can be that of a star."""
    for name in ("column_mass", "temperature", "gas_pressure", "electron_density", "rosseland_opacity"):
        values = getattr(deck, name)
        assert np.all(np.isfinite(values) & (values > 0)), name
    assert np.all(np.diff(deck.column_mass) > 0)
    assert not np.any(np.isinf(deck.radiative_acceleration)) and np.all(deck.microturbulence >= 0)
    if deck.log_fractions is not None:
        total = np.sum(10.0**deck.log_number_fractions)
        assert abs(total - 1.0) < 0.06, total
    try:
        model = from_deck(deck)
    except BadFile:
        return  # a label is missing
    assert np.all(np.isfinite([float(value) for value in model.labels.as_dict().values()]))
