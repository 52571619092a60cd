"""Programs of others, in an environment of their own."""

import os
import subprocess

import numpy as np
import pytest


@pytest.fixture(scope="session")
def run_peer(project, tmp_path_factory):
    """A function that runs a program of this folder with the Python of .venv-peers: arrays in, arrays out.

    Skips where that environment is missing.
    """
    python = project / ".venv-peers" / "bin" / "python"
    if not python.exists():
        pytest.skip("no .venv-peers; make test builds it")
    folder = tmp_path_factory.mktemp("peers")
    environment = {**os.environ, "HOME": str(folder)}  # PySME writes to it and to where it runs

    def run(program, **arrays):
        given, found = folder / "given.npz", folder / "found.npz"
        np.savez(given, **arrays)
        found.unlink(missing_ok=True)
        command = [python, project / "tests" / "peers" / program, given, found]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return np.load(found)

    return run


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
