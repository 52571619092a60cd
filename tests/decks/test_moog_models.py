"""Models for MOOG as it reads them: titles, columns, microturbulence, abundances."""

import numpy as np
import pytest

from kurucz_a1 import check_decks, read_deck, write_deck
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.physics.abundances import SYMBOLS, number_fractions
from kurucz_a1.physics.constants import BOLTZMANN


@pytest.fixture(scope="module")
def sun():
    return next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)


def rows(model, columns=7):
    """The layers as an ATLAS deck has them, cut after some columns."""
    names = [*FIELD_NAMES]
    table = np.stack([np.asarray(getattr(model, name)) for name in names] + [np.full(80, 2e5)], axis=1)[:, :columns]
    return ["".join(f" {value:.8E}" for value in row) for row in table]


def model_of(sun, title="TEFF   5777.  GRAVITY 4.44000 LTE", ntau="NTAU=        80", columns=7, tail=None):
    tail = ["     1.00E+05", "NATOMS     0   0.00", "NMOL       0"] if tail is None else tail
    return "\n".join(["KURUCZ", title, ntau, *rows(sun, columns), *tail]) + "\n"


@pytest.fixture
def read(tmp_path):
    def read_text(text, **labels):
        (tmp_path / "model").write_text(text)
        return read_deck(tmp_path / "model", **labels)

    return read_text


@pytest.mark.parametrize("line", ["     1.00E+05", "    1.0E00", "1.0", " 1.0D+00  0.0  0.0", "1"])
def test_microturbulence_stands_below_the_layers(sun, read, line, tmp_path):
    """1 km/s, in cm/s or in km/s where it is below 100; the column at the end of a layer, 2 km/s here, is not read."""
    model = read(model_of(sun, tail=[line, "NATOMS     0   0.00", "NMOL 0"]))
    assert float(model.vturb) == 1.0
    write_deck(tmp_path / "again", model, program="moog")
    assert float(read_deck(tmp_path / "again").vturb) == 1.0


def test_a_microturbulence_for_each_layer(sun, read, tmp_path):
    speeds = np.linspace(1.0, 2.58, 80)
    lines = ["".join(f"{value:13.4f}" for value in speeds[k : k + 6]) for k in range(0, 80, 6)]
    model = read(model_of(sun, tail=[*lines, "NATOMS     0   0.00"]))
    np.testing.assert_allclose(model.extra["microturbulence"], speeds * 1e5, rtol=1e-4)
    assert float(model.vturb) == pytest.approx(np.median(speeds), abs=1e-4)
    write_deck(tmp_path / "again", model, program="moog")
    np.testing.assert_allclose(read_deck(tmp_path / "again").extra["microturbulence"], speeds * 1e5, rtol=5e-4)
    with pytest.raises(BadFile, match=r"expected the microturbulence, found 'NATOMS 0 0\.00'"):
        read(model_of(sun, tail=[*lines[:-1], "NATOMS     0   0.00"]))


def test_abundances_below_the_layers(sun, read):
    """Those given are taken as they are; the others are those of Asplund et al. (2009) with [M/H] -1."""
    tail = ["1.0E+05", "natoms     2  -1.00", "       6.0      8.20       8.0      8.60", "nmol       0"]
    model = read(model_of(sun, tail=tail))
    assert (float(model.feh), float(model.afe)) == (-1.0, 0.0)
    fractions = np.asarray(model.number_fractions)
    assert fractions.sum() == pytest.approx(1.0, abs=1e-12)
    scale = 12.0 + np.log10(fractions / fractions[0])
    np.testing.assert_allclose(scale[[5, 7]], [8.20, 8.60], atol=1e-10)
    assert scale[25] == pytest.approx(7.50 - 1.0, abs=5e-3)  # log eps of iron, Asplund et al. 2009, Table 1


def test_every_abundance_survives(sun, read, tmp_path):
    tail = ["1.0E+05", "NATOMS     1  -0.50", " 26 7.10"]
    model = read(model_of(sun, tail=tail))
    write_deck(tmp_path / "again", model, program="moog")
    again = read_deck(tmp_path / "again").number_fractions
    listed = np.array([symbol not in ("Tc", "Pm") for symbol in SYMBOLS[:83]])
    # three decimals of log eps
    np.testing.assert_allclose(np.log10(again)[:83][listed], np.log10(model.number_fractions)[:83][listed], atol=6e-4)


@pytest.mark.parametrize("title", ["my Sun, interpolated", "TEFF = 5777.0, LOGG = 4.44", "Teff= 5777    log g= 4.44"])
def test_the_second_line_is_a_title(sun, read, title):
    text = model_of(sun, title=title, columns=5)
    with pytest.raises(BadFile, match="does not state teff; give it with teff="):
        read(text)
    model = read(text, teff=5777.0, logg=4.44)
    assert (float(model.teff), float(model.logg), float(model.temperature[0])) == (5777.0, 4.44, sun.temperature[0])


@pytest.mark.parametrize("ntau", ["NTAU        80", "ntau=       80", "NTAU=80", "layers    80", "ntau = 80"])
def test_the_number_of_layers(sun, read, ntau):
    assert len(read(model_of(sun, ntau=ntau)).temperature) == 80


