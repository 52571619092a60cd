"""How fast a spectrum is, beside PySME on the same input, and how time and memory grow with its window: the tables in
benchmarks/spectrum.md.

    python benchmarks/spectrum.py --lines galah_dr3_linelist.h5 [--model DECK] [--emulator FOLDER]

One window of the Sun, 6430 to 6450 A in steps of 0.01 A, with the atomic lines of a list: PySME's library in
.venv-peers, on wavelengths that it chooses, as for its users, and on these; then ours after compiling, alone and with
derivatives by all labels (through an emulator) and microturbulence. Then longer windows. Each in a process of its own,
one after another.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
WINDOW, STEP, VMIC = (6430.0, 6450.0), 0.01, 1.0
MARGIN = 3.0  # A
LABELS = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0}
REPEATS = 7
LONGER = 20.0, 200.0, 1000.0  # A, windows that begin at GROWTH_FROM; GALAH's first arm and what lies above
GROWTH_FROM = 5648.0


def wavelengths():
    return np.arange(*WINDOW, STEP)


def chosen_lines(path, window=WINDOW):
    """The atomic lines of a list that reach into the window."""
    from pysme_input import atoms

    from kurucz_a1.lines.readers import read_line_list

    return atoms(read_line_list(path)).between(window[0] - MARGIN, window[1] + MARGIN)


def chosen_model(path):
    """The Atmosphere of a deck, or the Sun of the package's ATLAS-12 models."""
    from kurucz_a1 import read_deck
    from kurucz_a1.dataset import atlas12_reference_atmospheres

    if path:
        return read_deck(path)
    return next(model for model in atlas12_reference_atmospheres() if model.teff == LABELS["teff"])


def best(function):
    """Seconds of the first call, of the best of a few after it, and processor seconds of the cheapest of these."""
    import jax

    times, processor = [], []
    for _ in range(REPEATS + 1):
        start, used = time.perf_counter(), time.process_time()
        jax.block_until_ready(function())
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return times[0], min(times[1:]), min(processor[1:])


def ours(arguments):
    """Seconds of our synthesis, of its derivatives, and the flux, for a JSON file."""
    import jax
    import jax.numpy as jnp

    from kurucz_a1 import load_emulator
    from kurucz_a1.evaluation.timing import cpu_name
    from kurucz_a1.spectrum import prepare_synthesis

    model, lines = chosen_model(arguments.model), chosen_lines(arguments.lines)
    synthesizer = prepare_synthesis(wavelengths(), lines)
    plain = jax.jit(lambda model: synthesizer(model, vmic=VMIC).normalized)
    emulator = load_emulator(arguments.emulator) if arguments.emulator else load_emulator()

    def of_labels(point):
        star = emulator(**dict(zip(LABELS, point[:4], strict=True)))
        return synthesizer(star, vmic=point[4]).normalized

    point = jnp.array([*LABELS.values(), VMIC])
    with_derivatives = jax.jit(lambda point: (of_labels(point), jax.jacfwd(of_labels)(point)))
    found = {"lines": len(lines), "machine": cpu_name()}
    for name, function in (("plain", lambda: plain(model)), ("derivatives", lambda: with_derivatives(point))):
        found[name] = dict(zip(("first", "seconds", "processor"), best(function), strict=True))
    found["normalized"] = np.asarray(plain(model)).tolist()
    return found


def longer(arguments):
    """Seconds, lines and peak memory of one longer window, for a JSON file."""
    from kurucz_a1.spectrum import prepare_synthesis

    window = GROWTH_FROM, GROWTH_FROM + arguments.length
    model, lines = chosen_model(arguments.model), chosen_lines(arguments.lines, window)
    synthesizer = prepare_synthesis(np.arange(*window, STEP), lines)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first, again, _ = best(lambda: synthesizer(model, vmic=VMIC).normalized)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux
    return {"length": arguments.length, "points": len(synthesizer.wavelength), "lines": len(lines)} | {
        "first": first,
        "again": again,
        "prepared_mb": before / 1e3,
        "peak_mb": after / 1e3,
    }


