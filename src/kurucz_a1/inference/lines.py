"""Stars whose spectra tell which lines of a list matter: the others only cost time."""

from collections.abc import Mapping
from itertools import product

import jax
import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.emulator import Emulator
from kurucz_a1.labels import BY_NAME, LABEL_NAMES, SUN, Labels

FARTHEST = 2500.0  # K, between the temperatures of ``extreme_stars``
#: Largest distance of a star from the labels around which ``stars_near`` lie, K and dex.
NEAR = {"teff": 150.0, "logg": 0.3}
NEAR_ABUNDANCE = 0.15
#: Stars whose lines differ as much as lines do.
USUAL: tuple[dict[str, float], ...] = (
    {"teff": 3900.0, "logg": 1.2},
    {"teff": 4600.0, "logg": 2.3, "feh": -2.0},
    {"teff": 5000.0, "logg": 3.0},
    {"teff": 5777.0, "logg": 4.44},
    {"teff": 6600.0, "logg": 4.2, "feh": -0.5},
    {"teff": 9000.0, "logg": 4.0},
)


def extreme_stars(emulator: Emulator) -> list[Atmosphere]:
    """Metal-rich single models at the edges of an emulator's label space and between.

    A line that shows in none of them shows in no other star of this space: of an element where there is most of it, of
    a molecule where, besides, oxygen or carbon is scarce, as CO takes all of the scarcer one.
    """
    space = emulator.space
    cool, hot = space["teff"]
    elements = {BY_NAME[name].element: name for name in space.free if BY_NAME[name].element}
    # the mixing length changes layers below those of the lines
    others = [name for name in space.free if name not in ("teff", "logg", "feh", "mixing_length", *elements.values())]
    most = {name: space[name][1] for name in elements.values()}
    scarce = [{elements[symbol]: space[elements[symbol]][0]} for symbol in ("C", "O") if symbol in elements]
    stars = [
        {"teff": teff, "logg": logg, "feh": space["feh"][1]} | dict(zip(others, ends, strict=True)) | abundances
        for teff in np.linspace(cool, hot, max(3, int(np.ceil((hot - cool) / FARTHEST)) + 1))
        for logg in (float(space.logg_min(teff)), space["logg"][1])
        for ends in product(*(space[name] for name in others))
        for abundances in ([{}, most, *(most | less for less in scarce)] if elements else [{}])
    ]
    columns = {name: np.array([getattr(space.complete(star), name) for star in stars]) for name in LABEL_NAMES}
    models = jax.device_get(emulator(Labels(**columns)))
    return [models[k] for k in range(len(stars))]


def usual_stars(emulator: Emulator) -> list[dict[str, float]]:
    """Labels of those of USUAL that an emulator holds; if it holds none, of the middle of its space."""
    space = emulator.space
    middle = {name: 0.5 * sum(space[name]) for name in space.free}
    return [star for star in USUAL if space.contains(space.complete(star))] or [middle]


def stars_near(emulator: Emulator, values: Mapping[str, float]) -> list[Atmosphere]:
    """Single models around a star, with more of every element: a line that shows in none of them shows in no star whose
    labels are within NEAR and NEAR_ABUNDANCE.

    - ``values``: labels of the star; others are those of the Sun.
    """
    space = emulator.space
    centre = space.complete(SUN.as_dict() | dict(values)).as_dict()
    metals = {name: centre[name] + NEAR_ABUNDANCE for name in space.free if name == "feh" or BY_NAME[name].element}
    stars = [
        space.nearest(Labels(**(centre | metals | {"teff": centre["teff"] + hotter, "logg": centre["logg"] + denser})))
        for hotter, denser in product((-NEAR["teff"], NEAR["teff"]), (-NEAR["logg"], NEAR["logg"]))
    ]
    return [jax.device_get(emulator(star)) for star in stars]


def is_near(values: Mapping[str, float], others: Mapping[str, float]) -> bool:
    """Whether the labels of a star are within NEAR and NEAR_ABUNDANCE of others."""
    return all(
        abs(value - others[name]) <= NEAR.get(name, NEAR_ABUNDANCE)
        for name, value in values.items()
        if name in NEAR or name == "feh" or (name in BY_NAME and BY_NAME[name].element)
    )
