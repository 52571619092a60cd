"""Decks of every dialect, written and read again, and decks that are broken."""

import os
import random
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1 import read_deck, read_decks, write_deck
from kurucz_a1.atmosphere import stack
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import deck as plain
from kurucz_a1.decks.abundances import metallicity
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.labels import SUN, Labels
from kurucz_a1.physics.abundances import PATTERNS, number_fractions, solar_log_fractions

# A fuzz of 10,000 mutants takes MUTANTS=2000, for there are five dialects.
SEED, MUTANTS = 20250707, int(os.environ.get("MUTANTS", 200))
REAL = [  # folder/file, teff, logg, feh, afe, vturb, solar pattern, layers
    ("atlas12_cconroy20/ap00t5777g4.44at12.dat", 5777, 4.44, 0, 0, 2, "asplund2009", 72),
    ("atlas12_f90_output/sun.atm", 5777, 4.44, 0, 0, 2, "asplund2009", 72),
    ("atlas12_kurucz_py_joss/at12_aaaaa_t04000g5.00.atm", 4000, 5, -2.25, -0.2, 1.5, "asplund2009", 80),
    ("atlas12_kurucz_py_joss/at12_aaaaa_t44000g4.50.atm", 44000, 4.5, -2.25, 0.2, 0.5, "asplund2009", 80),
    (
        "atlas12_AstroRam/ap00t5000g44377k1odfnew_solar_scaled_mod_60iter.dat",
        *(5000, 4.6, 0, 0, 1, "anders_grevesse1989", 72),
    ),
    ("atlas9_castelli_prtc/ap00t5777g44377k1odfnew.dat", 5777, 4.4377, 0, 0, 1, "grevesse_sauval1998", 72),
    ("atlas9_various/ksun.mod", 5777, 4.437, 0, 0, 2, "grevesse_sauval1998", 72),
    ("atlas9_various/testatmo1.krz", 5750, 4.5, 0, 0, 2, "grevesse_sauval1998", 72),
    ("atlas9_various/kmp00cp00op00t5750g45v20.mod", 5750, 4.5, 0, 0, 2, "asplund2009", 72),
]


@pytest.fixture(scope="module")
def sun():
    """The ATLAS-12 Sun of the package, 80 layers."""
    return next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)


