"""Synthesis: limits that need no reference, derivatives, and the Sun."""

from dataclasses import replace
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.lines.readers import read_csv
from kurucz_a1.spectrum import LINES_6430_6450, Synthesizer, prepare_synthesis, synthesize
from kurucz_a1.spectrum.synthesis import model_fractions

WAVELENGTH = np.linspace(6436.0, 6442.0, 300)
ABSENT = {("ZrO", 0), ("Fe", 6), ("CH", 1)}  # from the equation of state
LINES = make_line_list(
    air_to_vacuum(np.array([6437.0, 6438.5, 6440.5])),
    ["Fe", "Ca", "Eu"],
    [0, 0, 1],
    [4.0, 2.5, 1.3],
    [-2.0, 0.4, -0.3],
    gamma_rad=[1e8, 1e8, 1e8],
    abo_sigma=[np.nan, 366.0, np.nan],
    abo_alpha=[np.nan, 0.242, np.nan],
)


def test_no_lines_in_an_isothermal_atmosphere(isothermal):
    spectrum = synthesize(isothermal, WAVELENGTH, LINES)
    # scattering, 1e-4..1e-2 of the opacity at the surface, keeps the continuum's source a little below B
    np.testing.assert_allclose(spectrum.normalized, 1.0, atol=2e-3)
    planck = 2 * 6.62607015e-27 * 2.99792458e10**2 / (6439e-8) ** 5 / np.expm1(1.438776877 / 6439e-8 / 5500)
    # pi B in erg s-1 cm-2 A-1; the wavelength varies by 6 A in 6439
    np.testing.assert_allclose(spectrum.continuum, np.pi * planck * 1e-8, rtol=4e-3)


def test_equivalent_width_of_a_weak_line_goes_as_gf(grey_sun):
    # the wing of H alpha is in the spectrum too
    empty = synthesize(grey_sun, WAVELENGTH, LINES, log_gf=LINES.log_gf - 30.0).normalized

    def width(shift):
        normalized = synthesize(grey_sun, WAVELENGTH, LINES, log_gf=LINES.log_gf + shift).normalized
        return np.trapezoid(empty - normalized, WAVELENGTH)

    # at this strength (1e-3 deep) saturation is of the order of the depth
    assert width(-4.7) / width(-5.0) == pytest.approx(10**0.3, rel=5e-3)


def test_flux_at_a_wavelength_does_not_depend_on_the_others(grey_sun):
    whole = synthesize(grey_sun, WAVELENGTH, LINES)
    other = WAVELENGTH.copy()
    other[150:-1] += 0.3 * np.diff(WAVELENGTH)[0]
    np.testing.assert_allclose(synthesize(grey_sun, other, LINES).flux[:150], whole.flux[:150], rtol=1e-10)


def test_two_windows_at_once_are_each_alone(grey_sun):
    apart = np.concatenate([WAVELENGTH, WAVELENGTH + 300.0])
    both = synthesize(grey_sun, apart, LINES)
    for half, wavelength in ((slice(300), WAVELENGTH), (slice(300, 600), WAVELENGTH + 300.0)):
        # the grid of the continuum lies elsewhere: linear within 1 A
        np.testing.assert_allclose(both.normalized[half], synthesize(grey_sun, wavelength, LINES).normalized, atol=1e-5)


@pytest.mark.parametrize(
    ("wavelength", "words"),
    [([6430.0, np.nan, 6432.0], "finite"), ([6432.0, 6431.0], "increasing"), ([643.0, 644.0], "is it in nm")],
)
def test_refuses_wavelengths_that_are_none(grey_sun, wavelength, words):
    with pytest.raises(ValueError, match=words):
        synthesize(grey_sun, wavelength, LINES)


def test_a_window_without_lines_is_its_continuum(grey_sun):
    spectrum = synthesize(grey_sun, WAVELENGTH + 1500.0, LINES)
    # the wings of Paschen lines reach everywhere
    np.testing.assert_allclose(spectrum.normalized, 1.0, atol=5e-3)


