"""Lines of water by statistics: random positions, their strengths and numbers those of a band model.

The band model of Ludwig et al. (1973, NASA SP-3080) gives, in intervals of 25 cm-1 from 50 to 9300 cm-1 and at six
temperatures from 300 to 2500 K, the mean absorption S/d and the mean density of lines 1/d. Each interval has lines of a
few lower energies. The strength of each energy follows from the mean absorption at all temperatures together, by least
squares without negative strengths. Strengths at one energy are distributed exponentially (Goody 1952, Q. J. R.
Meteorol. Soc. 78, 165); the number of lines at each follows from the model's curve of growth, least squares in the
logarithm of the absorption from thin to saturated and from 1000 to 3700 K. Positions and strengths are drawn once and
for all: the list is the same each time. Its means over an interval are those of water; no line of it is one of water.

Above 2500 K the mean absorption goes on with the slope of its logarithm in 1/T between 2000 and 2500 K, so that hot
bands fill the windows, and each system of bands keeps the strength a molecule that harmonic oscillators have:
independent of temperature for rotation and fundamentals, growing with the quanta in the gas for combinations. Left out
are the weaker bands beyond 9300 cm-1 (shortward of 1.075 um) and the continuum of far wings.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d
from scipy.optimize import least_squares, nnls

from kurucz_a1.files import packaged
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.physics.constants import BOLTZMANN, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.line_profiles import LINE_STRENGTH
from kurucz_a1.physics.partition_functions import LEVEL_ENERGIES, MOLECULAR_WEIGHTS_OF_LEVELS, MOLECULES

INTERVAL = 25.0  # cm-1
LOSCHMIDT = 2.6868e19  # cm-3, of the table
HOT = np.array([3000.0, 3700.0, 4600.0])  # K, above the table
HOT_WEIGHT = 0.3  # of them in least squares, beside temperatures of the table
# Absorption x over width times density of lines at which curves of growth are compared, and from which temperature on.
DEPTHS, COOLEST = np.geomspace(1.0, 1000.0, 7), 1000.0
# Lower energies, eV. Dissociation takes 5.1 eV.
ENERGIES = np.concatenate([[0.0], np.geomspace(0.008, 4.0, 40)])
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
_SEED = 20260101
_MOST_STEPS = 10_000  # of least squares; some tens suffice
_SECOND_RADIATION = PLANCK * SPEED_OF_LIGHT / BOLTZMANN  # cm K
_LOOSE = 0.03  # weight of the first guess of the numbers of lines, where nothing else tells them


@lru_cache
def band_model() -> tuple[Float[np.ndarray, "interval"], Float[np.ndarray, "temperature"], Float[np.ndarray, "..."]]:
    """Wavenumbers (cm-1), temperatures (K) and mean cross sections (interval, temperature) in cm2 a molecule, less
    stimulated emission, of the table."""
    text = packaged("lines/data/water_mean_absorption.csv").read_text(encoding="utf-8")
    header, *rows = (line.split(",") for line in text.splitlines() if not line.startswith("#"))
    table = np.array(rows, dtype=float)
    return table[:, 0], np.array(header[1:], dtype=float), table[:, 1:] / LOSCHMIDT


def line_density(
    wavenumber: Float[np.ndarray, "interval"], temperature: Float[np.ndarray, "temperature"]
) -> Float[np.ndarray, "interval temperature"]:
    """Lines in a cm-1 of the band model (as RADCAL holds it): of equally strong lines that would absorb as much where
    all are saturated. Its polynomial in T has a maximum at 4104 K, which it keeps."""
    t = np.minimum(temperature, 0.003004 / (2 * 3.66e-7))
    wave = 0.7941 * np.sin(0.0036 * wavenumber - 8.043)
    return np.exp(wave[:, None] - 2.294 + 0.003004 * t - 3.66e-7 * t**2)


def harmonic_growth(quanta: tuple[float, ...], temperature: Float[np.ndarray, "t"]) -> Float[np.ndarray, "t"]:
    """Strength of a band, less stimulated emission, of harmonic oscillators over that of cold ones: absorption of all
    ``quanta`` (cm-1) together goes with the product of n + 1, emission with that of n, for n quanta in the mean."""
    mean = 1 / np.expm1(_SECOND_RADIATION * np.array(quanta)[:, None] / temperature)
    return np.prod(mean + 1, axis=0) - np.prod(mean, axis=0) if quanta else np.ones_like(temperature)


def mean_cross_sections() -> tuple[Float[np.ndarray, "temperature"], Float[np.ndarray, "interval temperature"]]:
    """Temperatures (K) and mean cross sections (cm2 a molecule, less stimulated emission) of the table and of HOT."""
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
    return np.append(known, HOT), np.concatenate([cold, hot], axis=1)


def numbers_of_lines(
    shares: Float[np.ndarray, "temperature energy"], counts: Float[np.ndarray, "temperature"]
) -> Float[np.ndarray, "energy"]:
    """Lines at each energy so that all together absorb as ``counts`` of the band model's do.

    Random Lorentz lines of mean strength s, distributed exponentially, and width gamma absorb s u / sqrt(1 + s u /
    (pi gamma)) each (Goody 1952); the band model has x / sqrt(1 + x / (4 gamma counts)).

    - ``shares``: of the energies in the absorption at each temperature.
    """
    depth = 4 * counts[:, None] * DEPTHS  # x / gamma
    expected = -0.5 * np.log1p(DEPTHS)
    guess = np.log(counts.max() * 4 / np.pi * np.maximum(shares.max(axis=0), 1e-3))

    def absorbed(log_numbers: Float[np.ndarray, "energy"]) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."]]:
        thick = 1 + shares[:, None, :] * depth[..., None] / (np.pi * np.exp(log_numbers))
        return shares[:, None, :] / np.sqrt(thick), thick

    def residuals(log_numbers: Float[np.ndarray, "energy"]) -> Float[np.ndarray, "residual"]:
        total = absorbed(log_numbers)[0].sum(axis=-1)
        return np.append((np.log(total) - expected).ravel(), _LOOSE * (log_numbers - guess))

    def slopes(log_numbers: Float[np.ndarray, "energy"]) -> Float[np.ndarray, "residual energy"]:
        each, thick = absorbed(log_numbers)
        slope = 0.5 * each * (1 - 1 / thick) / each.sum(axis=-1, keepdims=True)
        return np.concatenate([slope.reshape(-1, guess.size), _LOOSE * np.eye(guess.size)])

    return np.exp(least_squares(residuals, guess, slopes, method="lm", xtol=1e-4, ftol=1e-4).x)


@lru_cache
def water_lines() -> LineList:
    """Statistical lines of H2O, 50 to 9300 cm-1."""
    wavenumber, known, _ = band_model()
    temperature, sections = mean_cross_sections()
    kt = BOLTZMANN * temperature
    partition = np.exp(-LEVEL_ENERGIES[:, None] / kt).T @ MOLECULAR_WEIGHTS_OF_LEVELS[MOLECULES.index("H2O")]
    emission = -np.expm1(-_SECOND_RADIATION * wavenumber[:, None] / temperature)
    # sum of g f exp(-E / kT) over the lines of each interval
    totals = sections * partition / emission * INTERVAL * SPEED_OF_LIGHT / LINE_STRENGTH
    counts = line_density(wavenumber, temperature) * INTERVAL
    boltzmann = np.exp(-ENERGIES * ELECTRON_VOLT / kt[:, None])
    weights = np.where(temperature > known[-1], HOT_WEIGHT, 1.0)
    counted = (temperature >= COOLEST) & (temperature <= HOT[1])
    random = np.random.default_rng(_SEED)
    columns = []
    for centre, total, count in zip(wavenumber, totals, counts, strict=True):
        design = boltzmann * (weights / total)[:, None] * total[0]
        strength = nnls(design, weights, maxiter=_MOST_STEPS)[0] * total[0]
        live = strength > 0
        shares = boltzmann[:, live] * strength[live]
        shares /= shares.sum(axis=1, keepdims=True)
        number = np.maximum(np.round(numbers_of_lines(shares[counted], count[counted])), 1).astype(int)
        for energy, whole, lines in zip(ENERGIES[live], strength[live], number, strict=True):
            part = random.exponential(size=lines)
            position = centre + INTERVAL * random.uniform(-0.5, 0.5, lines)
            columns.append((1e8 / position, np.full(lines, energy), np.log10(whole * part / part.sum())))
    wavelength, energy, log_gf = (np.concatenate(column) for column in zip(*columns, strict=True))
    return make_line_list(wavelength, ["H2O"] * len(wavelength), [0] * len(wavelength), energy, log_gf)
