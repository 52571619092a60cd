"""VALD3 extracts of every kind; the files are made here, with numbers of the package's own table of lines."""

import numpy as np
import pytest
from tests.lines.linelists import WAVENUMBERS_PER_EV, assert_holds, nearest

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.readers import read_csv, read_line_list
from kurucz_a1.spectrum import LINES_6430_6450

# Name, sources, and the place of a line in the package's table: by wavelength in air (A).
LINES = (("Fe 1", "Fe", 6430.845), ("Fe 2", "Fe+", 6432.676), ("Eu 2", "(153)Eu+", 6437.612), ("Ca 1", "Ca", 6449.808))
SCALED = "* oscillator strengths were scaled by the solar isotopic ratios."
NOT_SCALED = "* oscillator strengths were NOT scaled by the solar isotopic ratios."
BELOW_STELLAR = ["'some_model.krz',", "'H :  0.92','He: -1.11',", "'Fe: -4.54','END'"]


@pytest.fixture(scope="module")
def table():
    return read_csv(LINES_6430_6450)


@pytest.fixture(scope="module")
def chosen(table):
    """The lines of LINES in the package's table."""
    return table[[int(np.argmin(np.abs(table.wavelength_air - wavelength))) for _, _, wavelength in LINES]]


def numbers(lines, k, medium, unit, energy):
    """What an extract says of the k-th line: wavelength, lower energy, log gf, three dampings."""
    wavelength = lines.wavelength[k] if medium == "vac" else lines.wavelength_air[k]
    wavelength = {"A": wavelength, "nm": wavelength / 10, "cm^-1": 1e8 / wavelength}[unit]
    level = lines.lower_energy[k] * (8065.543937 if energy == "cm^-1" else 1)  # cm-1 an eV
    packed = lines.abo_sigma[k] + lines.abo_alpha[k]
    van_der_waals = packed if np.isfinite(packed) else np.log10(lines.gamma_vdw[k])
    damping = np.log10(lines.gamma_rad[k]), np.log10(lines.gamma_stark[k]), van_der_waals
    return f"{wavelength:.6f}", f"{level:.4f}", f"{lines.log_gf[k]:.3f}", *(f"{x:.3f}" for x in np.nan_to_num(damping))


def extract(lines, *, form, stellar, medium="air", unit="A", energy="eV", below=SCALED, quotes=True):
    """Rows of an extract as VALD would write them."""
    rows = [" 6430.0, 6450.0, 4, 999, 1.0 Wavelength region, lines selected, lines processed, Vmicro"] * stellar
    rows.append("      Damping parameters")
    vmicro, depth = " Vmic" * stellar, " depth" * stellar
    if form == "short":
        rows.append(
            f"Elm Ion  WL_{medium}({unit})  Excit({energy}){vmicro} log gf* Rad. Stark Waals factor{depth} Reference"
        )
    else:
        rows.append(
            f"Elm Ion  WL_{medium}({unit})  log gf* E_low({energy}) J lo E_up({energy}) J up lower upper mean "
            f"Rad. Stark Waals{depth}"
        )
    vmicro, depth = " 1.0," * stellar, " 0.5," * stellar
    for k, (name, sources, _) in enumerate(LINES):
        wavelength, level, log_gf, *damping = numbers(lines, k, medium, unit, energy)
        damping, sources = ", ".join(damping), f"'_ 1 wl:ONE 1 gf:ONE {sources}'"
        if form == "short":
            rows.append(f"'{name}', {wavelength}, {level},{vmicro} {log_gf}, {damping}, 1.110,{depth} {sources}")
        else:
            rows.append(
                f"'{name}', {wavelength}, {log_gf}, {level}, 2.0, 9.9, 3.0, 1.0, 1.1, 99.000, {damping},{depth}"
            )
            quote = "'" * quotes
            rows += [f"{quote}  LS     3d7.(4F).4s a5F{quote}", f"{quote}  LS     3d6.(5D).4s.4p{quote}", sources]
    return [*rows, *BELOW_STELLAR * stellar, below, " References:", "  1. One, A. 'Fe I', 2001, journal"]


def read(tmp_path, rows):
    path = tmp_path / "extract.lin"
    path.write_text("\n".join(rows) + "\n")
    return read_line_list(path)


