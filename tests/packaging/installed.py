"""Uses an installed package, with nothing but its core dependencies: run by a Python that has no checkout on its path.

    python -I installed.py FOLDER

Prints a line for each thing that was done; FOLDER is for files.
"""

import importlib.metadata
import json
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pandas as pd

import kurucz_a1
from kurucz_a1.errors import MissingExtra
from kurucz_a1.netcdf import read_netcdf

LABELS = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0}
READERS = {
    ".csv": lambda path: pd.read_csv(path, comment="#"),
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".nc": read_netcdf,
    ".npz": lambda path: dict(np.load(path, allow_pickle=False)),
}


def read_data() -> None:
    with as_file(files("kurucz_a1")) as root:
        assert sys.prefix in str(root), f"{root} is not what was installed"
        paths = [path for path in root.rglob("*") if path.suffix in READERS]
        assert all(len(READERS[path.suffix](path)) > 0 for path in paths)
    print(f"data files read: {len(paths)}")


def use_emulator(folder: Path) -> None:
    model = kurucz_a1.load_emulator()(**LABELS)
    deck = kurucz_a1.write_deck(folder / "sun.deck", model)
    again = kurucz_a1.read_deck(deck)
    np.testing.assert_allclose(again.temperature, model.temperature, rtol=1e-4)  # a deck has 0.1 K
    command = Path(sys.executable).parent / "kurucz-a1"
    for words in ([str(command)], [sys.executable, "-I", "-m", "kurucz_a1"]):
        found = subprocess.run([*words, "check", str(deck)], capture_output=True, text=True)
        assert found.returncode == 1 and "hydrostatic" in found.stdout  # not an ATLAS program's model
    print("emulator and deck")


def use_solver() -> None:
    from kurucz_a1.atmosphere import SolverOptions
    from kurucz_a1.spectrum import LINES_6430_6450

    sun = kurucz_a1.solve(**LABELS, options=SolverOptions(frequencies=300))
    emulated = kurucz_a1.load_emulator()(**LABELS)
    # Fewer frequencies than the emulator's models have: a per cent in the line-forming layers.
    np.testing.assert_allclose(sun.temperature[20:], emulated.temperature[20:], rtol=0.02)
    spectrum = kurucz_a1.synthesize(sun, np.arange(6438.5, 6440.0, 0.02), LINES_6430_6450)
    depth = 1.0 - float(np.min(spectrum.normalized))
    assert 0.6 < depth < 0.9, f"Ca I 6439 has depth {depth:.2f}"
    print("model and spectrum")


def miss_extras() -> None:
    names = {name.lower() for name in importlib.metadata.packages_distributions()}
    assert not names & {"optax", "matplotlib", "pvlib", "snakemake", "h5py", "flax", "orbax", "jinja2"}
    try:
        from kurucz_a1.emulator import train  # noqa: F401
    except MissingExtra as error:
        print(error)


if __name__ == "__main__":
    read_data()
    use_emulator(Path(sys.argv[1]))
    miss_extras()
    use_solver()
