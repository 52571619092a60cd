"""Models in the forms of other programs, read as those read them."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1 import read_deck, write_deck
from kurucz_a1.atmosphere import stack
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import PROGRAMS, check_decks
from kurucz_a1.errors import BadFile
from kurucz_a1.physics.abundances import solar_log_fractions
from kurucz_a1.physics.constants import BOLTZMANN

ONE_MODEL = [name for name in PROGRAMS if not name.startswith("atlas")]


@pytest.fixture(scope="module")
def models():
    """The Sun, and a metal-poor, alpha-rich model whose radiation pulls inward at the top, both of ATLAS-12."""
    all_models = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)]
    sun = next(m for m in all_models if m.teff == 5777.0)
    poor = next(m for m in all_models if m.feh < -1.0 and m.afe > 0.2)
    push = poor.radiative_acceleration.at[0].set(-3.951e-1)  # seen in decks; the form of ATLAS leaves it no blank
    return {"sun": sun, "poor": replace(poor, radiative_acceleration=push)}


@pytest.fixture(params=["sun", "poor"])
def model(models, request):
    return models[request.param]


@pytest.mark.parametrize("program", ["atlas12", "synthe", "turbospectrum", "pysme", "moog"])
def test_round_trip_keeps_every_digit(model, program, tmp_path):
    write_deck(tmp_path / "model", model, program=program)
    back = read_deck(tmp_path / "model")
    for name in FIELD_NAMES:  # the models are ATLAS-12's own, rounded as the forms round
        np.testing.assert_array_equal(getattr(back, name), getattr(model, name), err_msg=name)
    assert (round(float(back.teff)), float(back.vturb)) == (round(float(model.teff)), float(model.vturb))
    # abundances to 0.01 dex in the form of ATLAS9, where those of the Sun have two decimals: all are rounded one way
    np.testing.assert_allclose([back.feh, back.afe, back.logg], [model.feh, model.afe, model.logg], atol=0.0051)
    write_deck(tmp_path / "model", back, program=program, title="again")
    write_deck(tmp_path / "again", read_deck(tmp_path / "model"), program=program, title="again")
    assert (tmp_path / "again").read_text() == (tmp_path / "model").read_text()


@pytest.mark.parametrize("program", ["atlas12", "synthe", "turbospectrum", "pysme", "moog", "korg"])
def test_who_made_a_model_is_not_lost(models, program, tmp_path):
    source = "a network of ours with a name that is as long as nobody needs it to be"
    write_deck(tmp_path / "model", replace(models["sun"], source=source), program=program)
    back = read_deck(tmp_path / "model")
    assert back.source == source[: len(back.source)] and len(back.source) > 45
    ((_, complaints),) = check_decks(tmp_path / "model")
    assert complaints, "a model of others passes for one of ATLAS-12"


def test_moog_lists_of_others(models, tmp_path):
    """Hydrogen may lead; where all elements are listed and follow no solar pattern, iron says what [M/H] is, not the
    number that MOOG applies to unlisted elements; nonsense is refused in one line."""
    write_deck(tmp_path / "model", models["sun"], program="moog")
    text = (tmp_path / "model").read_text()
    count, iron_pair = "NATOMS       91   0.000\n", "  26   7.496"
    assert count in text and iron_pair in text

    def read(changed):
        (tmp_path / "changed").write_text(changed)
        return read_deck(tmp_path / "changed")

    np.testing.assert_allclose(read(text.replace(count, "NATOMS 92 0.0\n 1 12.00\n")).feh, 0.0, atol=1e-3)
    odd = text.replace(count, "NATOMS       91  -0.300\n")
    first, last = odd.index("   2  10.930"), odd.index("NMOL")
    pairs = [float(word) for word in odd[first:last].split()]
    uneven = [f"{z:.0f} {value + np.sin(z):.3f}\n" for z, value in zip(pairs[::2], pairs[1::2], strict=True)]
    odd = odd[:first] + "".join(uneven) + odd[last:]
    model = read(odd)
    iron = np.log10(model.number_fractions[25]) - solar_log_fractions(model.solar_pattern)[25]
    assert float(model.feh) == pytest.approx(float(iron), abs=1e-5)
    for bad in ("  26   nan  ", "  26.1 7.496", "  inf  7.496", "  26 400.000", "  27   7.496"):
        with pytest.raises(BadFile, match="expected 91 pairs"):
            read(text.replace(iron_pair, bad))
    with pytest.raises(BadFile, match="expected 9999999999 pairs"):
        read(text.replace("NATOMS       91", "NATOMS 9999999999"))


@pytest.mark.parametrize("title", ["two\nlines", "Böhm", 75 * "x"])
def test_titles_that_no_form_holds(models, title, tmp_path):
    with pytest.raises(ValueError, match="74 printable ASCII"):
        write_deck(tmp_path / "sun", models["sun"], title=title)
    with pytest.raises(ValueError, match="radius"):
        write_deck(tmp_path / "sun", models["sun"], title="Radius test", program="korg")


def test_numbers_that_korg_would_misread(models, tmp_path):
    """Its columns hold 99999.9 K."""
    model = replace(models["sun"], temperature=models["sun"].temperature * 20.0)
    with pytest.raises(ValueError, match="wider than its field"):
        write_deck(tmp_path / "sun", model, program="korg")


def test_turbospectrum_reads_its_layers(model, tmp_path):
    """As babsma does: skip to the line READ, take the layers after column 10, read five numbers from each by blanks."""
    write_deck(tmp_path / "model", model, program="turbospectrum")
    lines = (tmp_path / "model").read_text().split("\n")
    assert lines[0].startswith("TEFF")
    start = next(k for k, line in enumerate(lines) if line.startswith("READ"))
    layers = int(lines[start][10:13])
    rows = np.array([[float(word) for word in line.split()[:5]] for line in lines[start + 1 : start + 1 + layers]])
    for column, name in enumerate(
        ("column_mass", "temperature", "gas_pressure", "electron_density", "rosseland_opacity")
    ):
        np.testing.assert_array_equal(rows[:, column], getattr(model, name), err_msg=name)


@pytest.mark.parametrize("program, first, columns", [("moog", 3, 5), ("moog_kurtype", 4, 4)])
def test_moog_reads_it(model, program, first, columns, tmp_path):
    """As its subroutine inmodel does: counts after column 10, vturb in a field of 13, the rest by blanks."""
    write_deck(tmp_path / "model", model, program=program)
    lines = (tmp_path / "model").read_text().split("\n")
    assert lines[0] == {"moog": "KURUCZ", "moog_kurtype": "KURTYPE"}[program]
    layers = int(lines[2][10:])
    assert first == 3 or float(lines[3]) == 5000.0  # A, of KURTYPE's optical depths
    rows = np.array([[float(word) for word in line.split()[:columns]] for line in lines[first : first + layers]])
    for column, name in enumerate(FIELD_NAMES[:columns]):
        np.testing.assert_array_equal(rows[:, column], getattr(model, name), err_msg=name)
    vturb, natoms, *rest = lines[first + layers :]
    assert float(vturb[:13]) == 1e5 * float(model.vturb) and not vturb[13:].strip()
    count, feh = natoms[10:].split()
    assert float(feh) == pytest.approx(float(model.feh), abs=1e-3)
    numbers = [float(word) for line in rest[: -(-int(count) // 6)] for word in line.split()]
    assert numbers[::2] == list(range(2, 93)) and rest[-2].split() == ["NMOL", "0"]
    fractions = np.log10(model.number_fractions)[:92]
    np.testing.assert_allclose(numbers[1::2], np.maximum(fractions - fractions[0] + 12.0, -9.0)[1:], atol=0.00051)


def test_korg_reads_it(model, tmp_path):
    """The columns that Korg takes from a model of MARCS, and the physics that the form asks for beside a deck's."""
    write_deck(tmp_path / "model.mod", model, program="korg")
    lines = (tmp_path / "model.mod").read_text().split("\n")
    assert float(next(line for line in lines if "adius" in line).split()[0]) == 1.0  # plane-parallel
    layers = int(next(line for line in lines if "Number of depth points" in line).split()[0])
    first = next(k for k, line in enumerate(lines) if "lgTauR" in line) + 1
    rows = lines[first : first + layers]
    log_tau, depth, temperature, electron_pressure, gas_pressure = (
        np.array([float(row[part]) for row in rows])
        for part in (slice(10, 17), slice(18, 28), slice(29, 36), slice(38, 48), slice(48, 60))
    )
    np.testing.assert_array_equal(temperature, model.temperature)
    np.testing.assert_allclose(gas_pressure, model.gas_pressure, rtol=1e-12)
    np.testing.assert_allclose(electron_pressure / (BOLTZMANN * temperature), model.electron_density, rtol=6e-5)
    # the geometrical depth is that of the mass, dm = rho dz, to its four digits
    mass, density = (np.array([float(line.split()[k]) for line in lines[first + layers + 1 : -1]]) for k in (7, 3))
    np.testing.assert_allclose(mass, model.column_mass, rtol=1e-6)
    middle = 0.5 * (density[1:] + density[:-1])
    thin = np.diff(np.log(mass)) < 0.4
    np.testing.assert_allclose((np.diff(mass) / np.diff(depth) / middle)[thin], 1.0, atol=0.03)
    assert abs(np.interp(0.0, model.log_tau, depth)) < 2e-3 * np.ptp(depth)
    # continuum at 5000 A against the Rosseland mean: both are mostly H- where tau is 1
    assert np.all(np.diff(log_tau) > 0.0)
    assert abs(np.interp(0.0, log_tau, model.log_tau)) < 0.15


@pytest.mark.parametrize("program", ONE_MODEL)
def test_one_model_a_file(models, program, tmp_path):
    with pytest.raises(ValueError, match="one model a file"):
        write_deck(tmp_path / "all", stack([models["sun"], models["poor"]]), program=program)


def test_an_unknown_program_is_named(models, tmp_path):
    with pytest.raises(ValueError, match="no form for 'phoenix'; choose one of atlas12"):
        write_deck(tmp_path / "sun", models["sun"], program="phoenix")


def test_more_layers_than_moog_takes(models, tmp_path):
    sun = models["sun"]
    fields = {name: np.repeat(np.asarray(getattr(sun, name)), 2) for name in FIELD_NAMES}
    with pytest.raises(ValueError, match="MOOG takes 100 layers, the model has 160"):
        write_deck(tmp_path / "sun", replace(sun, **fields), program="moog")