@pytest.fixture(scope="module")
def sun_text(sun, tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "sun.atm"
    write_deck(path, sun)
    return path.read_text()


def broken(tmp_path, text, match):
    path = tmp_path / "broken.atm"
    path.write_text(text)
    with pytest.raises(BadFile, match=match) as caught:
        read_deck(path)
    assert "broken.atm" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("expected", REAL, ids=lambda row: row[0])
def test_labels_of_real_decks(reference_data, expected):
    name, *labels, pattern, layers = expected
    model = read_deck(reference_data / "atmospheres" / name)
    found = [model.teff, model.logg, model.feh, model.afe, model.vturb]
    # decks round abundances to 0.01 dex; the offset is a mean over 80 elements
    np.testing.assert_allclose(found, labels, atol=2e-3)
    assert model.solar_pattern == pattern
    assert model.temperature.shape == (layers,)
    assert model.number_fractions is None or abs(model.number_fractions.sum() - 1) < 5e-3


def test_atlas12_decks_are_written_as_the_program_does(reference_data):
    """The 111 decks made by the classic program, and two of others, come out byte for byte."""
    folder = reference_data / "atmospheres"
    others = [f"ap00t{teff}g44377k1odfnew_solar_scaled_mod_60iter.dat" for teff in (5000, 12000)]
    paths = sorted((folder / "atlas12_computed").glob("*.atm"))
    assert len(paths) == 111
    paths += [folder / "atlas12_AstroRam" / name for name in others]
    for path in paths:
        assert plain.format_deck(plain.read_deck(path)) == path.read_text(), path.name


FORMS = [
    ("atlas12_cconroy20/ap00t5777g4.44at12.dat", "atlas12"),
    ("atlas12_f90_output/sun.atm", "atlas12_fortran90"),
    ("atlas9_castelli_prtc/ap00t5777g44377k1odfnew.dat", "atlas9"),
    ("atlas9_various/testatmo1.krz", "atlas9"),
    *(
        (f"atlas12_computed/{name}_72.atm", "atlas12")
        for name in ("t05000g4.60m+0.00a+0.00v1.0", "t06000g4.00m-1.00a+0.00v2.0")
    ),
]


@pytest.mark.parametrize(("name", "program"), FORMS)
def test_no_digit_is_lost_through_an_atmosphere(reference_data, tmp_path, name, program):
    """Read, made an Atmosphere, and written in its own form, a deck comes out letter for letter: also density, speed of
    sound, convection and microturbulence of each layer, which no physics here uses."""
    path = reference_data / "atmospheres" / name
    text = path.read_text()
    title = next(line for line in text.split("\n") if line.startswith("TITLE")).removeprefix("TITLE ")
    write_deck(tmp_path / "again", read_deck(path), program=program, title=title.rstrip())
    again = (tmp_path / "again").read_text()
    assert [line.rstrip() for line in again.splitlines()] == [line.rstrip() for line in text.splitlines()]


def test_emulated_decks_are_not_taken_for_atlas12(reference_data):
    folder = reference_data / "atmospheres" / "EMULATED_not_real_pykurucz_samples"
    assert "kurucz-a1" in read_deck(folder / "at12_aaaaa_t05770g4.44.atm").source
    with pytest.raises(BadFile, match=r"line 113: layer 68: RHOX does not increase"):
        read_deck(folder / "at12_aaaaa_t05000g3.00.atm")


def test_optical_depth_is_the_integral_of_the_opacity(sun):
    # ATLAS-12 works at log tau = -6.875 + i/8; its opacity has four digits and is integrated anew here
    np.testing.assert_allclose(sun.log_tau, -6.875 + 0.125 * np.arange(80), atol=2e-3)


def test_round_trip(sun, tmp_path):
    write_deck(tmp_path / "a.atm", sun)
    back = read_deck(tmp_path / "a.atm")
    for name in (*FIELD_NAMES, "teff", "logg", "feh", "afe", "vturb"):  # the form holds all digits ATLAS-12 gave
        np.testing.assert_array_equal(getattr(back, name), getattr(sun, name), err_msg=name)
    np.testing.assert_allclose(back.number_fractions, sun.number_fractions, rtol=2e-6)
    assert (back.source, back.solar_pattern) == ("ATLAS-12", "asplund2009")


STAR = {"feh": -0.3, "afe": 0.2, "mixing_length": 1.8, "he_m": 0.05, "c_m": -0.2, "n_m": 0.4, "mg_m": 0.1}


@pytest.mark.parametrize("program", ["atlas12", "atlas9", "pysme", "korg", "moog"])
def test_abundances_and_mixing_length_come_back(sun, tmp_path, program):
    """To the digits of the forms; MOOG's has no mixing length."""
    model = replace(sun, number_fractions=None, **{name: jnp.asarray(value) for name, value in STAR.items()})
    back = read_deck(write_deck(tmp_path / "a", model, program=program), vturb=2.0)
    assert back.solar_pattern == "asplund2009"
    held = STAR | ({"mixing_length": 1.25} if program == "moog" else {})
    expected = Labels.of({**held, "teff": 5777.0, "logg": 4.44}).as_dict()
    for name, value in expected.items():
        # abundances have two decimals in most forms, and so have those that say what [M/H] is
        assert float(getattr(back, name)) == pytest.approx(value, abs=0.0151), name
    np.testing.assert_allclose(
        np.log10(back.number_fractions[2:30]), np.log10(number_fractions(back.labels)[2:30]), atol=0.0151
    )


def test_a_deck_of_another_helium_says_so(sun, tmp_path):
    """By number, whatever pattern the metals follow."""
    for he_m in (-0.5, 0.0, 0.3):
        model = replace(sun, number_fractions=None, he_m=jnp.asarray(he_m))
        back = read_deck(write_deck(tmp_path / "a.atm", model))
        assert back.abundances == ({"He": pytest.approx(he_m, abs=1e-4)} if he_m else {})
        np.testing.assert_allclose(number_fractions(back.labels)[1], back.number_fractions[1], atol=2e-5)


def test_abundances_of_the_user_replace_those_of_the_deck(sun, tmp_path):
    write_deck(tmp_path / "a.atm", replace(sun, number_fractions=None, c_m=jnp.asarray(0.3)))
    assert read_deck(tmp_path / "a.atm").abundances == {"C": pytest.approx(0.3, abs=1e-3)}
    assert read_deck(tmp_path / "a.atm", abundances={"C": 0.1, "N": 0.2}).abundances == {"C": 0.1, "N": 0.2}
    with pytest.raises(BadConfig, match="did you mean C"):
        read_deck(tmp_path / "a.atm", abundances={"c": 0.1})


def test_deck_states_the_mixing_length_of_the_solver(sun_text):
    assert f" CONVECTION ON {SUN.mixing_length:6.2f} " in sun_text


def test_source_survives_the_round_trip(sun, tmp_path):
    write_deck(tmp_path / "a.atm", replace(sun, source="pinn", number_fractions=None))
    back = read_deck(tmp_path / "a.atm")
    assert back.source == "pinn"
    np.testing.assert_allclose([back.feh, back.afe], 0, atol=1e-6)


def test_several_models_in_one_file(sun, tmp_path):
    others = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)][:3]
    write_deck(tmp_path / "all.atm", stack(others))
    back = list(read_decks(tmp_path / "all.atm"))
    assert [float(m.teff) for m in back] == [round(float(m.teff)) for m in others]  # the form holds 1 K
    with pytest.raises(BadFile, match="holds 3 models"):
        read_deck(tmp_path / "all.atm")


