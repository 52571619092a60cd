"""From which start ATLAS-12 converges in fewest iterations: the table in benchmarks/atlas12_start.md.

    python benchmarks/atlas12_start.py --executable atlas12.exe --data FOLDER --emulator results/models/pinn

Each of a number of labels, drawn in the box of config/config.yaml with a fixed seed, is run once from each start: the
embedded solver's model, the nearest model of the package's reference set, and what an emulator predicts. A run takes a
minute; runs done before are not repeated (``--runs``, a csv that grows by a row a run). The page is written whole or
not at all.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CONFIG = Path("config") / "config.yaml"
SEED = 23
ITERATIONS = 45  # of a run: ten more than the wrapper's first, to see late ones
COLUMNS = ("index", "start", "needed", "seconds", "outcome", "made_with")
STARTS = {
    "solver": "the embedded solver's model",
    "neighbour": "the nearest of the reference models",
    "emulator": "the emulator's prediction",
}


def guesses(reference, emulator):
    """Functions from a row of labels (dict) to the Atmosphere to begin with, None where there is none; by start."""
    from kurucz_a1 import load_emulator
    from kurucz_a1.atlas12.points import distance
    from kurucz_a1.grid.guesses import emulator_guess, solver_guess
    from kurucz_a1.labels import Labels
    from kurucz_a1.settings import SolverOptions

    def point_of(model):
        return Labels(**model.floats())

    def nearest(row):
        return min(reference, key=lambda model: distance(point_of(model), Labels(**row)))

    found = {"solver": solver_guess(SolverOptions(frequencies=600)), "neighbour": nearest}
    return found | ({"emulator": emulator_guess(load_emulator(emulator))} if emulator else {})


def run(program, row, start, model, folder):
    """A row of the record: one run of ``program`` (Program) for a row of labels from an Atmosphere, or None."""
    from kurucz_a1.atlas12.attempt import Start, attempt
    from kurucz_a1.decks import to_deck
    from kurucz_a1.labels import Labels

    if model is None:
        return {"start": start, "needed": None, "seconds": 0.0, "outcome": "no model to begin with"}
    point = Labels(**row)
    made = attempt(program, point, Start(point, to_deck(model), start), ITERATIONS, folder)
    outcome = "converged" if made.converged else made.reason
    return {"start": start, "needed": made.needed, "seconds": round(made.seconds, 1), "outcome": outcome}


def identity(program, emulator):
    """Digest of all that a run follows from besides labels and start: program, its data, the box, the emulator."""
    parts = [json.dumps(program.description(), sort_keys=True, default=str), (PROJECT / CONFIG).read_text("utf-8")]
    if emulator:
        parts.append((emulator / "emulator.json").read_text("utf-8"))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def page(runs, count, emulator):
    """The page in Markdown, of the runs (a table of COLUMNS) of the first ``count`` labels."""
    runs = runs[runs["index"] < count]
    runs = runs.assign(needed=runs["needed"].where(runs["outcome"] == "converged"))
    needed = runs.pivot(index="index", columns="start", values="needed")
    everywhere = needed.dropna()
    text = f"""# Start models for ATLAS-12

Written by `python benchmarks/atlas12_start.py`; do not edit. {count} labels drawn in the default box with seed {SEED},
each run once for {ITERATIONS} iterations from each start{f"; the emulator is that of {emulator}" if emulator else ""}.
Needed: the iteration after which a converged run stays within the limits of flux and temperature.

| start | converged | needed, median | smallest | largest | of the {len(everywhere)} that all starts reach, median |
| --- | --- | --- | --- | --- | --- |
"""
    for start in [name for name in STARTS if name in needed]:
        outcomes = runs.loc[runs["start"] == start, "outcome"]
        own = needed[start]
        numbers = [own.median(), own.min(), own.max(), everywhere[start].median()]
        text += f"| {STARTS[start]} | {(outcomes == 'converged').sum()} of {len(outcomes)} | "
        text += " | ".join("-" if number != number else f"{number:g}" for number in numbers) + " |\n"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--executable", type=Path, required=True, help="the classic ATLAS-12, for 80 layers")
    parser.add_argument("--data", type=Path, required=True, help="folder of its data")
    parser.add_argument("--emulator", type=Path, help="folder of a trained emulator; without it that start is left out")
    parser.add_argument("--labels", type=int, default=12, help="points")
    parser.add_argument("--runs", type=Path, default=Path("results/benchmarks/atlas12_start.csv"), help="the record")
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "atlas12_start.md")
    arguments = parser.parse_args()
    import pandas as pd
    import yaml

    from kurucz_a1.atlas12.program import Program
    from kurucz_a1.dataset import atlas12_reference_atmospheres
    from kurucz_a1.files import write_text
    from kurucz_a1.grid import draw_labels
    from kurucz_a1.labels import LabelSpace

    program = Program(executable=arguments.executable.resolve(), data=arguments.data.resolve())
    program.check()
    config = yaml.safe_load((PROJECT / CONFIG).read_text("utf-8"))
    labels = draw_labels(LabelSpace.from_box(config["grid"]["box"]), arguments.labels, SEED).to_dict("index")
    makers = guesses(atlas12_reference_atmospheres(), arguments.emulator)
    runs = pd.read_csv(arguments.runs) if arguments.runs.is_file() else pd.DataFrame(columns=COLUMNS)
    made_with = identity(program, arguments.emulator)
    runs = runs[runs["made_with"] == made_with]  # those of another program or emulator compare with nothing here
    known = set(zip(runs["index"], runs["start"], strict=True))
    due = [(index, start) for index in labels for start in makers if (index, start) not in known]
    for number, (index, start) in enumerate(due, start=1):
        with tempfile.TemporaryDirectory() as folder:
            row = run(program, labels[index], start, makers[start](labels[index]), Path(folder) / "run")
        runs = pd.DataFrame(
            [*runs.to_dict("records"), {"index": index, **row, "made_with": made_with}], columns=COLUMNS
        )
        arguments.runs.parent.mkdir(parents=True, exist_ok=True)
        write_text(arguments.runs, runs.to_csv(index=False, lineterminator="\n"))
        print(f"run {number} of {len(due)}: label {index} from {start}: {row['outcome'][:60]}", flush=True)
    write_text(arguments.output, page(runs, arguments.labels, arguments.emulator))
    print(f"{arguments.output} written")


if __name__ == "__main__":
    main()
