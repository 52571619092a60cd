"""Equivalent widths: against synthesis, against derivatives by differences, and against the Sun."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from scipy.optimize import curve_fit

from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.spectrum import SOLAR_LINES, synthesize
from kurucz_a1.spectrum.equivalent_widths import prepare_equivalent_widths
from kurucz_a1.spectrum.package_lines import LINES_6430_6450, read_package_lines, read_solar_lines
from kurucz_a1.spectrum.solar_widths import compare_widths, summarize_widths, width_effects


@pytest.fixture(scope="module")
def solar():
    """(LineList, table, EquivalentWidths) of the package's solar lines."""
    lines, table = read_solar_lines()
    return lines, table, prepare_equivalent_widths(lines)


def test_a_width_is_that_of_a_spectrum_of_the_line_alone(grey_sun):
    line = make_line_list([6000.0], ["Fe"], [0], [3.0], [-1.5])
    found = prepare_equivalent_widths(line)(grey_sun, vmic=1.0)[0]
    wavelength = np.arange(5997.0, 6003.0, 0.005)
    lines, empty = (
        synthesize(grey_sun, wavelength, line, medium="vacuum", vmic=1.0, log_gf=line.log_gf + shift).flux
        for shift in (0.0, -30.0)
    )
    # wings beyond 1.5 A, and the step
    assert found == pytest.approx(1e3 * np.trapezoid(1.0 - lines / empty, wavelength), rel=5e-3)
    assert 30.0 < found < 200.0


def test_a_neighbour_changes_nothing(grey_sun):
    alone = make_line_list([6000.0], ["Fe"], [0], [3.0], [-1.5])
    both = make_line_list([6000.0, 6000.2], ["Fe", "Ni"], [0, 0], [3.0, 2.0], [-1.5, -1.0])
    one, two = (prepare_equivalent_widths(lines)(grey_sun, vmic=1.0)[0] for lines in (alone, both))
    assert two == pytest.approx(float(one), rel=1e-4)  # the continuum is interpolated between other points


def test_derivatives_by_log_gf_are_differences(grey_sun, solar):
    lines, _, widths = solar
    found = widths.by_log_gf(grey_sun, vmic=1.0)
    up, down = (widths(grey_sun, vmic=1.0, log_gf=lines.log_gf + shift) for shift in (0.01, -0.01))
    np.testing.assert_allclose(found, (up - down) / 0.02, rtol=1e-3)
    # nothing grows faster than on the linear part of the curve of growth
    assert jnp.all(found < 1.02 * np.log(10.0) * widths(grey_sun, vmic=1.0))


def test_iron_of_the_sun(atlas_sun, solar):
    """ATLAS-12's Sun with iron 7.50 (Asplund et al. 2009): LTE analyses find 7.40 to 7.55 with it, and the lines
    scatter by what their log gf and widths are wrong, 0.05 to 0.08 dex."""
    summary = summarize_widths(compare_widths({"ATLAS-12": atlas_sun}, vmic=1.0)).iloc[0]
    assert summary["lines"] == len(solar[0])
    assert abs(summary["fe1_mean"]) < 0.1
    assert summary["fe1_scatter"] < 0.08
    # ionisation balance and excitation, each to what 20 K and 0.05 in log g would change
    assert abs(summary["fe2_minus_fe1"]) < 0.05
    assert abs(summary["fe1_by_energy"]) < 0.02
    assert summary["against_reference"] == 0.0 == summary["error_of_rms"]


def test_effects_are_those_of_the_curve_of_growth(atlas_sun):
    effects = width_effects(atlas_sun, vmic=1.0).set_index("effect")["rms"]
    assert 0.01 < effects["microturbulence + 0.1 km/s"] < 0.05
    assert 0.005 < effects["temperature + 20 K in 5777"] < 0.04  # 0.01 dex per 10 K for neutral iron
    assert 0.013 < effects["measured widths, 3 %"] < 0.05  # at least 0.03 / ln 10 where lines are weak


def test_measured_widths_are_those_of_the_sun(solar, reference_data):
    """An independent measurement: a Gaussian and a level within 0.25 A of each line in sunlight reflected by Ganymede,
    HARPS. Blends and the continuum make it differ by several per cent a line."""
    _, table, _ = solar
    with fits.open(reference_data / "sun" / "sun_harps_ganymede.fits") as units:
        header, flux = units[0].header, units[0].data.astype(float)
    wavelength = header["CRVAL1"] + header["CDELT1"] * np.arange(flux.size)
    ratios = []
    for centre, width in zip(table["wavelength_air_angstrom"], table["equivalent_width_mA"], strict=True):
        near = np.abs(wavelength - centre) < 1.5
        if not 20.0 < width < 80.0 or near.sum() < 200 or np.any(flux[near] <= 0):
            continue
        level = np.quantile(flux[near], 0.95)
        # the planet's motion: the deepest point nearby
        inside = np.abs(wavelength - centre) < 0.15
        shift = wavelength[inside][np.argmin(flux[inside])]
        use = np.abs(wavelength - shift) < 0.15
        (depth, _, sigma), _ = curve_fit(
            lambda x, depth, place, sigma: 1.0 - depth * np.exp(-0.5 * ((x - place) / sigma) ** 2),
            wavelength[use],
            flux[use] / level,
            [0.4, shift, 0.05],
        )
        ratios.append(1e3 * depth * abs(sigma) * np.sqrt(2.0 * np.pi) / width)
    assert len(ratios) > 40
    assert np.median(ratios) == pytest.approx(1.0, abs=0.04)
    assert np.median(np.abs(np.array(ratios) - 1.0)) < 0.06


def test_every_row_says_where_it_comes_from():
    table = pd.read_csv(SOLAR_LINES, comment="#", keep_default_na=False)
    assert len(table) <= 100
    for column in ("log_gf_reference", "equivalent_width_reference", "read_in"):
        assert (table[column].str.len() > 5).all(), column
    assert ((table["van_der_waals"] != "") == (table["van_der_waals_reference"] != "")).all()
    assert table["equivalent_width_mA"].between(5.0, 110.0).all()


def test_a_line_of_both_tables_counts_once():
    lines = read_package_lines()
    iron = (lines.species == "Fe") & (lines.ion_stage == 1) & (np.abs(lines.wavelength_air - 6432.68) < 0.05)
    assert iron.sum() == 1
    assert len(lines) > len(pd.read_csv(LINES_6430_6450, comment="#"))


def test_widths_are_mapped_and_compiled(grey_sun, solar):
    _, _, widths = solar
    found = jax.jit(jax.vmap(lambda vmic: widths(grey_sun, vmic=vmic)))(jnp.array([0.5, 2.0]))
    # microturbulence strengthens saturated lines and leaves weak ones
    ratio = np.asarray(found[1] / found[0])
    assert ratio.min() > 0.99 and ratio.max() > 1.2