FORMS = [
    {"form": "short", "stellar": False},
    {"form": "short", "stellar": True, "medium": "vac", "unit": "nm", "energy": "cm^-1"},
    {"form": "long", "stellar": False, "unit": "nm"},
    {"form": "long", "stellar": False, "energy": "cm^-1", "quotes": False},
    {"form": "long", "stellar": True, "medium": "vac", "unit": "cm^-1"},
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_the_same_lines(tmp_path, chosen, form):
    lines = read(tmp_path, ["# begin request", "# extract", "", *extract(chosen, **form)])
    assert list(lines.species) == ["Fe", "Fe", "Eu", "Ca"]
    assert list(lines.ion_stage) == [0, 1, 1, 0]
    np.testing.assert_allclose(lines.wavelength, chosen.wavelength, rtol=2e-9)
    np.testing.assert_allclose(lines.lower_energy, chosen.lower_energy, atol=1e-4)
    for name in ("log_gf", "gamma_rad", "gamma_stark", "gamma_vdw", "abo_sigma", "abo_alpha"):
        np.testing.assert_allclose(getattr(lines, name), getattr(chosen, name), rtol=1e-9, err_msg=name)
    # the table gives no damping of Eu II: 0 in the extract
    assert np.isnan([lines.gamma_rad[2], lines.gamma_stark[2], lines.gamma_vdw[2], lines.abo_sigma[2]]).all()


@pytest.mark.parametrize("form", FORMS)
def test_isotopes_are_scaled_where_vald_did_not(tmp_path, chosen, form):
    lines = read(tmp_path, extract(chosen, **form, below=NOT_SCALED))
    # NIST: 52.19 per cent of europium on Earth is 153Eu
    np.testing.assert_allclose(lines.log_gf - chosen.log_gf, [0, 0, np.log10(0.5219), 0], atol=1e-9)


def test_isotopes_of_molecules(tmp_path, chosen):
    rows = extract(chosen, form="short", stellar=False, below=NOT_SCALED)
    at = next(place for place, row in enumerate(rows) if row.startswith("'Ca 1'"))
    for name, sources, species, fraction in (
        ("TiO 1", "(48)TiO", "TiO", 0.7372),
        ("CN 1", "(12)C(14)N", "CN", 0.9893 * 0.99636),
        ("C2 1", "(12)C(13)C", "C2", 0.9893 * 0.0107),
        ("HO 1", "OH", "OH", 1.0),
    ):
        changed = [
            *rows[:at],
            f"'{name}', 6449.808, 2.5, -0.5, 0.0, 0.0, 0.0, 99.0,'_ 1 ONE {sources}'",
            *rows[at + 1 :],
        ]
        lines = read(tmp_path, changed)
        assert lines.species[-1] == species and lines.ion_stage[-1] == 0
        assert lines.log_gf[-1] == pytest.approx(-0.5 + np.log10(fraction), abs=1e-9)


def test_ions_of_any_stage_are_kept(tmp_path, chosen):
    rows = extract(chosen, form="short", stellar=False)
    more = [f"'{name}', 6449.9, 2.5, -0.5, 0.0, 0.0, 0.0, 99.0,'_ 1 ONE'" for name in ("Fe 4", "CH+ 1", "OH 2")]
    lines = read(tmp_path, [*rows[:2], *more, *rows[2:]])
    found = list(zip(lines.species, lines.ion_stage, strict=True))
    assert len(found) == 7 and {("Fe", 3), ("CH", 1), ("OH", 1)} <= set(found)


def test_a_list_that_vald_cut_off_is_taken_with_a_warning(tmp_path, chosen):
    rows = [" WARNING: Output was truncated to 100000 lines", *extract(chosen, form="long", stellar=False)]
    with pytest.warns(LeftOut, match="VALD cut this extract off"):
        assert len(read(tmp_path, rows)) == 4


def test_vacuum_and_air_are_told_apart(tmp_path, chosen):
    air = read(tmp_path, extract(chosen, form="short", stellar=False))
    rows = [row.replace("WL_air", "WL_vac") for row in extract(chosen, form="short", stellar=False)]
    vacuum = read(tmp_path, rows)
    np.testing.assert_allclose(air.wavelength, air_to_vacuum(vacuum.wavelength), rtol=1e-12)


def damaged(rows, old, new):
    return "\n".join(rows).replace(old, new, 1).split("\n")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("'Fe 2', ", "'Fe 2', x", "is no number"),
        ("'Fe 2', ", "'Fe 2', -", "cannot be"),
        ("'Fe 2'", "'Xx 2'", "unknown species 'Xx 2'"),
        ("'Fe 2'", "'Fe 0'", "unknown species 'Fe 0'"),
        ("'Fe 2'", "Fe 2", "a damaged line, 'Fe 2"),
    ],
)
def test_a_damaged_record_costs_that_record(tmp_path, chosen, form, old, new, says):
    rows = extract(chosen, **form)
    at = next(row for row, text in enumerate(rows, start=1) if "'Fe 2'" in text)
    with pytest.warns(LeftOut, match=f"1 of 4 lines left out; row {at}: .*{says}"):
        assert list(read(tmp_path, damaged(rows, old, new)).species) == ["Fe", "Eu", "Ca"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("WL_air(A)", "WL_air(um)", r"row 2 names an unknown medium or unit, WL_air\(um\).*ask VALD"),
        ("WL_air(A)", "WL_air(cm^-1)", "row 2 says wavenumbers in air"),
        (SCALED, "", "sentence on isotopic ratios.*missing"),
    ],
)
def test_bad_extracts_are_refused_in_one_line(tmp_path, chosen, old, new, says):
    with pytest.raises(BadFile, match=says) as caught:
        read(tmp_path, damaged(extract(chosen, form="short", stellar=False), old, new))
    assert "extract.lin: " in str(caught.value) and "\n" not in str(caught.value)


