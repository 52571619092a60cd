"""Model atmospheres that we write, in the hands of PySME."""

import numpy as np
import pytest

from kurucz_a1 import write_deck
from kurucz_a1.atlas12.quadrature import integral_over_mass
from kurucz_a1.dataset import atlas12_reference_atmospheres


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
