"""Write model atmospheres for the programs that use them."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.decks.atlas import format_deck, format_fortran90
from kurucz_a1.decks.marcs_written import format_marcs
from kurucz_a1.decks.models import LONGEST_TITLE, to_deck
from kurucz_a1.decks.moog import format_moog
from kurucz_a1.errors import LeftOut
from kurucz_a1.files import write_text
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND

# cards that SYNTHE's programs want before a model
_SYNTHE = "SURFACE FLUX\nITERATIONS 1 PRINT 2 PUNCH 2\nCORRECTION OFF\nPRESSURE OFF\nREAD MOLECULES\nMOLECULES ON\n"


def _atlas12(model: Atmosphere, title: str | None) -> str:
    return format_deck(to_deck(model, title))


def _synthe(model: Atmosphere, title: str | None) -> str:
    return _SYNTHE + format_deck(to_deck(model, title), table=False)


def _fortran90(model: Atmosphere, title: str | None) -> str:
    return format_fortran90(to_deck(model, title))


def _plain_atlas9(model: Atmosphere, title: str | None) -> str:
    return format_deck(to_deck(model, title), table=False)


def _atlas9(model: Atmosphere, title: str | None) -> str:
    """PySME finds microturbulence and mixing length on the first two lines."""
    deck = to_deck(model, title)
    note = f"VTURB={deck.microturbulence[0] / KILOMETRE_PER_SECOND:.1f} L/H={deck.mixing_length:.2f}"
    return format_deck(deck, table=False, separated=True, note=note)


def _moog(model: Atmosphere, title: str | None, kurtype: bool = False) -> str:
    return format_moog(to_deck(model, title), float(model.feh), kurtype)


def _marcs(model: Atmosphere, title: str | None) -> str:
    return format_marcs(to_deck(model, title), float(model.feh), float(model.afe))


_FORMATS: dict[str, Callable[[Atmosphere, str | None], str]] = {
    "atlas12": _atlas12,
    "atlas12_fortran90": _fortran90,
    "atlas9": _plain_atlas9,
    "synthe": _synthe,
    "turbospectrum": _atlas9,
    "pysme": _atlas9,
    "moog": _moog,
    "moog_kurtype": partial(_moog, kurtype=True),
    "korg": _marcs,
}
#: Programs for which ``write_deck`` writes.
PROGRAMS = tuple(_FORMATS)
_WITHOUT_ACCELERATION = ("moog", "moog_kurtype")
#: Programs whose form takes one model a file.
ONE_MODEL = ("moog", "moog_kurtype", "pysme", "korg", "turbospectrum", "synthe")


# What of ``Atmosphere.extra`` the forms hold, and how it is called where one does not.
_ATLAS = ("microturbulence", "convection", "sound_speed", "turbulence", "mixing_length", "surface_radiation_pressure")
_HELD = {
    **dict.fromkeys(("atlas12", "atlas9", "synthe", "turbospectrum", "pysme"), _ATLAS),
    "atlas12_fortran90": ("microturbulence", "convection", "density", "tau_5000", "surface_radiation_pressure"),
    **dict.fromkeys(("moog", "moog_kurtype"), ("microturbulence",)),
    "korg": (
        *("convection", "density", "tau_5000", "turbulence", "radius", "surface_radiation_pressure"),
        *("log_tau_rosseland", "geometrical_depth", "mixing_length"),
    ),
}
_TOLD = {
    "microturbulence": "the change of microturbulence with depth",
    "convection": "convective flux and velocity",
    "sound_speed": "the speed of sound",
    "turbulence": "turbulent pressure",
    "mixing_length": "the mixing length",
    "surface_radiation_pressure": "the radiation pressure at the surface",
    "density": "density",
    "tau_5000": "the optical depth at 5000 A",
    "radius": "the radius",
    "log_tau_rosseland": "the Rosseland optical depth as stated",
    "geometrical_depth": "the geometrical depth",
}


def not_held(atmosphere: Atmosphere, program: str) -> list[str]:
    """What a model holds and the form of a program does not, as phrases: "the radius"."""
    extra = {name: np.asarray(value) for name, value in atmosphere.extra.items()}
    stated = set(extra) | ({"mixing_length"} if "mixing_length" in atmosphere.told() else set())
    if not (np.any(extra.get("convective_flux", 0.0)) or np.any(extra.get("convective_velocity", 0.0))):
        stated -= {"convective_flux"}
    if "microturbulence" in extra and np.all(extra["microturbulence"] == extra["microturbulence"][..., :1]):
        stated -= {"microturbulence"}
    names = {"convective_flux": "convection", "turbulent_pressure": "turbulence"}
    lost = {names.get(name, name) for name in stated} - set(_HELD.get(program, ()))
    phrases = [phrase for name, phrase in _TOLD.items() if name in lost]
    return [*phrases, "opacity and radiative acceleration"] if program == "moog_kurtype" else phrases


def write_deck(path: str | Path, atmosphere: Atmosphere, title: str | None = None, program: str = "atlas12") -> Path:
    """Write a model atmosphere to ``path`` in the format of a program; returns the path.

    - ``atmosphere``: one model, (depth,); for ATLAS programs also several, (model, depth), one after another.
    - ``title``: at most 74 characters of ASCII; by default the source of the atmosphere.
    - ``program``, by default ``atlas12``:

      - ``atlas12``: the decks that the classic ATLAS-12 punches and reads. Teff to 1 K, log g to 1e-5, abundances to
        0.001 dex, temperature to 0.1 K, column mass to 9 digits and the rest to 4;
      - ``atlas12_fortran90``: those of the Fortran 90 program (temperature to 0.01 K, column mass to 6 digits), and
        ``atlas9``: those of ATLAS9 (abundances to 0.01 dex);
      - ``synthe``: its cards and the format of ATLAS9 (abundances to 0.01 dex);
      - ``turbospectrum`` (babsma's model input, not as a MARCS file) and ``pysme``: the format of ATLAS9 with blanks
        between all numbers, and with microturbulence and mixing length on the first card;
      - ``moog``: its KURUCZ format with all abundances listed (0.001 dex), at most 100 layers; ``moog_kurtype``:
        without opacities; temperature to 0.01 K and the rest to 5 digits;
      - ``korg``: the format of MARCS's models, spherical where the model has a radius; optical depth at 5000 A, density
        and geometrical depth come from this package's physics where the model was read without them.

    What was read from a deck and the form can hold is written again: layers, abundances, microturbulence, convection,
    radiation pressure at the surface. A radiative acceleration that a deck did not state is written as zero, with a
    warning, where the program needs one.

    Raises ValueError where a number is not finite or does not fit the format, the title is too long or has other
    characters, the program is unknown or takes one model a file; BadFile where the file cannot be written.

    >>> from kurucz_a1 import load_emulator, write_deck
    >>> write_deck("sun.mod", load_emulator()(teff=5777.0, logg=4.44), program="moog")
    PosixPath('sun.mod')
    """
    path = Path(path)
    if program not in _FORMATS:
        raise ValueError(f"{path}: no form for {program!r}; choose one of {', '.join(PROGRAMS)}")
    if title is not None and not (title.isascii() and title.isprintable() and len(title) <= LONGEST_TITLE):
        raise ValueError(f"{path}: a title must be at most {LONGEST_TITLE} printable ASCII characters on one line")
    shape = np.shape(atmosphere.temperature)
    if len(shape) > 2:
        raise ValueError(f"{path}: a deck file takes models along one axis, this atmosphere has shape {shape}")
    if len(shape) == 2 and program in ONE_MODEL:
        raise ValueError(f"{path}: {program} takes one model a file, this atmosphere has shape {shape}")
    if program not in _WITHOUT_ACCELERATION and not np.all(np.isfinite(atmosphere.radiative_acceleration)):
        told = f"{path}: the model states no radiative acceleration, which is written as zero"
        warnings.warn(told, LeftOut, stacklevel=2)
        atmosphere = replace(atmosphere, radiative_acceleration=jnp.nan_to_num(atmosphere.radiative_acceleration))
    models = [atmosphere] if len(shape) == 1 else [atmosphere[k] for k in range(shape[0])]
    try:
        text = "".join(_FORMATS[program](model, title) for model in models)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    write_text(path, text)
    return path