def pysme(arguments):
    """PySME's synthesis on its own wavelengths and on ours, or None where .venv-peers is missing: seconds, processor
    seconds, number of wavelengths computed, and the normalised flux at ours."""
    from peer_process import PYTHON, run_program
    from pysme_input import pysme_input

    if not PYTHON.exists():
        return None
    model, lines = chosen_model(arguments.model), chosen_lines(arguments.lines)
    defaults = {"scattering": 0, "reach": 1e-4}  # what an SME_Structure has unless its user says otherwise
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, adaptive in (("adaptive", 1), ("fixed", 0)):
            given = pysme_input(model, wavelengths(), lines, VMIC) | defaults | {"adaptive": adaptive}
            runs = [run_program("pysme_spectrum.py", folder, given) for _ in range(REPEATS)]
            found[name] = {
                "seconds": min(float(run["seconds"]) for run in runs),
                "processor": min(float(run["seconds"] * run["threads"]) for run in runs),
                "points": int(runs[0]["points"]),
                "normalized": (runs[0]["flux"] / runs[0]["continuum"]).tolist(),
            }
    return found


def growth(rows):
    """The table of longer windows in Markdown."""
    text = f"""
## Longer windows

From {GROWTH_FROM:g} A in steps of {STEP:g} A, the atomic lines of the same list. Peak resident memory of the process,
before and after the first spectra: the line plan, the spectra, and the compiler.

| A | points | lines | s | us per point | first call, s | before, MB | peak, MB |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
    for row in rows:
        text += (
            f"| {row['length']:g} | {row['points']:,} | {row['lines']:,} | {row['again']:.2f} "
            f"| {1e6 * row['again'] / row['points']:.0f} | {row['first']:.0f} "
            f"| {row['prepared_mb']:.0f} | {row['peak_mb']:.0f} |\n"
        )
    return text


def page(found, peer, load):
    """The page in Markdown; load: of the machine before the run, 1 minute."""
    text = f"""# Speed of the synthesis

Written by `python benchmarks/spectrum.py` on {found["machine"]}; do not edit. The Sun, {WINDOW[0]:g} to {WINDOW[1]:g} A
in steps of {STEP:g} A ({len(wavelengths())} points), {found["lines"]} atomic lines, no molecules. Best of {REPEATS}
after the first; PySME's best of {REPEATS} runs of its library, with the defaults of its SME_Structure. Processor:
summed over threads, which other programs disturb less. Load of the machine before the run: {load:.1f}.

| what | s | processor, s | first call, s | over PySME | processor |
| --- | --- | --- | --- | --- | --- |
"""
    users = None if peer is None else peer["adaptive"]

    def row(what, one):
        first = f"{one['first']:.0f}" if "first" in one else ""
        ratios = ["-" if users is None else f"{one[name] / users[name]:.2f}" for name in ("seconds", "processor")]
        return f"| {what} | {one['seconds']:.2f} | {one['processor']:.2f} | {first} | {' | '.join(ratios)} |\n"

    text += row("flux and continuum", found["plain"])
    what = "the same from labels by the emulator, with derivatives in teff, logg, feh, afe and vmic"
    text += row(what, found["derivatives"])
    if peer is None:
        return text
    same = peer["fixed"]
    text += row(f"PySME 1.2.0, as called by users: {users['points']:,} points that it chooses", users)
    text += row(f"PySME 1.2.0 on the same {same['points']:,} points", same)
    return (
        text
        + f"""
The points that PySME chooses lie closer in lines and reach 2 A further at each end; its spectrum is interpolated
between them. Its normalised fluxes differ from ours by {_difference(found, users)};
on the same points by {_difference(found, same)}.
"""
    )


def _difference(one, other):
    difference = np.array(one["normalized"]) - np.array(other["normalized"])
    return f"{np.sqrt(np.mean(difference**2)):.4f} (rms), {np.abs(difference).max():.4f} at most"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", required=True, help="a line list of any known form")
    parser.add_argument("--model", help="a deck of the Sun; without it that of the package's ATLAS-12 models")
    parser.add_argument("--emulator", help="folder of a trained emulator; without it that of the package")
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "spectrum.md")
    parser.add_argument("--part", choices=["ours", "pysme", "longer"], help=argparse.SUPPRESS)
    parser.add_argument("--length", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sys.path.insert(0, str(PROJECT / "tests" / "peers"))
    if arguments.part:
        json.dump({"ours": ours, "pysme": pysme, "longer": longer}[arguments.part](arguments), sys.stdout)
        return
    from kurucz_a1.files import write_text

    load = os.getloadavg()[0]

    def run(*part):
        print(" ".join(part), "...", file=sys.stderr, flush=True)
        command = [sys.executable, *sys.argv, "--part", *part]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)

    peer, found = run("pysme"), run("ours")
    rows = [run("longer", "--length", str(length)) for length in LONGER]
    write_text(arguments.output, page(found, peer, load) + growth(rows))
    print(f"{arguments.output} written")


if __name__ == "__main__":
    main()