def test_hydrogen_of_a_list_is_not_counted_twice(grey_sun):
    wavelength = np.arange(6555.0, 6570.0, 0.1)
    lines = make_line_list([6564.6], ["H"], [0], [10.2], [0.7])
    with_line, without = (synthesize(grey_sun, wavelength, each).normalized for each in (lines, LINES))
    assert without.min() < 0.6
    np.testing.assert_allclose(with_line, without, rtol=1e-6)  # wings of the other lines, far away


@pytest.fixture(scope="module")
def synthesizer():
    return prepare_synthesis(WAVELENGTH, LINES)


def test_a_prepared_synthesis_is_the_same_compiled_or_mapped(grey_sun, synthesizer):
    expected = synthesize(grey_sun, WAVELENGTH, LINES).flux
    np.testing.assert_allclose(jax.jit(lambda model: synthesizer(model).flux)(grey_sun), expected, rtol=1e-10)
    np.testing.assert_allclose(jax.jit(Synthesizer.__call__)(synthesizer, grey_sun).flux, expected, rtol=1e-10)
    anew = jax.jit(lambda model: synthesize(model, WAVELENGTH, LINES).flux)(grey_sun)
    np.testing.assert_allclose(anew, expected, rtol=1e-10)
    two = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), grey_sun)
    np.testing.assert_allclose(jax.vmap(lambda model: synthesizer(model).flux)(two)[1], expected, rtol=1e-10)


def test_a_reported_synthesis_is_the_same(grey_sun, monkeypatch):
    monkeypatch.setattr("kurucz_a1.spectrum.synthesis.REPORT_CHUNKS", 3)
    told = []
    wavelength = np.arange(6436.0, 6442.0, 0.01)
    found = synthesize(grey_sun, wavelength, LINES, report=lambda *counts: told.append(counts))
    np.testing.assert_allclose(found.flux, synthesize(grey_sun, wavelength, LINES).flux, rtol=1e-12)
    assert told[-1] == (len(wavelength), len(wavelength)) and len(told) > 2
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(told))


def test_derivatives_by_log_gf_of_each_line(grey_sun, synthesizer):
    """Those of automatic differentiation; a line outside of the window has none."""
    lines = np.array([2, 0])
    found = synthesizer.by_log_gf(grey_sun, lines)
    for column, line in enumerate(lines):
        along = jnp.zeros(len(LINES)).at[line].set(1.0)
        _, slope = jax.jvp(
            lambda values: synthesizer(grey_sun, log_gf=values).normalized, (jnp.asarray(LINES.log_gf),), (along,)
        )
        # profiles are of single precision
        np.testing.assert_allclose(found[:, column], slope, rtol=1e-6, atol=1e-9)
    weak = make_line_list([6300.0, 6438.0], ["Fe", "Fe"], [0, 0], [4.0, 4.0], [-5.0, -2.0])
    elsewhere = prepare_synthesis(WAVELENGTH, weak).by_log_gf(grey_sun, [0, 1])
    assert np.all(elsewhere[:, 0] == 0.0) and np.abs(elsewhere[:, 1]).max() > 1e-3


def test_intensities_make_up_the_flux(grey_sun, synthesizer):
    """2 pi times the integral of I mu over mu, by Gauss-Legendre points other than those of the flux itself."""
    nodes, weights = np.polynomial.legendre.leggauss(9)
    mu = 0.5 * (nodes + 1.0)
    found = synthesizer.intensities(grey_sun, mu)
    flux = np.pi * (weights * mu) @ np.asarray(found.intensity)
    spectrum = synthesizer(grey_sun)
    # five points are good to 2e-4 on a grey atmosphere, lines included
    np.testing.assert_allclose(flux, spectrum.flux, rtol=5e-4)
    # a grey atmosphere darkens by Eddington's law: I(mu)/I(1) = (2 + 3 mu)/5 bolometrically, less in the red
    ratio = np.asarray(found.continuum[0] / found.continuum[-1]).mean()
    assert (2 + 3 * mu[0]) / (2 + 3 * mu[-1]) < ratio < 0.7
    one = synthesizer.intensities(grey_sun, mu[4])
    np.testing.assert_allclose(one.intensity, found.intensity[4:5], rtol=1e-12)


