"""Programs of others, in an environment of their own."""

import pytest
from peer_process import PYTHON, run_program


@pytest.fixture(scope="session")
def run_peer(tmp_path_factory):
    """A function that runs a program of this folder with the Python of .venv-peers: arrays in, arrays out.

    Skips where that environment is missing.
    """
    if not PYTHON.exists():
        pytest.skip("no .venv-peers; make test builds it")
    folder = tmp_path_factory.mktemp("peers")
    return lambda program, **arrays: run_program(program, folder, arrays)


@pytest.fixture(scope="session")
def pysme_gas(run_peer):
    """A function of an Atmosphere (depth,), a density (depth,) in g cm-3 and wavelengths (nu,) in A: what PySME finds
    for this gas: the output of ``pysme_gas.py``."""

    def find(model, density, wavelength):
        return run_peer(
            "pysme_gas.py",
            temperature=model.temperature,
            gas_pressure=model.gas_pressure,
            electron_density=model.electron_density,
            density=density,
            column_mass=model.column_mass,
            number_fractions=model.number_fractions,
            wavelength=wavelength,
        )

    return find
