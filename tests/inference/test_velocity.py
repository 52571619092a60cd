"""The velocity of a star, before anything else is known of it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.inference import StarSpectrum
from kurucz_a1.inference.velocity import find_velocity, templates, together
from kurucz_a1.spectrum import LINES_6430_6450
from kurucz_a1.spectrum.broadening import doppler

GRID = np.linspace(6430.0, 6450.0, 2001)
CENTRES, DEPTHS = np.array([6431.3, 6434.0, 6436.4, 6439.1, 6441.7, 6446.6]), np.array([0.3, 0.1, 0.5, 0.7, 0.2, 0.4])


def lines(wavelength):
    """Gaussian lines with a standard deviation of 4.7 km/s."""
    return 1.0 - np.exp(-0.5 * ((wavelength[:, None] - CENTRES) / 0.1) ** 2) @ DEPTHS


@pytest.mark.parametrize("velocity", [-487.3, -19.0, 0.0, 312.6])
def test_the_velocity_of_noisy_lines_is_found(velocity):
    """S/N 30 on 550 pixels of 0.08 A: the lines tell it to 0.1 km/s, five of which are asked for."""
    wavelength = np.arange(6418.0, 6462.0, 0.08)
    noise = np.random.default_rng(5).normal(size=wavelength.size) / 30.0
    flux = lines(wavelength / doppler(velocity)) + noise
    flux[100:110], wavelength[300] = np.nan, np.nan
    found = find_velocity([wavelength], [flux], [GRID], [np.stack([np.ones(GRID.size), lines(GRID)])])
    assert abs(found.velocity - velocity) < 0.5
    assert found.correlation > 0.9 and not found.complaints()


def test_a_star_unlike_all_templates_is_found():
    """Cool, metal-poor and turning; templates of other labels still have most of its lines, to tenths of a width."""
    pixels = np.arange(6431.0, 6449.0, 0.1)
    spectrum = StarSpectrum.prepare(load_emulator(), pixels, LINES_6430_6450, 20000.0)
    star = {"teff": 4300.0, "logg": 4.7, "feh": -0.9, "afe": 0.4, "vsini": 12.0}
    flux = np.asarray(spectrum(log_gf=None, **star)) + 0.02 * np.random.default_rng(2).normal(size=pixels.size)
    found = find_velocity([pixels * doppler(365.0)], [flux], *templates(spectrum))
    assert abs(found.velocity - 365.0) < 3.0 and not found.complaints()
    # those of USUAL inside the labels of the emulator, which are all
    (wavelength,), (flux,) = templates(replace(spectrum, pixels=pixels[:50]))
    assert len(flux) == 6 and wavelength[0] >= 6431.0 and wavelength[-1] <= pixels[49]


def test_doubts_are_told():
    wavelength = np.arange(6418.0, 6462.0, 0.08)
    noise = np.random.default_rng(8).normal(size=wavelength.size)
    (told,) = find_velocity([wavelength], [1.0 + 0.05 * noise], [GRID], [lines(GRID)[None]]).complaints()
    assert told.startswith("no velocity to 500 km/s brings the lines")
    # no line at all
    assert find_velocity([wavelength], [np.ones(wavelength.size)], [GRID], [lines(GRID)[None]]).complaints()
    # two stars in one spectrum, alike and as bright
    both = lines(wavelength / doppler(-150.0)) + lines(wavelength / doppler(200.0))
    (told,) = find_velocity([wavelength], [0.5 * both], [GRID], [lines(GRID)[None]]).complaints()
    assert "the velocity may be another" in told and {"-150", "200"} <= set(told.replace(",", "").split())
    with pytest.raises(ValueError, match="too few for a velocity"):
        find_velocity([wavelength[:20]], [np.ones(20)], [GRID], [lines(GRID)[None]])


def test_windows_that_tell_little_alone_do_so_together():
    """Of six lines and noise of a tenth, each window holds two; continua differ, which moves no peak."""
    edges, rng = (6430.0, 6435.0, 6440.0, 6450.0), np.random.default_rng(3)
    wavelength, flux, grids, found = [], [], [], []
    for k, (first, last) in enumerate(pairwise(edges)):
        wavelength.append(np.arange(first * doppler(-210.0), last * doppler(-190.0), 0.08))
        flux.append((1.0 + k) * (lines(wavelength[k] / doppler(-200.0)) + 0.1 * rng.normal(size=wavelength[k].size)))
        grids.append(np.linspace(first, last, 501))
        found.append(find_velocity([wavelength[k]], [flux[k]], [grids[k]], [lines(grids[k])[None]]))
    together = find_velocity(wavelength, flux, grids, [lines(grid)[None] for grid in grids])
    assert abs(together.velocity + 200.0) < 1.0 and not together.complaints()
    assert together.rival < min(each.rival for each in found)


def test_velocities_add_as_shifts_multiply():
    assert doppler(together(300.0, -12.0)) == pytest.approx(doppler(300.0) * doppler(-12.0), rel=1e-14)
