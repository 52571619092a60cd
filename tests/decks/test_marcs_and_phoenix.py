"""Structures of MARCS and PHOENIX: every number of the files, and what follows from them."""

import numpy as np
import pytest
from astropy.io import fits

from kurucz_a1 import check_decks, read_deck, synthesize, write_deck
from kurucz_a1.atmosphere.model import from_dataset
from kurucz_a1.errors import Approximation, BadFile
from kurucz_a1.physics.constants import BOLTZMANN, STEFAN_BOLTZMANN
from kurucz_a1.spectrum import LINES_6430_6450

SUN = "marcs/msun.mod"
GIANT = "marcs/s5000_g+3.0_m1.0_t02_st_z+0.00_a+0.00_c+0.00_n+0.00_o+0.00_r+0.00_s+0.00.mod"
DWARF = "marcs/p3500_g+5.0_m0.0_t01_x3_z-0.50_a+0.00_c+0.00_n+0.00_o+0.00_r+0.00_s+0.00.mod"
ARCTURUS = "marcs/4286g1.66m0.73z-0.52t2.0_C12C13_7_ArcturusDR15_17072018.mod"
PHOENIX = "phoenix/lte{}-{}-0.0.PHOENIX-ACES-AGSS-COND-2011.ATMOS.fits"
LABELS = [  # as the names and heads of the files state them
    (SUN, (5777, 4.44, 0.0, 0.0, 1), None),
    (GIANT, (5000, 3.0, 0.0, 0.0, 2), 3.6526e11),
    (DWARF, (3500, 5.0, -0.5, 0.0, 1), None),
    # its line of [Fe/H] holds something else; the name says -0.52
    (ARCTURUS, (4286, 1.66, -0.52, 0.35, 2), 1.4597e12),
]


@pytest.fixture
def folder(reference_data):
    return reference_data / "atmospheres"


@pytest.mark.parametrize(("name", "labels", "radius"), LABELS, ids=[row[0][:12] for row in LABELS])
def test_labels_of_marcs(reference_data, name, labels, radius):
    model = read_deck(reference_data / "atmospheres" / name)
    found = [float(model.labels.as_dict()[label]) for label in ("teff", "logg", "feh", "afe", "vturb")]
    np.testing.assert_allclose(found, labels, atol=6e-3)  # g has five digits, abundances two decimals
    assert (model.source, model.solar_pattern) == ("MARCS", "marcs2007")
    assert model.extra.get("radius") == radius or float(model.extra["radius"]) == radius


def test_layers_of_marcs(folder):
    """Layer 41, tau_Rosseland = 1, typed from msun.mod: T, Pe, Pg, Prad of its first table, RHOX of its second."""
    model = read_deck(folder / SUN)
    assert model.temperature.shape == (56,)
    assert float(model.temperature[40]) == 6235.2
    assert float(model.gas_pressure[40]) == 1.187e5
    assert float(model.electron_density[40] * BOLTZMANN * model.temperature[40]) == pytest.approx(40.06, rel=1e-12)
    assert (float(model.temperature[0]), float(model.column_mass[0])) == (4066.8, 9.747804e-3)
    assert float(model.extra["tau_5000"][0]) == pytest.approx(10**-4.9174, rel=1e-12)
    # the file's own Rosseland scale, in steps of 0.2 and 0.1, to the accuracy of integrals over 56 layers
    scale = np.concatenate([np.arange(-5.0, -3.01, 0.2), np.arange(-3.0, 1.01, 0.1), np.arange(1.2, 2.01, 0.2)])
    np.testing.assert_allclose(model.log_tau, scale, atol=0.01)


def test_a_model_of_marcs_is_in_equilibrium(folder):
    """Plane-parallel ones are, to four digits of the pressures; of spherical ones it is said that it is not checked."""
    assert [found for name in (SUN, DWARF) for _, found in check_decks(folder / name)] == [[], []]
    ((_, said),) = check_decks(folder / GIANT)
    assert said == ["it is spherical, so that hydrostatic equilibrium cannot be checked"]


@pytest.mark.parametrize(("teff", "logg"), [("05500", "4.50"), ("09600", "4.00")])
def test_phoenix(folder, teff, logg):
    """T, P and n_e to the digits of the file; mass by equilibrium, so that Eddington's T(2/3) = Teff holds to 4 %.

    Lines warm this depth by 3 % in the Sun."""
    path = folder / PHOENIX.format(teff, logg)
    model = read_deck(path)
    with fits.open(path) as units:
        table, header = units["ATMOSPHERE"].data, units[0].header
        for name, values in (("temp", model.temperature), ("pgas", model.gas_pressure)):
            np.testing.assert_array_equal(values, table[name].astype(float))
        electron_pressure = np.asarray(model.electron_density * BOLTZMANN * model.temperature)
        np.testing.assert_allclose(electron_pressure, table["pe"].astype(float), rtol=1e-12)
        assert float(model.extra["radius"]) == header["PHXREFF"]
    assert [float(model.teff), float(model.logg), float(model.vturb)] == [float(teff), float(logg), 1.0]
    assert np.interp(np.log10(2 / 3), model.log_tau, model.temperature) == pytest.approx(float(teff), rel=0.04)
    # P = g m without radiation, which lifts a few per cent at 9600 K
    ratio = np.asarray(model.gas_pressure / (10.0**model.logg * model.column_mass))[20:]
    assert np.all((ratio > 0.9) & (ratio <= 1.0))
    ((_, said),) = check_decks(path)
    assert said == ["it states no column mass, so that hydrostatic equilibrium cannot be checked"]


