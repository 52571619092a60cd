"""How long the fit of a real star takes, and of that the compiler: a row of benchmarks/star_fit.md.

    python benchmarks/star_fit.py SPECTRUM --resolution R --lines LIST --window FIRST LAST [--window FIRST LAST ...]

What `kurucz-a1 fit` does with all of teff, logg, feh, afe, vmic, vsini, vmac, rv, and a straight line in each window,
without compiled code of an earlier process. The row of the same spectrum is replaced.
"""

import argparse
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "benchmarks" / "star_fit.md"
FREE = ("teff", "logg", "feh", "afe", "vmic", "vsini", "vmac", "rv", "continuum", "continuum_slope")
TOLD = ("teff", "logg", "feh")
COMPILING = ("/jax/core/compile/", "/jax/compilation_cache/")
HEAD = """# The fit of a real star

Written by `python benchmarks/star_fit.py`, a row a run; do not edit. Free are teff, logg, feh, afe, vmic, vsini, vmac,
rv, and a straight line in each window. Errors: of what windows tell apart. Compiler: tracing, lowering and XLA, with
nothing kept from an earlier process.

| spectrum | R | windows, A | lines near them | s | of this the compiler | {told} | processor |
| --- | --- | --- | --- | --- | --- | {rules} | --- |
"""


def fitted(arguments, folder):
    """The row of a fit: its cells."""
    import jax
    import pandas as pd

    from kurucz_a1.emulator.saved import PRETRAINED
    from kurucz_a1.evaluation.timing import cpu_name
    from kurucz_a1.inference.observed_star import near
    from kurucz_a1.lines.readers import read_line_lists
    from kurucz_a1.settings import InferenceSettings
    from kurucz_a1.stages.inference import fit_observed_star

    spent = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda event, seconds, **_: spent.append(seconds) if event.startswith(COMPILING) else None
    )
    windows = [tuple(window) for window in arguments.window]
    settings = InferenceSettings.read(
        {"window": windows[0], "observed_windows": windows, "resolution": arguments.resolution, "free": FREE}
    )
    paths = [Path(path) for path in arguments.lines]
    start = time.perf_counter()
    fit_observed_star(
        emulator=PRETRAINED,
        lines=paths,
        star=folder / "star.csv",
        fit=folder / "fit.csv",
        inference=settings,
        seed=0,
        observed=Path(arguments.spectrum),
    )
    seconds = time.perf_counter() - start
    star = pd.read_csv(folder / "star.csv").set_index("parameter")
    lines = read_line_lists(paths)
    count = sum(near(lines, window).sum() for window in windows)
    values = [
        f"{star.value[name]:.{digits}f} ± {star.between_windows[name]:.{digits}f}"
        for name, digits in zip(TOLD, (0, 2, 2), strict=True)
    ]
    names = ", ".join(f"{first:g}-{last:g}" for first, last in windows)
    return [
        Path(arguments.spectrum).name,
        f"{arguments.resolution:g}",
        names,
        f"{count:,} of {', '.join(path.name for path in paths)}",
        f"{seconds:.0f}",
        f"{sum(spent):.0f}",
        *values,
        cpu_name(),
    ]


def page_with(text, cells):
    """The page with a row in place of that of the same spectrum and windows, or after all others."""
    told = " | ".join(TOLD)
    head = HEAD.format(told=told, rules=" | ".join("---" for _ in TOLD))
    rows = [row for row in text.removeprefix(head).splitlines() if row.startswith("| ")]
    rows = [row for row in rows if row.split(" | ")[0] != f"| {cells[0]}" or row.split(" | ")[2] != cells[2]]
    return head + "\n".join([*rows, f"| {' | '.join(cells)} |"]) + "\n"


def main():
    """Fit the star of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spectrum")
    parser.add_argument("--resolution", type=float, required=True)
    parser.add_argument("--lines", nargs="+", required=True)
    parser.add_argument("--window", nargs=2, type=float, action="append", required=True)
    with tempfile.TemporaryDirectory() as folder:
        cells = fitted(parser.parse_args(), Path(folder))
    PAGE.write_text(page_with(PAGE.read_text() if PAGE.exists() else "", cells))
    print(" | ".join(cells))


if __name__ == "__main__":
    main()