def test_air_and_vacuum_are_the_same_spectrum(grey_sun):
    air = synthesize(grey_sun, WAVELENGTH, LINES)
    vacuum = synthesize(grey_sun, air_to_vacuum(WAVELENGTH), LINES, medium="vacuum")
    np.testing.assert_allclose(vacuum.flux, air.flux, rtol=1e-10)


def test_microturbulence_defaults_to_that_of_the_model(grey_sun):
    given = synthesize(grey_sun, WAVELENGTH, LINES, vmic=jnp.asarray(1.0))
    np.testing.assert_array_equal(synthesize(grey_sun, WAVELENGTH, LINES).flux, given.flux)


def _mean_normalized(atmosphere, temperature, metals, vmic, log_gf, calcium):
    model = replace(atmosphere, temperature=atmosphere.temperature * (1 + temperature), feh=atmosphere.feh + metals)
    fractions = model_fractions(model).at[CALCIUM].multiply(10.0**calcium)
    log_gf = jnp.asarray(LINES.log_gf) + log_gf
    return jnp.mean(synthesize(model, WAVELENGTH, LINES, vmic=vmic, log_gf=log_gf, fractions=fractions).normalized)


CALCIUM = 19
START = (0.0, 0.0, 1.0, jnp.zeros(3), 0.0)
DIRECTIONS = {
    "temperature": (1.0, 0.0, 0.0, jnp.zeros(3), 0.0),
    "metallicity": (0.0, 1.0, 0.0, jnp.zeros(3), 0.0),
    "microturbulence": (0.0, 0.0, 1.0, jnp.zeros(3), 0.0),
    "log gf of calcium": (0.0, 0.0, 0.0, jnp.array([0.0, 1.0, 0.0]), 0.0),
    "abundance of calcium": (0.0, 0.0, 0.0, jnp.zeros(3), 1.0),
}


@pytest.fixture(scope="module")
def gradient(grey_sun):
    return jax.grad(lambda x: _mean_normalized(grey_sun, *x))(START)


@pytest.mark.parametrize("argument", DIRECTIONS)
def test_derivatives(grey_sun, gradient, argument):
    """Reverse derivatives against central differences of fourth order."""
    size = 1e-3 if argument == "temperature" else 1e-2

    def difference(step: float) -> float:
        ends = (
            _mean_normalized(grey_sun, *(x + sign * step * d for x, d in zip(START, DIRECTIONS[argument], strict=True)))
            for sign in (1, -1)
        )
        return float(next(ends) - next(ends))

    derivative = sum(float(jnp.sum(g * d)) for g, d in zip(gradient, DIRECTIONS[argument], strict=True))
    expected = (8.0 * difference(size) - difference(2.0 * size)) / (12.0 * size)
    # profiles are of single precision: 1e-8 of a flux that changes by 3e-5 with the microturbulence
    assert derivative == pytest.approx(expected, rel=3e-4)


def test_stronger_lines_are_deeper(gradient):
    assert np.all(np.asarray(gradient[3]) < 0)
    assert gradient[1] < 0  # more metals, less light
    assert gradient[2] < 0  # more turbulence spreads saturated lines
    # more atoms are stronger lines; the electrons that they give are one in a hundred
    assert gradient[4] == pytest.approx(float(gradient[3][1]), rel=0.03)


def test_refuses_many_models(grey_sun):
    two = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), grey_sun)
    with pytest.raises(ValueError, match="one model"):
        synthesize(two, WAVELENGTH, LINES)


def test_refuses_an_unknown_medium(grey_sun):
    with pytest.raises(ValueError, match="'air' or 'vacuum'"):
        synthesize(grey_sun, WAVELENGTH, LINES, medium="water")


