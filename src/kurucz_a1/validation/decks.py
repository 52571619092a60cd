"""The real ATLAS-12 models that physics and solver are held against."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.decks import read_deck
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, load_atlas12_reference
from kurucz_a1.physics.abundances import ELEMENT_INDEX, number_fractions

TEFF_RANGE = (4000.0, 12000.0)  # K: what the equation of state and the opacities are made for
SOLVER_TEFF_RANGE = (4500.0, 12000.0)  # K: no TiO and H2O below, no higher ions in the line lists above
MIXING_LENGTH = 1.25  # of the solver, in pressure scale heights
_MIXING_LENGTH_CARD = re.compile(r"^ *CONVECTION ON +([0-9.]+)", re.MULTILINE)


class NamedDeck(NamedTuple):
    """A real ATLAS-12 model: its name, the Atmosphere (depth,), the mixing length that it states (None: it does not),
    and whether it is one of the package."""

    name: str
    model: Atmosphere
    mixing_length: float | None
    packaged: bool


def real_decks(folder=None):
    """Every real ATLAS-12 model of the package with 4000 <= Teff <= 12000 K, and those of the files in ``folder``.

    Returns (decks, left_out): a list of NamedDeck, and of (file, reason) for files of the folder that are no deck, not
    of ATLAS-12, out of that range, or one that is there already.
    """
    names = [str(name) for name in load_atlas12_reference()["name"].values]
    decks = [
        NamedDeck(name, model, MIXING_LENGTH, True)
        for name, model in zip(names, atlas12_reference_atmospheres(), strict=True)
    ]
    left_out = []
    seen = {_fingerprint(deck.model): deck.name for deck in decks}
    for path in sorted(Path(folder).rglob("*")) if folder else []:
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            model = read_deck(path)
        except (BadFile, ValueError) as error:
            left_out.append((name, f"cannot be read: {str(error).removeprefix(f'{path}')[:80].lstrip(', :')}"))
            continue
        twin = seen.setdefault(_fingerprint(model), name)
        if model.source != "ATLAS-12":
            left_out.append((name, f"made by {model.source}"))
        elif twin != name:
            left_out.append((name, f"the same model as {twin}"))
        else:
            decks.append(NamedDeck(name, model, _stated_mixing_length(path), False))
    outside = [deck for deck in decks if not _within(deck.model.teff, TEFF_RANGE)]
    left_out += [(deck.name, f"Teff {float(deck.model.teff):.0f} K") for deck in outside]
    return [deck for deck in decks if _within(deck.model.teff, TEFF_RANGE)], left_out


def is_like_the_solvers(deck, vturb):
    """Whether the solver can make a model of the same physics: Teff, abundances, mixing length and vturb (km/s, one
    value or several).

    Abundances count as the same where [M/H] and [alpha/M] on the solar pattern of the solver give log N/N_total of
    every element of the equation of state within 0.02 dex.
    """
    model = deck.model
    same_vturb = np.min(vturb) - 0.01 < float(model.vturb) < np.max(vturb) + 0.01
    if not (_within(model.teff, SOLVER_TEFF_RANGE) and same_vturb):
        return False
    if deck.mixing_length != MIXING_LENGTH or model.number_fractions is None:
        return False
    own = np.asarray(model.number_fractions)[ELEMENT_INDEX]
    labelled = np.asarray(number_fractions(float(model.feh), float(model.afe)))[ELEMENT_INDEX]
    return bool(np.max(np.abs(np.log10(own / labelled))) < 0.02)


def _fingerprint(model):
    return np.asarray(model.temperature).tobytes() + np.asarray(model.gas_pressure).tobytes()


def _within(value, limits):
    return limits[0] <= float(value) <= limits[1]


def _stated_mixing_length(path):
    found = _MIXING_LENGTH_CARD.search(path.read_text(encoding="latin-1"))
    return float(found.group(1)) if found else None