def test_five_columns(sun, read, tmp_path):
    """What MOOG reads is there; the radiative acceleration is not stated, and said so where a form needs it."""
    model = read(model_of(sun, columns=5))
    np.testing.assert_allclose(model.rosseland_opacity, sun.rosseland_opacity, rtol=1e-8)
    assert np.isnan(model.radiative_acceleration).all()
    ((_, findings),) = check_decks(tmp_path / "model")
    assert findings == ["it states no radiative acceleration, so that hydrostatic equilibrium cannot be checked"]
    write_deck(tmp_path / "again", model, program="moog")
    assert np.isnan(read_deck(tmp_path / "again").radiative_acceleration).all()
    with pytest.warns(LeftOut, match="no radiative acceleration"):
        write_deck(tmp_path / "atlas", model)
    assert not np.any(read_deck(tmp_path / "atlas").radiative_acceleration)


def test_pressures_and_logarithms(sun, read):
    """Electron pressures below 1e7 become densities by P = n k T, logarithms their numbers, as MOOG takes them."""
    table = [row.split() for row in rows(sun, 5)]
    electron_pressure = np.asarray(sun.electron_density * BOLTZMANN * sun.temperature)
    for pressure, electrons in (
        (np.asarray(sun.gas_pressure), electron_pressure),
        (np.log10(np.asarray(sun.gas_pressure)), np.log10(electron_pressure)),
    ):
        changed = [
            " ".join([mass, temperature, f"{p:.8E}", f"{e:.8E}", opacity])
            for (mass, temperature, _, _, opacity), p, e in zip(table, pressure, electrons, strict=True)
        ]
        text = "\n".join(["KURUCZ", "TEFF 5777. GRAVITY 4.44", "NTAU        80", *changed, "1.0", "NATOMS 0 0.0"])
        model = read(text)
        np.testing.assert_allclose(model.gas_pressure, sun.gas_pressure, rtol=1e-6)
        np.testing.assert_allclose(model.electron_density, sun.electron_density, rtol=1e-6)


def test_kurtype_has_the_opacities_of_the_package(sun, tmp_path):
    """Those of ATLAS-12 with its millions of lines, within 12 % of the Sun below log tau -3.75."""
    write_deck(tmp_path / "model", sun, program="moog_kurtype")
    model = read_deck(tmp_path / "model")
    np.testing.assert_allclose(model.rosseland_opacity[25:], sun.rosseland_opacity[25:], rtol=0.12)


def test_other_forms_of_moog_are_named(sun, read):
    with pytest.raises(BadFile, match="WEBMARCS is not read; KURUCZ and KURTYPE are"):
        read(model_of(sun).replace("KURUCZ", "WEBMARCS"))


def test_layers_are_read_as_a_list(sun, read):
    """Fortran's: whole numbers, commas, numbers of any width, blank lines between; a remark behind the last pair."""
    lines = model_of(sun, columns=5, tail=["1.0", "NATOMS 1 0.0", " 26 7.30   iron"]).split("\n")
    numbers = [float(word) for word in lines[3].split()]
    lines[3] = ",".join(f"{value:g}" for value in [numbers[0], 3751, *numbers[2:]])
    lines.insert(7, "")
    model = read("\n".join(lines))
    assert float(model.temperature[0]) == 3751.0 and len(model.temperature) == 80
    np.testing.assert_allclose(model.gas_pressure[0], sun.gas_pressure[0], rtol=1e-5)
    scale = 12.0 + np.log10(model.number_fractions[25] / model.number_fractions[0])
    assert float(scale) == pytest.approx(7.30, abs=1e-10)


def test_alpha_elements_that_are_listed_make_alpha(sun, read):
    """log eps of Asplund et al. (2009), Table 1, lowered by 1 and raised by 0.4: O 8.69, Ne 7.93, Mg 7.60, Si 7.51,
    S 7.12, Ar 6.40, Ca 6.34, Ti 4.95."""
    raised = {8: 8.69, 10: 7.93, 12: 7.60, 14: 7.51, 16: 7.12, 18: 6.40, 20: 6.34, 22: 4.95}
    pairs = [f" {z} {value - 0.6:.2f}" for z, value in raised.items()]
    model = read(model_of(sun, tail=["1.0", "NATOMS 8 -1.0", *pairs]))
    np.testing.assert_allclose([float(model.feh), float(model.afe)], [-1.0, 0.4], atol=6e-3)


def test_more_layers_than_ntau_are_told(sun, read):
    with pytest.raises(BadFile, match="another layer, though NTAU is 72"):
        read(model_of(sun, ntau="NTAU        72"))


@pytest.mark.parametrize(
    ("tail", "says"),
    [
        ([], "expected the microturbulence"),
        (["two"], "expected the microturbulence"),
        (["-1.0"], "is that of no star"),
        (["1.0"], "expected NATOMS"),
        (["1.0", "NATOMS"], "expected NATOMS"),
        (["1.0", "NATOMS 2 0.0", " 26 7.5"], "expected 2 pairs"),
        (["1.0", "NATOMS 1 0.0", " 26.5 7.5"], "expected 1 pairs"),
        (["1.0", "NATOMS 1 0.0", " 1 11.0"], "hydrogen has an abundance of 11"),
    ],
)
def test_what_follows_the_layers_is_checked(sun, read, tail, says):
    with pytest.raises(BadFile, match=says):
        read(model_of(sun, tail=tail))


def test_abundances_that_are_not_listed_are_those_of_asplund(sun, read):
    model = read(model_of(sun, tail=["1.0", "NATOMS 1 -0.3", " 3 2.0"]))
    expected = np.asarray(number_fractions(model.labels))
    others = np.array([0, 1, *range(3, 30)])
    np.testing.assert_allclose(np.asarray(model.number_fractions)[others], expected[others], rtol=1e-6)
