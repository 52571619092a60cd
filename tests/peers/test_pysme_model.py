"""Model atmospheres that we write, in the hands of PySME."""

import numpy as np
import pytest

from kurucz_a1 import load_emulator, write_deck
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.spectrum import synthesize


@pytest.fixture(params=["sun", "poor"])
def model(request):
    """The Sun or a metal-poor, alpha-rich star, both of ATLAS-12."""
    models = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)]
    if request.param == "sun":
        return next(m for m in models if m.teff == 5777.0)
    return next(m for m in models if m.feh < -1.0 and m.afe > 0.2)


def test_pysme_reads_what_we_write_for_it(run_peer, model, tmp_path):
    write_deck(tmp_path / "model.krz", model, program="pysme")
    found = run_peer("pysme_model.py", path=str(tmp_path / "model.krz"))
    assert (found["teff"], found["vturb"], found["mixing_length"]) == (round(float(model.teff)), 2.0, 1.25)
    assert found["logg"] == pytest.approx(float(model.logg), abs=1e-5)
    for name in ("column_mass", "temperature", "gas_pressure", "electron_density"):
        np.testing.assert_array_equal(found[name], getattr(model, name), err_msg=name)
    fractions = np.log10(model.number_fractions)
    expected, known = (fractions - fractions[0] + 12.0)[:92], fractions[:92] > -15.0
    # the cards give 0.01 dex of each element, five decimals of hydrogen's fraction
    np.testing.assert_allclose(found["abundances"][:92][known], expected[known], atol=0.0051)


ONE_LINE = 'sme.atmo = KrzFile(write_deck("star.krz", emulator(teff=5900.0, logg=4.3), program="pysme"))'


def test_an_emulated_atmosphere_by_one_line(run_peer, project, tmp_path):
    """PySME's spectrum of a file that the emulator's model was written to, beside ours of the model itself."""
    assert ONE_LINE in (project / "docs/networks.md").read_text("utf-8")
    model = load_emulator()(teff=5900.0, logg=4.3)
    path = write_deck(tmp_path / "star.krz", model, program="pysme")  # the other half is in pysme_line.py
    line = {"lower_energy": 2.176, "log_gf": -2.006, "gamma_rad": 8.2, "gamma_stark": -6.2, "gamma_vdw": -7.7}
    wavelength, centre = np.linspace(6430.0, 6432.0, 200), 6430.845
    found = run_peer("pysme_line.py", path=str(path), vmic=1.0, wavelength=wavelength, centre=centre, **line)
    damping = {name: [10.0 ** line[name]] for name in ("gamma_rad", "gamma_stark", "gamma_vdw")}
    ours = make_line_list([air_to_vacuum(centre)], ["Fe"], [0], [line["lower_energy"]], [line["log_gf"]], **damping)
    spectrum = synthesize(model, wavelength, ours, vmic=1.0)
    assert spectrum.normalized.min() < 0.4
    # as close as codes of others come to each other in one strong line
    np.testing.assert_allclose(found["normalized"], spectrum.normalized, atol=0.01)


def test_optical_depth_that_we_write_for_korg(pysme_gas, model, tmp_path):
    """At 5000 A, the one column that needs opacities that a deck does not hold, against PySME's continuum."""
    write_deck(tmp_path / "model.mod", model, program="korg")
    lines = (tmp_path / "model.mod").read_text().split("\n")
    first = next(k for k, line in enumerate(lines) if "lgTauR" in line) + 1
    log_tau = np.array([float(line[10:17]) for line in lines[first : first + 80]])
    density = np.array([float(line.split()[3]) for line in lines[first + 81 : first + 161]])
    continuum = pysme_gas(model, density, np.array([5000.0]))["continuum"][0]
    expected = np.log10(integral_over_mass(np.asarray(model.column_mass), continuum))
    # continua of independent codes agree to 3.4 % in the Sun, that is 0.015 dex
    np.testing.assert_allclose(log_tau, expected, atol=0.015)
