"""Lines of water by statistics: random positions, their mean absorption that of a band model.

The band model of Ludwig et al. (1973, NASA SP-3080) gives, in intervals of 25 cm-1 from 50 to 9300 cm-1 and at six
temperatures from 300 to 2500 K, the mean absorption. Each interval has lines of many lower energies. The strength of
each energy follows from the mean absorption at all temperatures together, by least squares: the logarithm of strength
over states of the molecule is as smooth over energy as the table's accuracy allows (Tikhonov 1963, Sov. Math. 4, 1035;
Morozov 1966, Sov. Math. 7, 414).

Strengths S at one energy are distributed like exp(-S / S_M) / S (Malkmus 1967, J. Opt. Soc. Am. 57, 323): in each range
of a factor of e there are equally many lines, down to the weakest. Real lines do that. Of HITRAN's 84,000 lines from
2000 to 13,000 cm-1 (as linemake has them) the number in such a range, per cm-1, eV of lower energy and vibrational
state below that energy, does not depend on energy from 0.03 to 0.4 eV, and grows in proportion to the wavenumber, with
a scatter of a factor of 1.4 (LINES). At higher energies the vibrational states are those of harmonic oscillators. The
density of lines of the band model is not used: HITRAN's are three to six times as dense in the bands at 1000 K, for
experiments give the product with a width, and say nothing of weak lines. These absorb little, but where lines are no
wider than thermal motion makes them they fill the gaps between the strong ones.

Above 2500 K the mean absorption goes on with the slope of its logarithm in 1/T between 2000 and 2500 K, so that hot
bands fill the windows, and each system of bands keeps the strength a molecule that harmonic oscillators have:
independent of temperature for rotation and fundamentals, growing with the quanta in the gas for combinations. Beyond
9300 cm-1 the systems are those of one quantum of stretching less, with the strength of HITRAN's lines when cold.

Positions and strengths are drawn once and for all: the list is the same each time. Its means over an interval are those
of water; no line of it is one of water. Left out are bands beyond 12,700 cm-1 (shortward of 0.79 um), and the continuum
of far wings.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d
from scipy.optimize import least_squares
from scipy.special import exp1

from kurucz_a1.files import packaged
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.physics.constants import BOLTZMANN, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.line_profiles import LINE_STRENGTH
from kurucz_a1.physics.partition_functions import LEVEL_ENERGIES, MOLECULAR_WEIGHTS_OF_LEVELS, MOLECULES
from kurucz_a1.types import Real

INTERVAL = 25.0  # cm-1
LOSCHMIDT = 2.6868e19  # cm-3, of the table
HOT = np.array([3000.0, 3700.0, 4600.0])  # K, above the table
HOT_WEIGHT = 0.3  # of them in least squares, beside temperatures of the table
# Lower energies, eV: the middles of bins, more or less. Dissociation takes 5.1 eV.
ENERGIES = np.concatenate(
    [[0.0, 0.02, 0.05, 0.09, 0.14, 0.2, 0.27, 0.35, 0.45, 0.57, 0.7], np.geomspace(0.85, 4.2, 11)]
)
# The branches of the bending and the stretching bands part here in the table, cm-1.
BEND, STRETCH = 1600.0, 3750.0
#: Systems of bands: their upper limit (cm-1; the gaps of the table) and the quanta that they add.
SYSTEMS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (1050.0, ()),
    (2550.0, (BEND,)),
    (4500.0, (STRETCH,)),
    (6000.0, (BEND, STRETCH)),
    (7900.0, (STRETCH, STRETCH)),
    (9325.0, (BEND, STRETCH, STRETCH)),
)
#: Systems beyond the table, each with the shape of what is a quantum of STRETCHED less, their quanta, and their
#: strength over that of the stretching bands when cold: that of HITRAN's lines.
BEYOND: tuple[tuple[float, tuple[float, ...], float], ...] = (
    (11275.0, (STRETCH, STRETCH, STRETCH), 0.00316),
    (12700.0, (BEND, STRETCH, STRETCH, STRETCH), 0.00021),
)
STRETCHED = 3375.0  # cm-1, between the second and the third quantum of stretching
#: Lines whose strengths are within a factor of e, per cm-1, eV, vibrational state below, and cm-1 of wavenumber: what
#: 32 ranges of 300 cm-1 in HITRAN have in the median.
LINES = 2.1e-4
# The weakest lines drawn, over S_M: of no energy (HITRAN's go on to about there), growing with energy (eV) as the
# Boltzmann factor of gas of 2300 K falls, and at most. Lines of one energy in an interval are no more than MOST.
WEAKEST, FALL, LEAST_WEAK, MOST = 1e-5, 0.2, 0.3, 1000
SMOOTH = 0.02  # weight of second differences over the bins, in least squares of logarithms
_SEED = 20260101
_SECOND_RADIATION = PLANCK * SPEED_OF_LIGHT / BOLTZMANN  # cm K
_STRENGTHS = np.geomspace(1e-6, 40.0, 4000)[::-1]  # over S_M
_STRONGER = exp1(_STRENGTHS)  # lines stronger than these, over those within a factor of e


@lru_cache
def band_model() -> tuple[Float[np.ndarray, "interval"], Float[np.ndarray, "temperature"], Float[np.ndarray, "..."]]:
    """Wavenumbers (cm-1), temperatures (K) and mean cross sections (interval, temperature) in cm2 a molecule, less
    stimulated emission, of the table."""
    text = packaged("lines/data/water_mean_absorption.csv").read_text(encoding="utf-8")
    header, *rows = (line.split(",") for line in text.splitlines() if not line.startswith("#"))
    table = np.array(rows, dtype=float)
    return table[:, 0], np.array(header[1:], dtype=float), table[:, 1:] / LOSCHMIDT


def harmonic_growth(quanta: tuple[float, ...], temperature: Float[np.ndarray, "t"]) -> Float[np.ndarray, "t"]:
    """Strength of a band, less stimulated emission, of harmonic oscillators over that of cold ones: absorption of all
    ``quanta`` (cm-1) together goes with the product of n + 1, emission with that of n, for n quanta in the mean."""
    mean = 1 / np.expm1(_SECOND_RADIATION * np.array(quanta)[:, None] / temperature)
    return np.prod(mean + 1, axis=0) - np.prod(mean, axis=0) if quanta else np.ones_like(temperature)


def mean_cross_sections() -> tuple[
    Float[np.ndarray, "interval"], Float[np.ndarray, "temperature"], Float[np.ndarray, "interval temperature"]
]:
    """Wavenumbers (cm-1) of the table and of BEYOND, temperatures (K) of the table and HOT, mean cross sections (cm2 a
    molecule, less stimulated emission)."""
    wavenumber, known, cold = band_model()
    last, before = known[-1], known[-2]
    slope = uniform_filter1d(np.log(cold[:, -1] / cold[:, -2]), 5, mode="nearest") / (1 / before - 1 / last)
    hot = cold[:, -1:] * np.exp(slope[:, None] * (1 / last - 1 / HOT))
    lowest = 0.0
    for highest, quanta in SYSTEMS:
        inside = (wavenumber >= lowest) & (wavenumber < highest)
        growth = harmonic_growth(quanta, np.append(HOT, last))
        hot[inside] *= cold[inside, -1].sum() * growth[:-1] / growth[-1] / hot[inside].sum(axis=0)
        lowest = highest
    temperature = np.append(known, HOT)
    sections = np.concatenate([cold, hot], axis=1)
    stretching = cold[(wavenumber >= SYSTEMS[1][0]) & (wavenumber < SYSTEMS[2][0]), 0].sum()
    added = wavenumber[wavenumber + STRETCHED > wavenumber[-1]] + STRETCHED
    beyond = sections[-len(added) :].copy()
    for highest, quanta, share in BEYOND:
        inside = (added >= lowest) & (added < highest)
        beyond[inside] = beyond[inside] * (
            stretching * share * harmonic_growth(quanta, temperature) / beyond[inside].sum(axis=0)
        )
        lowest = highest
    return np.append(wavenumber, added), temperature, np.concatenate([sections, beyond])


def energy_bins() -> tuple[Float[np.ndarray, "energy"], Float[np.ndarray, "energy"]]:
    """Of each bin of ENERGIES: its width (eV) times the vibrational states below; and the number of all states in it,
    each with its statistical weight, but for a constant factor: above each vibrational one those of a rotor."""
    middles = 0.5 * (ENERGIES[1:] + ENERGIES[:-1])
    edges = np.concatenate([[0.0], middles, [2 * ENERGIES[-1] - middles[-1]]])
    widths = np.diff(edges)
    inside = edges[:-1] + widths * (np.arange(40)[:, None] + 0.5) / 40
    quanta = np.indices((25, 12, 12)).reshape(3, -1)
    vibration = np.array([BEND, STRETCH, STRETCH]) @ quanta * (PLANCK * SPEED_OF_LIGHT / ELECTRON_VOLT)
    above = np.maximum(inside[..., None] - vibration, 0.0)
    return (above > 0).sum(axis=-1).mean(axis=0) * widths, np.sqrt(above).sum(axis=-1).mean(axis=0) * widths


def strengths_of_energies(
    total: Float[np.ndarray, "temperature"],
    design: Float[np.ndarray, "temperature energy"],
    weights: Float[np.ndarray, "temperature"],
) -> Float[np.ndarray, "energy"]:
    """Factors of the columns of ``design`` that add up to ``total``, their logarithms smooth."""
    bends = SMOOTH * np.diff(np.eye(design.shape[1]), 2, axis=0)

    def residuals(logarithms: Float[np.ndarray, "energy"]) -> Float[np.ndarray, "residual"]:
        return np.append(weights * np.log(design @ np.exp(logarithms) / total), bends @ logarithms)

    def slopes(logarithms: Float[np.ndarray, "energy"]) -> Float[np.ndarray, "residual energy"]:
        each = design * np.exp(logarithms)
        return np.concatenate([weights[:, None] * each / each.sum(axis=1, keepdims=True), bends])

    guess = np.full(design.shape[1], np.log(np.median(total / design.sum(axis=1))))
    return np.exp(least_squares(residuals, guess, slopes, method="lm", xtol=1e-3, ftol=1e-4).x)


def strength_above(stronger: Real) -> Real:
    """The strength, over S_M, above which are as many lines as ``stronger`` times those within a factor of e."""
    return np.exp(np.interp(stronger, _STRONGER, np.log(_STRENGTHS)))


def draw_strengths(random: np.random.Generator, lines: float, weakest: float) -> Float[np.ndarray, "line"]:
    """Strengths over their sum, drawn from Malkmus's distribution down to ``weakest`` S_M.

    - ``lines``: within a factor of e. If more than MOST were to be drawn, the weakest are not, at last fewer of all.
    """
    drawn = exp1(np.clip(strength_above(MOST / lines), weakest, LEAST_WEAK))
    number = max(random.poisson(min(lines * drawn, MOST)), 1)
    strengths = np.asarray(strength_above(random.uniform(0.0, drawn, number)))
    return strengths / strengths.sum()


@lru_cache
def water_lines() -> LineList:
    """Statistical lines of H2O, 50 to 12,700 cm-1."""
    known = band_model()[1]
    wavenumber, temperature, sections = mean_cross_sections()
    kt = BOLTZMANN * temperature
    partition = np.exp(-LEVEL_ENERGIES[:, None] / kt).T @ MOLECULAR_WEIGHTS_OF_LEVELS[MOLECULES.index("H2O")]
    emission = -np.expm1(-_SECOND_RADIATION * wavenumber[:, None] / temperature)
    # sum of g f exp(-E / kT) over the lines of each interval
    totals = sections * partition / emission * INTERVAL * SPEED_OF_LIGHT / LINE_STRENGTH
    vibration, states = energy_bins()
    design = states * np.exp(-ENERGIES * ELECTRON_VOLT / kt[:, None])
    weights = np.where(temperature > known[-1], HOT_WEIGHT, 1.0)
    weakest = np.minimum(WEAKEST * np.exp(ENERGIES / FALL), LEAST_WEAK)
    random = np.random.default_rng(_SEED)
    columns = []
    for centre, total in zip(wavenumber, totals, strict=True):
        strength = states * strengths_of_energies(total, design, weights)
        lines = LINES * centre * INTERVAL * vibration
        for energy, whole, number, least in zip(ENERGIES, strength, lines, weakest, strict=True):
            part = draw_strengths(random, number, least)
            position = centre + INTERVAL * random.uniform(-0.5, 0.5, part.size)
            columns.append((1e8 / position, np.full(part.size, energy), np.log10(whole * part)))
    wavelength, energy, log_gf = (np.concatenate(column) for column in zip(*columns, strict=True))
    return make_line_list(wavelength, ["H2O"] * len(wavelength), [0] * len(wavelength), energy, log_gf)
