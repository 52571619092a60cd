"""Programs of others as processes: arrays in, arrays out."""

import os
import subprocess
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
PYTHON = FOLDER.parents[1] / ".venv-peers" / "bin" / "python"


def run_program(program, folder, arrays):
    """What a program of this folder writes, {name: array}, by the Python of .venv-peers; it runs in ``folder``.

    Raises RuntimeError with what it said where it fails.
    """
    given, found = Path(folder) / "given.npz", Path(folder) / "found.npz"
    np.savez(given, **arrays)
    found.unlink(missing_ok=True)
    environment = {**os.environ, "HOME": str(folder)}  # PySME writes to it and to where it runs
    command = [PYTHON, FOLDER / program, given, found]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr)
    with np.load(found) as output:
        return dict(output)
