"""What the tests of readers share."""

import numpy as np

WAVENUMBERS_PER_EV = 8065.543937  # CODATA 2018


def write(path, text):
    """The path, with the text in it."""
    path.write_text(text)
    return path


def nearest(lines, air, species, stage, log_gf):
    """Index of the line of an absorber nearest to a wavelength in air (A) and a log gf."""
    of_species = (lines.species == species) & (lines.ion_stage == stage)
    distance = np.abs(lines.wavelength_air - air) + 0.1 * np.abs(lines.log_gf - log_gf)
    return int(np.argmin(np.where(of_species, distance, np.inf)))


def assert_holds(lines, rows, *, wavelength=1e-6, energy=1e-6, log_gf=1e-6):
    """Assert that a list holds rows of (air wavelength, species, ion stage, lower energy in eV, log gf)."""
    for row in rows:
        k = nearest(lines, row[0], row[1], row[2], row[4])
        np.testing.assert_allclose(lines.wavelength_air[k], row[0], atol=wavelength, err_msg=str(row))
        np.testing.assert_allclose(lines.lower_energy[k], row[3], atol=energy, err_msg=str(row))
        np.testing.assert_allclose(lines.log_gf[k], row[4], atol=log_gf, err_msg=str(row))