def test_lines_of_absorbers_that_the_gas_lacks_are_left_out(grey_sun):
    names, stages = [*LINES.species, "ZrO", "Fe", "CH"], [*LINES.ion_stage, 0, 6, 1]
    energies, log_gf = [*LINES.lower_energy, 0.1, 9.0, 0.1], [*LINES.log_gf, 0.0, 0.0, 0.0]
    more = make_line_list([*LINES.wavelength, 6440.0, 6440.1, 6440.2], names, stages, energies, log_gf)
    without = more[[k for k in range(len(more)) if (more.species[k], more.ion_stage[k]) not in ABSENT]]
    with pytest.warns(
        LeftOut, match=rf"3 of {len(more)} lines left out, those of CH \+, Fe \+\+\+\+\+\+, ZrO: the gas holds"
    ):
        spectrum = synthesize(grey_sun, WAVELENGTH, more)
    np.testing.assert_array_equal(spectrum.flux, synthesize(grey_sun, WAVELENGTH, without).flux)


def test_says_so_when_the_line_list_is_missing(grey_sun, tmp_path):
    with pytest.raises(BadFile):
        synthesize(grey_sun, WAVELENGTH, tmp_path / "none.csv")


def test_every_line_of_the_table_says_where_it_comes_from():
    import pandas as pd

    table = pd.read_csv(LINES_6430_6450, comment="#", keep_default_na=False)
    for column in ("log_gf_reference", "read_in", "cross_check"):
        assert table[column].str.len().min() > 10
    assert not table["log_gf_reference"].str.contains("not stated").any()
    assert len(read_csv(LINES_6430_6450)) == len(table)
    assert table["wavelength_air_angstrom"].between(6429.5, 6450.5).all()


def test_the_sun(atlas_sun, reference_data):
    """Depth of the strong lines in the Sun, observed with HARPS by reflection."""
    from kurucz_a1.spectrum.comparison import broaden, fit_broadening, shifted
    from kurucz_a1.spectrum.observed import read_observed

    wavelength = np.arange(6429.0, 6451.0, 0.01)
    spectrum = synthesize(atlas_sun, wavelength, LINES_6430_6450, vmic=1.0)
    observed = read_observed(reference_data / "sun" / "sun_harps_ganymede.fits", (6429.0, 6451.0))
    macroturbulence, velocity = fit_broadening(spectrum, observed, (6430.0, 6450.0), resolution=115000.0)
    assert 2.0 < macroturbulence < 4.5  # the Sun's is about 3 km/s (Gray 2005)
    assert abs(velocity) < 2.0  # HARPS spectra are in the frame of the solar system's barycentre
    model = broaden(wavelength, spectrum.normalized, macroturbulence, resolution=115000.0)
    place = shifted(observed, velocity)
    for centre in (6430.845, 6432.676, 6439.075, 6449.808):
        near = np.abs(place - centre) < 0.1
        depth = 1 - observed.normalized[near].min()
        # LTE, one dimension: calcium cores are too shallow and iron cores too deep by up to 0.06 of the continuum
        assert 1 - np.interp(place[near], wavelength, model).min() == pytest.approx(depth, abs=0.08)


def test_memory_does_not_grow_with_the_window(grey_sun):
    """What XLA sets aside besides arguments and results, at a given number of lines: with finer steps next to nothing,
    with a longer window the continuum's few numbers a depth every Angstrom. So it is along a derivative."""
    lines = make_line_list(np.arange(5000.0, 5010.0, 0.5), ["Fe"] * 20, [0] * 20, [3.0] * 20, [-2.0] * 20)
    depths = len(grey_sun.temperature)

    def extra(length, step, function):
        synthesizer = prepare_synthesis(np.arange(5000.0, 5000.0 + length, step), lines)
        compiled = jax.jit(lambda model: function(synthesizer, model)).lower(grey_sun).compile()
        return compiled.memory_analysis().temp_size_in_bytes / 8

    def flux(synthesizer, model):
        return synthesizer(model).flux

    def along(synthesizer, model):
        return jax.jvp(
            lambda scale: synthesizer(replace(model, temperature=scale * model.temperature)).flux, (1.0,), (1.0,)
        )

    for function, arrays in ((flux, 1), (along, 2)):
        short = extra(10.0, 0.005, function)
        # flux and continuum, and a copy of each; an array over depth would be 40 numbers a wavelength
        assert extra(10.0, 0.00125, function) - short < 8 * 6000
        # absorption, scattering, mean intensity and hydrogen, before and after blocks are joined; angles would be more
        assert extra(410.0, 0.005, function) - short < arrays * 400 * depths * 8 + 8 * 80_000
