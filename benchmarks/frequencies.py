"""What few frequencies cost in accuracy: the tables in benchmarks/frequencies.md.

    python benchmarks/frequencies.py             nine stars at seven microturbulences, 60 of the whole range: minutes
    python benchmarks/frequencies.py --drawn 0   without the latter

Models of the embedded solver with 300 and 600 frequencies are compared with those of 1200, over -5 <= log tau <= 2: the
root mean square of the difference in ln T. The page is written whole or not at all.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import yaml

PROJECT = Path(__file__).resolve().parents[1]
FEW, MANY = (300, 600), 1200
VTURB = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)  # km/s
SEED = 7
#: K, dex: from M dwarfs to A stars, and giants.
STARS = (
    {"teff": 3500.0, "logg": 1.0},
    {"teff": 3600.0, "logg": 4.7},
    {"teff": 4300.0, "logg": 1.7, "feh": -0.5},
    {"teff": 4700.0, "logg": 1.5, "feh": -2.5},
    {"teff": 5000.0, "logg": 4.5},
    {"teff": 5777.0, "logg": 4.44},
    {"teff": 6500.0, "logg": 4.0, "feh": -1.0},
    {"teff": 8000.0, "logg": 4.0},
    {"teff": 12000.0, "logg": 4.0},
)


def models(stars):
    """ln T of ``stars`` (dicts of labels) at -5 <= log tau <= 2, by numbers of frequencies; NaN without a model."""
    from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve
    from kurucz_a1.atmosphere.depth import depth_grid

    log_tau = depth_grid().log_tau
    inside = (log_tau >= -5.0) & (log_tau <= 2.0)
    found = {}
    for count in (*FEW, MANY):
        options = SolverOptions(frequencies=count)
        found[count] = np.full((len(stars), inside.sum()), np.nan)
        for number, star in enumerate(stars):
            try:
                found[count][number] = np.log(np.asarray(solve(**star, options=options).temperature)[inside])
            except NotConverged as error:
                print(error, file=sys.stderr, flush=True)
        print(f"{count} frequencies: {len(stars)} stars", file=sys.stderr, flush=True)
    return found


def differences(found):
    """Root mean squares over depth of the difference from the models with MANY frequencies, in per cent, by number."""
    return {count: 100.0 * np.sqrt(np.mean((found[count] - found[MANY]) ** 2, axis=-1)) for count in FEW}


def page(of_stars, of_drawn):
    """The page.

    of_stars: ``differences`` of STARS at each of VTURB, as arrays (star, vturb); of_drawn: those of stars drawn in the
    whole range, or None.
    """
    lines = [
        "# What few frequencies cost in accuracy",
        "",
        "Written by `python benchmarks/frequencies.py`; do not edit. Models of the embedded solver with 300 and 600",
        f"frequencies, beside those with {MANY}: root mean square of the difference in ln T over -5 <= log tau <= 2,",
        "in per cent.",
        "",
        "| Teff, K | log g | [M/H] | " + " | ".join(f"{n}: {v:g} km/s" for n in FEW for v in VTURB) + " |",
        "|" + " --- |" * (3 + len(FEW) * len(VTURB)),
    ]
    for number, star in enumerate(STARS):
        values = " | ".join(f"{value:.2f}" for count in FEW for value in of_stars[count][number])
        lines.append(f"| {star['teff']:.0f} | {star['logg']:g} | {star.get('feh', 0.0):g} | {values} |")
    if of_drawn is not None:
        lines += [
            "",
            f"Stars drawn as those of the training set (`config/full.yaml`, seed {SEED}), all labels free:",
            "",
            "| frequencies | models compared | median | 90th percentile | worst |",
            "| --- | --- | --- | --- | --- |",
        ]
        for count in FEW:
            known = of_drawn[count][np.isfinite(of_drawn[count])]
            of_known = " | ".join(f"{value:.2f}" for value in (*np.percentile(known, (50, 90)), known.max()))
            lines.append(f"| {count} | {known.size} of {of_drawn[count].size} | {of_known} |")
    return "\n".join(lines) + "\n"


def main():
    """Solve for all and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawn", type=int, default=60, help="stars of the whole range; by default 60")
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "frequencies.md")
    options = parser.parse_args()

    from kurucz_a1.files import write_text
    from kurucz_a1.grid.labels import draw_labels
    from kurucz_a1.labels import LabelSpace

    found = differences(models([star | {"vturb": vturb} for star in STARS for vturb in VTURB]))
    of_stars = {count: values.reshape(len(STARS), len(VTURB)) for count, values in found.items()}
    of_drawn = None
    if options.drawn:
        grid = yaml.safe_load((PROJECT / "config" / "full.yaml").read_text(encoding="utf-8"))["grid"]
        drawn = draw_labels(LabelSpace.from_box(grid["box"]), options.drawn, SEED, grid["spacing"])
        of_drawn = differences(models(drawn.to_dict("records")))
    write_text(options.output, page(of_stars, of_drawn))


if __name__ == "__main__":
    main()