def test_labels_that_a_deck_lacks(sun, sun_text, tmp_path):
    path = tmp_path / "headless.atm"
    path.write_text("\n".join(sun_text.split("\n")[1:]))
    with pytest.raises(BadFile, match="does not state teff"):
        read_deck(path)
    # log g then follows from hydrostatic equilibrium; pressures have four digits
    np.testing.assert_allclose(read_deck(path, teff=5777.0).logg, 4.44, atol=1e-4)


def test_dialects_without_a_table(sun_text, tmp_path):
    """SYNTHE's .mod: more cards in front and no table; ATLAS9 scales its metals by ABUNDANCE SCALE."""
    head, rest = sun_text.split(" ABUNDANCE TABLE\n")
    rest = rest[rest.index("READ DECK6") :]
    cards = "SURFACE FLUX\nITERATIONS 1 PRINT 2 PUNCH 2\nCORRECTION OFF\nPRESSURE OFF\nREAD MOLECULES\nMOLECULES ON\n"
    (tmp_path / "sun.mod").write_text(cards + head + rest)
    model = read_deck(tmp_path / "sun.mod")
    assert model.source == "ATLAS-12"
    np.testing.assert_allclose([model.feh, model.afe], 0.0, atol=1e-3)
    atlas9 = head.replace("TITLE ATLAS12", "TITLE [-1.0] ").replace("SCALE   1.00000", "SCALE   0.10000") + rest
    (tmp_path / "poor.dat").write_text(atlas9.replace("\n", "\r\n"))
    model = read_deck(tmp_path / "poor.dat")
    assert model.source == "ATLAS9"
    np.testing.assert_allclose([model.feh, model.afe], [-1.0, 0.0], atol=1e-3)


def test_abundances_of_no_known_pattern():
    """Iron then says what [M/H] is, and the alpha elements (Z = 8, 10, 12, 14, 16, 18, 20, 22) what [alpha/M] is."""
    offsets = np.linspace(-0.5, 0.5, 99)
    fractions = solar_log_fractions("asplund2009") + offsets
    feh, afe, pattern = metallicity(fractions, "asplund2009")
    assert pattern == "asplund2009"
    feh, afe, nearest = metallicity(fractions)
    difference = fractions - solar_log_fractions(nearest)
    assert feh == pytest.approx(difference[25], abs=1e-6)
    assert feh + afe == pytest.approx(np.median(difference[7:22:2]), abs=1e-6)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(("feh", "afe"), [(0.0, 0.0), (-2.35, 0.4), (0.3, -0.1)])
