"""Observed spectra of every form, and what must hold for whatever becomes of them: a table, or one clean line."""

import warnings
from pathlib import Path

import numpy as np
from tests.spectrum.forms import FORMS

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.spectrum.observed import read_observed
from kurucz_a1.spectrum.readers import read_spectrum
from kurucz_a1.spectrum.readers.spectrum_table import PLAUSIBLE

WINDOW = (6434.0, 6446.0)


def inputs() -> dict[str, bytes]:
    """A small file of each form."""
    return {name: make() for name, (make, _, _) in FORMS.items()}


def check(path: Path) -> str:
    """What comes of the file at ``path``: "table", "some" or "BadFile". Raises AssertionError for anything else."""
    outcome = "table"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            table = read_spectrum(path)
        except BadFile as error:
            assert "\n" not in str(error) and str(error).startswith(str(path)), repr(str(error))
            return "BadFile"
    for warning in said:
        assert warning.category is LeftOut, f"{warning.category.__name__}: {warning.message}"
        assert "\n" not in str(warning.message), str(warning.message)
        outcome = "some"
    size = table.wavelength.size
    assert size >= 2 and table.flux.shape == table.order.shape == (size,)
    assert np.all(np.diff(table.wavelength) >= 0.0)
    assert PLAUSIBLE[0] <= table.wavelength[0] and table.wavelength[-1] <= PLAUSIBLE[1]
    assert np.isfinite(table.flux).any() and not np.isinf(table.flux).any()
    assert set(table.stated) <= {"air", "vacuum"}
    if table.error is not None:
        assert table.error.shape == (size,) and np.nanmin(table.error) > 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", LeftOut)
        try:
            spectrum = read_observed(path, WINDOW, medium=table.medium or "air")
        except BadFile as error:
            assert "\n" not in str(error)
            return "BadFile"
    assert spectrum.wavelength.shape == spectrum.normalized.shape and np.isfinite(spectrum.normalized).any()
    assert not np.isinf(spectrum.normalized).any()
    return outcome
