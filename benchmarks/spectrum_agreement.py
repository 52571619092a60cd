"""How near our spectra are to PySME's, in many windows and stars: the tables in benchmarks/spectrum_agreement.md.

    python benchmarks/spectrum_agreement.py --lists galah_dr3_linelist.h5 gf0600_sample.dat

Real ATLAS-12 models of the package, the atomic lines of the first list that holds a window, the same abundances and
microturbulence in both, PySME's library in .venv-peers.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
LENGTH, STEP, MARGIN = 20.0, 0.01, 3.0  # A
WINDOWS = 4720.0, 4850.0, 5010.0, 5660.0, 5780.0, 5860.0, 6430.0, 6490.0, 6640.0, 6700.0, 7700.0, 7770.0, 7860.0
# teff, logg, feh, vmic: the nearest model of the package is taken
STARS = (
    (5777.0, 4.44, 0.0, 1.0),
    (4600.0, 4.6, 0.0, 1.0),
    (4600.0, 1.8, 0.0, 1.5),
    (5000.0, 2.0, -1.0, 1.5),
    (5200.0, 3.2, 0.3, 1.2),
    (6300.0, 4.0, -1.6, 1.5),
    (6500.0, 4.3, 0.0, 1.5),
    (7600.0, 4.0, 0.0, 2.0),
    (8000.0, 4.0, -0.7, 2.0),
)
CONTINUUM = 3400.0, 3500.0, 3600.0, 3700.0, 3800.0, 3900.0, 4000.0, 4500.0, 5000.0, 6000.0, 7000.0, 8000.0, 9000.0  # A
FEWEST = 20  # lines that a list must have in a window


def pysme(folder, given):
    """Flux and continuum of PySME."""
    from peer_process import run_program

    found = run_program("pysme_spectrum.py", folder, given)
    return found["flux"], found["continuum"]


def compare_windows(folder, lists, stars):
    """{(window, star): (rms, largest)} of the normalised flux, and {window: name of the list}."""
    from pysme_input import pysme_input

    from kurucz_a1.spectrum import prepare_synthesis

    found, used = {}, {}
    for first in WINDOWS:
        wavelength = np.arange(first, first + LENGTH, STEP)
        for path, lines in lists.items():
            inside = lines.between(first - MARGIN, first + LENGTH + MARGIN)
            if len(lines.between(first, first + LENGTH)) >= FEWEST:
                used[first] = path.name
                break
        else:
            continue
        synthesizer = prepare_synthesis(wavelength, inside)
        for star, (model, vmic) in enumerate(stars):
            flux, continuum = pysme(folder, pysme_input(model, wavelength, inside, vmic))
            difference = np.asarray(synthesizer(model, vmic=vmic).normalized) - flux / continuum
            found[first, star] = np.sqrt(np.mean(difference**2)), np.abs(difference).max()
        print(f"{first:g} A done", file=sys.stderr, flush=True)
    return found, used


def compare_continua(folder, stars):
    """Ours over PySME's minus one, (star, wavelength)."""
    from pysme_input import pysme_input

    from kurucz_a1.lines.line_list import make_line_list
    from kurucz_a1.spectrum import synthesize

    weak = make_line_list([5000.0], ["Fe"], [0], [4.0], [-9.0])
    wavelength, found = np.array(CONTINUUM), []
    for model, _ in stars:
        # scattered light is not thermal, as with us
        _, continuum = pysme(folder, pysme_input(model, wavelength, weak, 1.0) | {"scattering": 1})
        found.append(np.asarray(synthesize(model, wavelength, weak, vmic=1.0).continuum) / continuum - 1.0)
    return np.array(found)


def page(stars, found, used, continua):
    """The page in Markdown."""
    names = [f"{float(m.teff):.0f} / {float(m.logg):.1f} / {float(m.feh):+.1f}" for m, _ in stars]
    values = np.array([rms for rms, _ in found.values()])
    lines = [
        "# Spectra beside PySME's",
        "",
        "Written by `python benchmarks/spectrum_agreement.py`; do not edit. ATLAS-12 models of the package, the same",
        "atomic lines, abundances and microturbulences in both codes, PySME 1.2.0.",
        "",
        f"## Normalised flux in windows of {LENGTH:g} A",
        "",
        f"Difference of the normalised fluxes, rms (and largest), every {STEP:g} A; columns: Teff [K] / log g / [M/H].",
        f"Median of all {len(values)}: {np.median(values):.4f}; below 0.003: {np.sum(values < 0.003)}.",
        "",
        "| from [A] | list | " + " | ".join(names) + " |",
        "| --- " * (len(names) + 2) + "|",
    ]
    for first, name in used.items():
        cells = (found[first, star] for star in range(len(stars)))
        lines.append(f"| {first:.0f} | {name} | " + " | ".join(f"{rms:.4f} ({most:.3f})" for rms, most in cells) + " |")
    lines += [
        "",
        "## Continuum",
        "",
        "Ours over PySME's minus one, per cent.",
        "",
        "| star | " + " | ".join(f"{one:.0f} A" for one in CONTINUUM) + " |",
        "| --- " * (len(CONTINUUM) + 1) + "|",
    ]
    for name, row in zip(names, continua, strict=True):
        lines.append(f"| {name} | " + " | ".join(f"{100 * one:+.1f}" for one in row) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lists", required=True, nargs="+", type=Path, help="line lists of any known form")
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "spectrum_agreement.md")
    arguments = parser.parse_args()
    sys.path.insert(0, str(PROJECT / "tests" / "peers"))
    from peer_process import PYTHON

    if not PYTHON.exists():
        sys.exit(f"{PYTHON} is missing; make .venv-peers/.ready builds it")
    from pysme_input import atoms, nearest

    from kurucz_a1.files import write_text
    from kurucz_a1.lines.readers import read_line_list

    lists = {path: atoms(read_line_list(path)) for path in arguments.lists}
    stars = [(nearest(*star[:3]), star[3]) for star in STARS]
    with tempfile.TemporaryDirectory() as folder:
        found, used = compare_windows(folder, lists, stars)
        continua = compare_continua(folder, stars)
    write_text(arguments.output, page(stars, found, used, continua))
    print(f"{arguments.output} written")


if __name__ == "__main__":
    main()
