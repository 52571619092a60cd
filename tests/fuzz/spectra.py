"""Damaged observed spectra: a table, or one clean line.

python -m tests.fuzz.spectra [TIMES] [SEED]
"""

import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tests.fuzz.mutate import mutate
from tests.spectrum.forms import FORMS

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.spectrum.observed import read_observed
from kurucz_a1.spectrum.readers import read_spectrum
from kurucz_a1.spectrum.readers.spectrum_table import PLAUSIBLE

WINDOW = (6434.0, 6446.0)
SLOWEST = 10.0  # seconds for a small file


def inputs() -> dict[str, bytes]:
    """A small file of each form."""
    return {name: make() for name, (make, _, _) in FORMS.items()}


def check(path: Path) -> str:
    """What comes of the file at ``path``: "table", "BadFile" or "LeftOut". Raises AssertionError for anything else."""
    started, outcome = time.perf_counter(), "table"
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
        outcome = "LeftOut"
    assert time.perf_counter() - started < SLOWEST, "it takes too long"
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


def main(times: int = 2000, seed: int = 0) -> int:
    """Mutates each form in turn; returns the number of failures, which it prints with the seeds that make them."""
    counts, failures, seeds = Counter(), 0, list(inputs().items())
    with TemporaryDirectory() as folder:
        path = Path(folder, "spectrum")
        for k in range(times):
            name, data = seeds[k % len(seeds)]
            path.write_bytes(mutate(data, np.random.default_rng([seed, k])))
            try:
                counts[check(path)] += 1
            except Exception:
                failures += 1
                print(f"{name}, seed {seed} {k}:\n{traceback.format_exc(limit=-4)}", flush=True)
    print(dict(counts), failures, "failures")
    return failures


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
