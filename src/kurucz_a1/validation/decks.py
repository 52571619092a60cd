"""The real ATLAS-12 models that physics and solver are compared with."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.decks import read_deck
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, load_atlas12_reference
from kurucz_a1.physics.abundances import ELEMENT_INDEX, number_fractions
from kurucz_a1.types import Real

TEFF_RANGE = (4000.0, 12000.0)  # K: the range of the equation of state and the opacities
SOLVER_TEFF_RANGE = (4500.0, 12000.0)  # K: no TiO and H2O below, no higher ions in the line lists above
_MIXING_LENGTH_CARD = re.compile(r"^ *CONVECTION ON +([0-9.]+)", re.MULTILINE)


class NamedDeck(NamedTuple):
    """A real ATLAS-12 model.

    - ``mixing_length``: in pressure scale heights; None if the deck does not state it.
    - ``packaged``: whether it is one of the package.
    """

    name: str
    model: Atmosphere
    mixing_length: float | None
    packaged: bool


def real_decks(folder: Path | str | None = None) -> tuple[list[NamedDeck], list[tuple[str, str]]]:
    """Every real ATLAS-12 model of the package, and of the files in ``folder``, with 4000 <= Teff <= 12000 K.

    Also returns name and reason of each file or model left out: not a deck, not of ATLAS-12, outside that range, or a
    duplicate.
    """
    names = [str(name) for name in load_atlas12_reference()["name"].values]
    decks = [
        NamedDeck(name, model, float(model.mixing_length), True)
        for name, model in zip(names, atlas12_reference_atmospheres(), strict=True)
    ]
    left_out = []
    seen = {_fingerprint(deck.model): deck.name for deck in decks}
    root = Path(folder or ".")
    for path in sorted(root.rglob("*")) if folder else []:
        if not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
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


def is_like_the_solvers(deck: NamedDeck, vturb: Real) -> bool:
    """Whether the solver can make a model of the same physics: Teff, abundances and ``vturb`` (km/s, one value or
    several), and a mixing length that the deck states.

    Abundances agree if the labels on the solar pattern of the solver give log N/N_total of every element of the
    equation of state within 0.02 dex.
    """
    model = deck.model
    same_vturb = np.min(vturb) - 0.01 < float(model.vturb) < np.max(vturb) + 0.01
    if not (_within(model.teff, SOLVER_TEFF_RANGE) and same_vturb):
        return False
    if deck.mixing_length is None or model.number_fractions is None:
        return False
    own = np.asarray(model.number_fractions)[ELEMENT_INDEX]
    labelled = np.asarray(number_fractions(model))[ELEMENT_INDEX]
    return bool(np.max(np.abs(np.log10(own / labelled))) < 0.02)


def _fingerprint(model: Atmosphere) -> bytes:
    return np.asarray(model.temperature).tobytes() + np.asarray(model.gas_pressure).tobytes()


def _within(value: Real, limits: tuple[float, float]) -> bool:
    return limits[0] <= float(value) <= limits[1]


def _stated_mixing_length(path: Path) -> float | None:
    card = _MIXING_LENGTH_CARD.search(path.read_text(encoding="latin-1"))
    return float(card.group(1)) if card else None