def test_a_line_of_an_unknown_isotope_is_left_out(tmp_path, chosen):
    rows = extract(chosen, form="short", stellar=False, below=NOT_SCALED)
    with pytest.warns(LeftOut, match=r"1 of 4 lines left out; row 5: the isotope \(150\)Eu is one whose"):
        assert len(read(tmp_path, damaged(rows, "(153)Eu", "(150)Eu"))) == 3


def test_levels_may_be_blank(tmp_path):
    """VALD leaves the two rows of levels blank for hydrogen."""
    blank, quoted = (
        [
            "Elm Ion  WL_air(A)  log gf* E_low(eV) J lo E_up(eV) J up lower upper mean Rad. Stark Waals",
            "'H 1', 6562.8, 0.7, 10.199, 2.0, 12.088, 3.0, 1.0, 1.0, 1.0, 8.8, 2.0, 3.0,",
            *[level] * 2,
            "'_ made up H'",
            "'Ti 1', 6563.9, -1.2, 2.5, 2.0, 4.388, 3.0, 1.0, 1.0, 1.0, 8.2, -6.0, -7.7,",
            *["  LS a level"] * 2,
            "'_ made up Ti'",
            SCALED,
        ]
        for level in ("", "'   '")
    )
    for rows in (blank, quoted):
        lines = read(tmp_path, rows)
        np.testing.assert_allclose(lines.wavelength_air, [6562.8, 6563.9])
        np.testing.assert_allclose(lines.gamma_vdw, [np.nan, 10**-7.7])  # of hydrogen VALD gives other things


def test_a_long_list_cut_short(tmp_path, chosen):
    rows = extract(chosen, form="long", stellar=True)
    with pytest.raises(BadFile, match="sentence on isotopic ratios"):
        read(tmp_path, rows[:18])
    with pytest.warns(LeftOut, match="1 of 4 lines left out; row 4: a line of the long form has four rows"):
        assert len(read(tmp_path, rows[:5] + rows[6:])) == 3
    with pytest.raises(BadFile, match="no spectral line"):
        read(tmp_path, [rows[1], *rows[2:3], SCALED])


def test_scaling_of_isotopes_there_and_back(tmp_path, chosen):
    """Scaled by VALD, or not scaled and so scaled here, is the same."""
    scaled = read(tmp_path, extract(chosen, form="short", stellar=False))
    europium = chosen.log_gf[2] - np.log10(0.5219)  # NIST: 52.19 % 153Eu
    rows = extract(chosen, form="short", stellar=False, below=NOT_SCALED)
    back = read(tmp_path, damaged(rows, f"{chosen.log_gf[2]:.3f}", f"{europium:.6f}"))
    np.testing.assert_allclose(back.log_gf, scaled.log_gf, atol=1e-6)  # six digits


def test_an_extract_of_the_sun(reference_data):
    lines = read_line_list(reference_data / "linelists" / "pysme_vald_sun_6436_6444.lin")
    assert len(lines) == 67  # as its first row says
    assert_holds(
        lines,
        [  # typed from the file
            (6436.4055, "Fe", 0, 33765.3060 / WAVENUMBERS_PER_EV, -2.460),
            (6437.6300, "Eu", 1, 10643.5837 / WAVENUMBERS_PER_EV, -2.511),
            (6437.6419, "Eu", 1, 10643.3850 / WAVENUMBERS_PER_EV, -2.292),
            (6437.6459, "Eu", 1, 10643.3850 / WAVENUMBERS_PER_EV, -2.488),
            (6437.6800, "Eu", 1, 10643.5837 / WAVENUMBERS_PER_EV, -2.330),
            (6439.0750, "Ca", 0, 20371.0000 / WAVENUMBERS_PER_EV, 0.390),
            (6440.9187, "Mn", 0, 30419.6050 / WAVENUMBERS_PER_EV, -3.009),
            (6440.9422, "Mn", 0, 30419.6050 / WAVENUMBERS_PER_EV, -2.583),
            (6443.4427, "Mn", 0, 30425.7050 / WAVENUMBERS_PER_EV, -2.994),
            (6443.4726, "Mn", 0, 30425.7050 / WAVENUMBERS_PER_EV, -3.538),
        ],
        wavelength=1e-6,
    )
    calcium = nearest(lines, 6439.075, "Ca", 0, 0.390)
    np.testing.assert_allclose(lines.gamma_rad[calcium], 10**7.649)
    np.testing.assert_allclose(lines.gamma_stark[calcium], 10**-6.072)
    np.testing.assert_allclose(lines.gamma_vdw[calcium], 10**-7.569)