def test_a_spectrum_from_marcs_and_phoenix(folder):
    """Ca I 6439.075 A is the strongest line of the window in the Sun, 0.75 deep before broadening, and no narrower in a
    dwarf of 5500 K."""
    wavelength = np.arange(6438.0, 6440.0, 0.02)
    spectra = [synthesize(read_deck(folder / SUN), wavelength, LINES_6430_6450)]
    with pytest.warns(Approximation, match="plane-parallel"):
        spectra.append(synthesize(read_deck(folder / PHOENIX.format("05500", "4.50")), wavelength, LINES_6430_6450))
    for spectrum in spectra:
        assert wavelength[np.argmin(spectrum.normalized)] == pytest.approx(6439.075, abs=0.021)
        assert 0.6 < 1.0 - float(np.min(spectrum.normalized)) < 0.9


def test_a_spherical_model_keeps_its_radius(folder, tmp_path):
    model = read_deck(folder / GIANT)
    assert float(from_dataset(model.to_dataset()).extra["radius"]) == 3.6526e11
    flux = np.asarray(model.extra["convective_flux"]) * 4.0 * np.pi / (STEFAN_BOLTZMANN * 5000.0**4)
    assert 0.5 < flux.max() < 1.0  # its own column Fconv/F
    write_deck(tmp_path / "again.mod", model, program="korg")
    assert "3.6526E+11 Radius" in (tmp_path / "again.mod").read_text()


@pytest.mark.parametrize("name", [SUN, GIANT])
def test_marcs_written_and_read_again(folder, name, tmp_path):
    """No digit of what both files hold is lost, but those of the mass beyond seven."""
    model = read_deck(folder / name)
    write_deck(tmp_path / "again.mod", model, program="korg")
    back = read_deck(tmp_path / "again.mod")
    for name in ("temperature", "gas_pressure", "rosseland_opacity", "electron_density"):
        np.testing.assert_allclose(getattr(back, name), getattr(model, name), rtol=5.1e-5, err_msg=name)
    np.testing.assert_allclose(back.column_mass, model.column_mass, rtol=5.1e-7)
    np.testing.assert_allclose(back.number_fractions[:92], model.number_fractions[:92], rtol=1e-9, atol=1e-19)
    for name in ("density", "tau_5000", "convective_velocity"):
        np.testing.assert_allclose(back.extra[name], model.extra[name], rtol=5.1e-4, err_msg=name)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("56 Number of depth points", "57 Number of depth points", "expected layer 57 of 57"),
        ("Surface gravity", "Surfaze gravity", "without the line of its gravity"),
        ("Microturbulence", "Nothing", "without the line of its vturb"),
        (" KappaRoss ", " Kappa ", "expected the heading"),
        ("  12.00  10.93", "  12.00       ", "abundances of 92 elements"),
        ("6235.2", "-235.2", "T is -235.2"),
        ("6235.2", "6x35.2", "not a number"),
    ],
)
def test_damage_to_marcs_is_told(folder, tmp_path, old, new, says):
    text = (folder / SUN).read_text()
    assert old in text
    (tmp_path / "broken.mod").write_text(text.replace(old, new, 1))
    with pytest.raises(BadFile, match=says) as caught:
        read_deck(tmp_path / "broken.mod")
    assert "\n" not in str(caught.value)


def test_damage_to_phoenix_is_told(folder, tmp_path):
    data = (folder / PHOENIX.format("05500", "4.50")).read_bytes()
    (tmp_path / "a.fits").write_bytes(data[: len(data) // 2])
    with pytest.raises(BadFile, match="not a whole"):
        read_deck(tmp_path / "a.fits")
    (tmp_path / "a.fits").write_bytes(data.replace(b"PHXLOGG ", b"PHXLOGX "))
    with pytest.raises(BadFile, match="PHXLOGG"):
        read_deck(tmp_path / "a.fits")


@pytest.mark.parametrize(("teff", "logg"), [("05500", "4.50"), ("09600", "4.00")])
def test_phoenix_in_the_form_of_marcs(folder, teff, logg, tmp_path):
    """Its first layers lie above log tau -9, beyond the digits that the form gives the fourth decimal."""
    model = read_deck(folder / PHOENIX.format(teff, logg))
    write_deck(tmp_path / "again.mod", model, program="korg")
    back = read_deck(tmp_path / "again.mod")
    np.testing.assert_allclose(back.temperature, model.temperature, atol=0.051)
    np.testing.assert_allclose(back.column_mass, model.column_mass, rtol=6e-7)
    assert back.solar_pattern == "asplund2009" and float(back.extra["radius"]) == pytest.approx(
        float(model.extra["radius"]), rel=1e-4
    )


def test_radiation_pressure_does_not_grow_by_copies(folder, tmp_path):
    """Prad of the first layer, 1.488 dyn cm-2 in msun.mod, is that of every copy of a copy."""
    path = folder / SUN
    for copy in range(3):
        write_deck(tmp_path / f"{copy}.mod", read_deck(path), program="korg")
        path = tmp_path / f"{copy}.mod"
    assert float(read_deck(path).extra["surface_radiation_pressure"]) == pytest.approx(1.488, abs=1e-6)
