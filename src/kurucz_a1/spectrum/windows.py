"""Which lines are computed at which wavelengths: decided once, with plain numbers, before anything is traced."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from kurucz_a1.lines.elements import ATOMIC_NUMBER, mass
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.constants import ANGSTROM, BOLTZMANN, ELECTRON_VOLT, KILOMETRE_PER_SECOND, SPEED_OF_LIGHT
from kurucz_a1.physics.line_profiles import LINE_STRENGTH, doppler_velocity
from kurucz_a1.types import AnyArray

CHUNK = 128  # most wavelengths computed at once; memory goes with it, not with the length of the spectrum
FEWEST = 16  # in a chunk, where they are so sparse that more would share few lines
CHUNK_WIDTH = 0.65  # A: about half the range in which the full Voigt function of a line is computed
GAP, GAP_STEPS = 2.0, 50.0  # A, and usual steps: neighbours farther apart belong to different pieces
FARTHEST = 500.0  # A
WEAKEST_WING = 2e-4  # of a continuous opacity, where a line ends
# The full Voigt function of a line is computed to five Doppler widths, and only its wing beyond: those of the hottest
# gas with lines of atoms or molecules, K, with this microturbulence, km s-1.
CORE, HOTTEST_ATOMS, HOTTEST_MOLECULES, TURBULENCE = 5.0, 20_000.0, 6000.0, 4.0
# log10 of the molecules per nucleus over their partition function, the largest in solar gas at 3500..5000 K and 1e5 dyn
# cm-2 by the package's own equation of state; a test compares them with it
MOLECULAR_POPULATIONS = {
    **{"H2": -2.3, "CO": -7.0, "OH": -7.2, "CH": -10.2, "CN": -11.3, "NH": -9.6, "NO": -11.1, "N2": -7.5, "C2": -12.8},
    **{"O2": -11.9, "H2O": -8.5, "SiO": -8.7, "SiH": -10.2, "MgH": -11.3, "AlH": -10.9, "CaH": -11.7, "CrH": -13.3},
    **{"FeH": -12.4, "SH": -9.3, "NiH": -12.4, "TiO": -13.4, "VO": -15.0, "AlO": -13.6, "ScO": -14.8, "MgO": -15.3},
}
MOLECULAR_MARGIN = 1.0  # dex, for half a dex more of both atoms


class Reach(NamedTuple):
    """Half widths (A) of each line.

    - ``core``: within which its full Voigt function is computed.
    - ``wing``: within which its wing is computed, not less than the core.
    """

    core: Float[np.ndarray, "line"]
    wing: Float[np.ndarray, "line"]


def line_reach(line_list: LineList, number_fractions: Float[np.ndarray, "99"]) -> Reach:
    """The Reach of each line, to where its wing falls below WEAKEST_WING of a continuous opacity.

    An upper estimate from the line list and N/N_total, so that the choice of windows depends on no traced number: all
    atoms of the element in the line's ion stage with a partition function of 5, MOLECULAR_POPULATIONS, 5000 K, damping
    3e9 s-1 (hydrogen at 1e17 cm-3) and a continuum of 1e-25 cm2 per hydrogen atom (the Sun at optical depth 0.1).
    """
    names, places = np.unique(np.asarray(line_list.species, dtype=str), return_inverse=True)
    population = np.array([_population(name, number_fractions) for name in names], dtype=float)[places]
    boltzmann = np.exp(-np.asarray(line_list.lower_energy) * ELECTRON_VOLT / (BOLTZMANN * 5000.0))
    strength = LINE_STRENGTH * 10.0 ** np.asarray(line_list.log_gf) * population * boltzmann
    # Lorentzian wing: cross section = strength gamma / (4 pi^2 dnu^2)
    offset = np.sqrt(strength * 3e9 / (4.0 * np.pi**2 * WEAKEST_WING * 1e-25))
    wavelength = np.asarray(line_list.wavelength)
    hottest = np.where(np.isin(names, list(ATOMIC_NUMBER)), HOTTEST_ATOMS, HOTTEST_MOLECULES)
    masses = np.array([mass(name) for name in names], dtype=float)
    widest = np.asarray(doppler_velocity(hottest, masses, TURBULENCE * KILOMETRE_PER_SECOND))[places]
    core = CORE * widest / SPEED_OF_LIGHT * wavelength
    return Reach(core, np.clip(offset * wavelength**2 * ANGSTROM / SPEED_OF_LIGHT, core, FARTHEST))


def _population(name: str, number_fractions: Float[np.ndarray, "99"]) -> float:
    """Atoms or molecules per nucleus in the gas, over their partition function."""
    if name in ATOMIC_NUMBER:
        return number_fractions[ATOMIC_NUMBER[name] - 1] / 5.0
    return 10.0 ** (MOLECULAR_POPULATIONS.get(name, -7.0) + MOLECULAR_MARGIN)


class ChunkPlan(NamedTuple):
    """Wavelengths cut into chunks, and the lines of each.

    - ``order``: index of each wavelength of each chunk; the last one is repeated as padding.
    - ``core``, ``wing``: indices of the lines whose Voigt function, or only its wing, is computed there, padded with
      the number of lines, which stands for a line of no strength.
    """

    order: Int[AnyArray, "chunk point"]
    core: Int[AnyArray, "chunk core"]
    wing: Int[AnyArray, "chunk wing"]


def plan_chunks(
    wavelength: Float[np.ndarray, "wavelength"],
    centre: Float[np.ndarray, "line"],
    reach: Reach,
) -> ChunkPlan:
    """The ChunkPlan for vacuum wavelengths (A, increasing) and lines at ``centre`` (A).

    No chunk spans a gap, as between the arms of a spectrograph: it would hold all lines within.
    """
    steps = np.diff(wavelength)
    step = np.median(steps)
    size = int(np.clip(CHUNK_WIDTH / step, FEWEST, CHUNK))
    pieces = np.split(np.arange(len(wavelength)), np.flatnonzero(steps > max(GAP_STEPS * step, GAP)) + 1)
    order = np.concatenate(
        [np.minimum(np.arange(-(-len(p) // size) * size), len(p) - 1).reshape(-1, size) + p[0] for p in pieces]
    )
    core, wing = [], []
    for indices in order:
        low, high = wavelength[indices[0]], wavelength[indices[-1]]
        is_core, is_wing = ((centre >= low - half) & (centre <= high + half) for half in reach)
        core.append(np.flatnonzero(is_core))
        wing.append(np.flatnonzero(is_wing & ~is_core))
    return ChunkPlan(order, _pad(core, len(centre)), _pad(wing, len(centre)))


def cut_plan(plan: ChunkPlan, chunks: int) -> Iterator[ChunkPlan]:
    """Yield a ChunkPlan in parts of ``chunks`` each, all of one shape: the last chunk is repeated at the end."""
    count = len(plan.order)
    size = min(chunks, count)
    for first in range(0, count, size):
        rows = np.minimum(np.arange(first, first + size), count - 1)
        yield ChunkPlan(*(each[rows] for each in plan))


def _pad(lists: Sequence[Int[np.ndarray, "_"]], filler: int) -> Int[np.ndarray, "chunk line"]:
    width = max(1, max(len(each) for each in lists))
    return np.stack([np.concatenate([each, np.full(width - len(each), filler, dtype=int)]) for each in lists])


def smooth_grid(
    wavelength: Float[np.ndarray, "wavelength"], hydrogen_lines: Sequence[float] | Float[np.ndarray, "line"] = ()
) -> Float[np.ndarray, "nu"]:
    """Vacuum wavelengths (A) at which the continuum and the hydrogen lines are computed, for interpolation.

    Every 1 A, every 0.1 A within 10 A and every 0.02 A within 1.5 A of each of ``hydrogen_lines`` (A) in the window.
    """
    low, high = wavelength[0], wavelength[-1]
    points = [np.linspace(low, high, int(np.ceil(high - low)) + 2)]
    for centre in hydrogen_lines:
        for half, step in ((10.0, 0.1), (1.5, 0.02)):
            around = centre + np.arange(-half, half + step / 2, step)
            points.append(around[(around > low) & (around < high)])
    return np.unique(np.concatenate(points))