def test_scaled_patterns_are_recognised(pattern, feh, afe):
    fractions = solar_log_fractions(pattern)
    fractions[2:] += feh
    fractions[np.array([8, 10, 12, 14, 16, 18, 20, 22]) - 1] += afe
    fractions[[5, 6]] += 0.5  # carbon and nitrogen changed by hand
    assert metallicity(np.round(fractions, 2)) == (pytest.approx(feh, abs=5e-3), pytest.approx(afe, abs=5e-3), pattern)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("READ DECK6 80", "READ DECK6 81", "only 80 of 81 layers"),
        ("READ DECK6 80", "READ DECK6 79", "expected PRADK or BEGIN after the 79 layers"),
        ("READ DECK6", "READ DECK", "expected READ DECK6"),
        ("TEFF   5777.", "TEFF  5777x", "line 1: expected TEFF"),
        ("TEFF   5777.", "TEFF   -100.", "is no star"),
        ("PRADK", "PRADQ", "expected PRADK or BEGIN"),
        ("   3751.1", "*********", "line 46: layer 1 of 80: .* is not a number"),
        ("   3751.1", "     -1.0", "T is -1, expected a positive number"),
        (" 12Mg", " 13Mg", "expected 12Mg"),
        ("BEGIN  ", "BEGUN  ", "truncated"),
    ],
)
def test_damage_is_told_with_its_line(sun_text, tmp_path, old, new, match):
    assert old in sun_text
    broken(tmp_path, sun_text.replace(old, new, 1), match)


def test_files_that_are_no_decks(tmp_path):
    broken(tmp_path, "", "empty")
    broken(tmp_path, "a,b\n1,2\n", "no card of a model deck")
    (tmp_path / "broken.atm").write_bytes(bytes(range(256)))
    with pytest.raises(BadFile, match="not plain text"):
        read_deck(tmp_path / "broken.atm")
    with pytest.raises(BadFile, match="no such file"):
        read_deck(tmp_path / "missing.atm")
    with pytest.raises(BadFile, match="a folder"):
        read_deck(tmp_path)


def mutant(text, source):
    """The text with one thing changed, and what kind of thing."""
    kind = source.choice(["cut", "drop line", "repeat line", "swap lines", "drop", "insert", "replace"])
    lines, at = text.split("\n"), source.randrange(len(text))
    row, other = source.randrange(len(lines) - 1), source.randrange(len(lines) - 1)
    character = source.choice("0123456789.+-E \n\t*xA\x00é")
    if kind == "cut":
        return kind, text[:at]
    if kind == "drop line":
        return kind, "\n".join(lines[:row] + lines[row + 1 :])
    if kind == "repeat line":
        return kind, "\n".join(lines[: row + 1] + lines[row:])
    if kind == "swap lines":
        lines[row], lines[other] = lines[other], lines[row]
        return kind, "\n".join(lines)
    return kind, text[:at] + ("" if kind == "drop" else character) + text[at + (kind != "insert") :]


# A deck in each dialect: of the two ATLAS-12 (None: a model of the package), SYNTHE, ATLAS9 and MOOG.
DIALECTS = {
    "classic": None,
    "fortran 90": "atlas12_f90_output/sun.atm",
    "synthe": "atlas9_various/ksun.mod",
    "atlas9": "atlas9_castelli_prtc/ap00t5777g44377k1odfnew.dat",
    "moog": "atlas9_various/testatmo1.krz",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_mutants_are_read_right_or_refused(dialect, sun_text, request, tmp_path):
    """A changed file ends in the same layers, or in one line of complaint; a changed digit moves one number at most."""
    name, source = DIALECTS[dialect], random.Random(SEED)
    text = sun_text if name is None else (request.getfixturevalue("reference_data") / "atmospheres" / name).read_text()
    path, refused = tmp_path / "mutant.atm", 0
    path.write_text(text, encoding="utf-8")
    true = plain.read_deck(path)
    for _ in range(MUTANTS):
        kind, mutated = mutant(text, source)
        path.write_text(mutated, encoding="utf-8")
        try:
            decks = [plain.read_deck(path)]
        except BadFile as error:
            refused += 1
            assert str(path) in str(error) and "\n" not in str(error)
            continue
        assert len(decks) == 1, kind
        assert len(decks[0].temperature) == len(true.temperature), (kind, mutated)
        changed = sum(int(np.sum(getattr(decks[0], name) != getattr(true, name))) for name in FIELD_NAMES)
        assert changed <= (1 if kind in ("drop", "insert", "replace") else 0), (kind, mutated)
    assert refused > MUTANTS / 4
