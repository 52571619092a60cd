"""How long the command line takes to give a model atmosphere, from a cold start: the page benchmarks/command.md.

    python benchmarks/command.py [--repeats N] [--output benchmarks/command.md]

Each row is a process of its own, pinned to one thread of the processor, with no compiled code kept from an earlier one;
the rows take turns, and the fastest of each counts. Processor time hardly depends on what else runs.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LIMIT = 4.0  # s, of the whole command on an idle thread
MODEL = "--teff 5777 --logg 4.44 --format moog -o sun.mod"
_IN_PYTHON = (
    "from kurucz_a1 import load_emulator, write_deck; "
    "write_deck('sun.mod', load_emulator()(teff=5777.0, logg=4.44), program='moog')"
)
COMMAND = f"`kurucz-a1 model {MODEL}`"
ROWS = {
    COMMAND: ["-m", "kurucz_a1", "model", *MODEL.split()],
    "the same with `load_emulator` and `write_deck` in Python": ["-c", _IN_PYTHON],
    "of this, importing them": ["-c", "from kurucz_a1 import load_emulator, write_deck"],
    "of this, importing jax, scipy.interpolate and astropy": [
        "-c",
        "import jax, scipy.interpolate, astropy.constants, astropy.units",
    ],
    "`kurucz-a1 model --help`": ["-m", "kurucz_a1", "model", "--help"],
    "`kurucz-a1 --help`": ["-m", "kurucz_a1", "--help"],
}


def seconds(words, folder):
    """Wall-clock and processor seconds of one run of Python."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "XLA_"))}
    environment["PYTHONPATH"] = str(PROJECT / "src")
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def page(found, repeats, load, device):
    """The page in Markdown; found: {row: [(wall, processor), ...]}; load: of the machine before, 1 minute."""
    rows = {name: [min(column) for column in zip(*times, strict=True)] for name, times in found.items()}
    wall, processor = rows[COMMAND]
    lines = [
        "# Speed of the command line",
        "",
        "Written by `python benchmarks/command.py`; do not edit.",
        "",
        f"One thread of {device}; load of the machine before the run {load:.1f}. The fastest of {repeats} runs.",
        "",
        "| process | wall clock [s] | processor [s] |",
        "| --- | --- | --- |",
        *(f"| {name} | {times[0]:.2f} | {times[1]:.2f} |" for name, times in rows.items()),
        "",
        f"A model atmosphere from a cold start, over the limit of {LIMIT:g} s: {wall / LIMIT:.2f} by wall clock, "
        f"{processor / LIMIT:.2f} by processor time.",
    ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "command.md")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    found = {name: [] for name in ROWS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.repeats):
            for name, words in ROWS.items():
                found[name].append(seconds(words, folder))
    sys.path.insert(0, str(PROJECT / "src"))
    from kurucz_a1.evaluation.timing import device_name
    from kurucz_a1.files import write_text

    write_text(arguments.output, page(found, arguments.repeats, load, device_name()))
    print(arguments.output)


if __name__ == "__main__":
    main()
