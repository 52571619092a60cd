"""How fast the embedded solver is, and what it costs: the table in benchmarks/solver.md.

    python benchmarks/solver.py                              50 labels at 300, 600 and 1200 frequencies, minutes
    python benchmarks/solver.py --peer ATLAS-12=tries.csv    and the ratio to another program's seconds, same stars
    python benchmarks/solver.py --lanes 8                    and the labels side by side in lanes, the form for GPUs

Each number of frequencies runs in two processes of its own, one after the other, with a fresh folder for compiled code:
the first compiles everything, the second takes it from the folder. Labels are drawn in the box of config/config.yaml
with a fixed seed, and solved one after another as the grid does it. The page is written whole or not at all.
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

PROJECT = Path(__file__).resolve().parents[1]
SEED = 11
COUNTS = (1, 10, 50)  # models, of whose total time the growth is told
DEPTHS = (80, 152)  # of the growth with depths, at the least number of frequencies
DEPTH_LABELS = 10


def measure(frequencies, labels, depths=80):
    """Solve for each of ``labels`` (dicts) in this process, on a number of depths.

    Returns a dict: first_s and again_s, seconds of the first model with and without compiling, import included in the
    first; wall_s and cpu_s, lists of seconds a model; failed, how many had no model (their seconds count); peak_mb,
    the largest resident memory.
    """
    start = time.perf_counter()
    from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve

    options = SolverOptions(frequencies=frequencies, depths=depths)

    def made(label):
        try:
            solve(**label, options=options)
        except NotConverged:
            return False
        return True

    made(labels[0])
    first = time.perf_counter() - start
    start = time.perf_counter()
    made(labels[0])
    again = time.perf_counter() - start
    wall, cpu, failed = [], [], 0
    for number, label in enumerate(labels, start=1):
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        failed += not made(label)
        wall.append(time.perf_counter() - wall_start)
        cpu.append(time.process_time() - cpu_start)
        if number % 10 == 0 or number == len(labels):
            print(f"{frequencies} frequencies: {number} of {len(labels)} models", file=sys.stderr, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kB on Linux
    return {"first_s": first, "again_s": again, "wall_s": wall, "cpu_s": cpu, "failed": failed, "peak_mb": peak}


def measure_lanes(frequencies, labels, lanes):
    """Seconds, compiling not counted, that ``solve_batch`` takes for all of ``labels`` (dicts) together: a dict."""
    from kurucz_a1.atmosphere import SolverOptions, solve_batch

    options = SolverOptions(frequencies=frequencies)
    solve_batch(labels[:1] * lanes, options, lanes)  # compiles
    start = time.perf_counter()
    models = solve_batch(labels, options, lanes)
    seconds = time.perf_counter() - start
    return {"wall_s": seconds, "failed": sum(isinstance(model, Exception) for model in models)}


def in_process(frequencies, labels, cache, lanes=None, depths=80):
    """``measure`` in a process of its own whose compiled code is kept in the folder ``cache``.

    lanes: ``measure_lanes`` instead, with this many; depths: of the models.
    """
    environment = os.environ | {
        "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "PYTHONPATH": str(PROJECT / "src"),
    }
    command = [sys.executable, __file__, "--worker", str(frequencies), "--worker-depths", str(depths)]
    command += ["--lanes", str(lanes)] if lanes else []
    done = subprocess.run(
        command, input=json.dumps(labels), env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def drawn_labels(count):
    """``count`` labels of the box in config/config.yaml, as dicts."""
    import yaml

    from kurucz_a1.grid import draw_labels
    from kurucz_a1.labels import LabelSpace

    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text(encoding="utf-8"))
    return draw_labels(LabelSpace.from_box(config["grid"]["box"]), count, SEED).to_dict("records")


def peer_stars(path, labels_at_most=10):
    """Stars of another program that the solver can make: (labels, seconds of that program) each.

    path: csv with the columns teff, logg, m_h, alpha_m, vturb_km_s, layers, status and wall_s, the seconds of all tries
    of one star on one core. Converged models ("ok") at 2 km/s from 4500 to 8000 K with 80 layers, as many as asked for.
    """
    import pandas

    table = pandas.read_csv(path)
    good = (table["status"] == "ok") & (table["vturb_km_s"] == 2.0) & table["teff"].between(4500, 8000)
    chosen = table[good & (table["layers"] == 80)].head(labels_at_most)
    names = {"teff": "teff", "logg": "logg", "m_h": "feh", "alpha_m": "afe", "vturb_km_s": "vturb"}
    labels = chosen[list(names)].rename(columns=names).to_dict("records")
    return list(zip(labels, chosen["wall_s"].tolist(), strict=True))


def page(results, peers, machine, batch=None, by_depths=None):
    """The page in Markdown.

    results: {frequencies: (cold, cached)} of ``measure``; peers: (program, frequencies, median ratio, number) each, of
    another program's seconds over the solver's CPU seconds; machine: where it ran; batch: (frequencies, lanes,
    ``measure_lanes``) or None; by_depths: (frequencies, {depths: ``measure``}) or None."""
    from statistics import fmean, median

    count = len(next(iter(results.values()))[1]["wall_s"])
    text = f"""# Speed of the embedded solver

Written by `python benchmarks/solver.py` on {machine}; do not edit. {count} labels drawn in the default box with seed
{SEED}, one after another in one process; labels without a model count too. Compile: the first model minus
the same model again, imports included.

| frequencies | median s per model | mean | p95 | CPU s, median | no model | compile, s | from cache, s | peak MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
    for frequencies, (cold, cached) in sorted(results.items()):
        ordered = sorted(cached["wall_s"])
        numbers = [
            f"{median(ordered):.2f}",
            f"{fmean(ordered):.2f}",
            f"{ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)]:.2f}",
            f"{median(cached['cpu_s']):.2f}",
            cached["failed"],
            *(f"{run['first_s'] - run['again_s']:.0f}" for run in (cold, cached)),
            f"{max(cold['peak_mb'], cached['peak_mb']):.0f}",
        ]
        text += f"| {frequencies} | {' | '.join(map(str, numbers))} |\n"
    counts = [number for number in COUNTS if number <= count]
    text += "\n## Growth with the number of models\n\n"
    text += f"| frequencies | {' | '.join(f'{number} models, s' for number in counts)} |\n"
    text += f"| --- |{' --- |' * len(counts)}\n"
    for frequencies, (_, cached) in sorted(results.items()):
        totals = " | ".join(f"{sum(cached['wall_s'][:number]):.1f}" for number in counts)
        text += f"| {frequencies} | {totals} |\n"
    if by_depths:
        frequencies, runs = by_depths
        few = min(DEPTH_LABELS, count)
        text += f"\n## Growth with the number of depths\n\n{few} of the labels, {frequencies} frequencies.\n\n"
        text += "| depths | median s per model | CPU s, median | no model |\n| --- | --- | --- | --- |\n"
        for depths, run in runs.items():
            text += f"| {depths} | {median(run['wall_s']):.2f} | {median(run['cpu_s']):.2f} | {run['failed']} |\n"
    if batch:
        frequencies, lanes, run = batch
        text += (
            f"\n## Side by side\n\n`solve_batch` with {lanes} lanes at {frequencies} frequencies: "
            f"{run['wall_s'] / count:.2f} s per model in the mean of the same labels, "
            f"{run['failed']} without a model.\n"
        )
    for program, frequencies, ratio, number in peers:
        text += (
            f"\n## Against {program}\n\nSeconds that {program} took for the same stars, all tries on one core, over "
            f"CPU seconds of the solver at {frequencies} frequencies: {ratio:.3g} in the median of {number} "
            f"{'star' if number == 1 else 'stars'}.\n"
        )
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=int, default=50, help="models a number of frequencies")
    parser.add_argument("--frequencies", type=int, nargs="+", default=[300, 600, 1200], choices=[300, 600, 1200])
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=FILE", help="csv of a program's runs (see peer_stars)"
    )
    parser.add_argument("--lanes", type=int, help="measure solve_batch too, with this many models side by side")
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "solver.md")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--worker-depths", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        labels = json.load(sys.stdin)
        if arguments.lanes:
            print(json.dumps(measure_lanes(arguments.worker, labels, arguments.lanes)))
        else:
            print(json.dumps(measure(arguments.worker, labels, arguments.worker_depths)))
        return
    if arguments.labels < 1:
        parser.error("--labels must be at least 1")
    if arguments.lanes is not None and arguments.lanes < 1:
        parser.error("--lanes must be at least 1")
    files = {name: Path(path) for name, _, path in (peer.partition("=") for peer in arguments.peer)}
    for name, path in files.items():
        if not path.is_file():
            parser.error(f"--peer {name}: no such file: {path}; write NAME=FILE")

    sys.path.insert(0, str(PROJECT / "src"))
    from kurucz_a1.evaluation.timing import device_name
    from kurucz_a1.files import write_text

    labels = drawn_labels(arguments.labels)
    results, peers, batch, by_depths = {}, [], None, None
    for frequencies in arguments.frequencies:
        with tempfile.TemporaryDirectory() as cache:
            cold = in_process(frequencies, labels[:1], cache)
            results[frequencies] = (cold, in_process(frequencies, labels, cache))
            for program, path in files.items() if frequencies == max(arguments.frequencies) else ():
                known = peer_stars(path)
                own = in_process(frequencies, [label for label, _ in known], cache)["cpu_s"]
                ratios = sorted(theirs / mine for (_, theirs), mine in zip(known, own, strict=True))
                peers.append((program, frequencies, ratios[len(ratios) // 2], len(ratios)))
            if frequencies == min(arguments.frequencies):
                few = labels[:DEPTH_LABELS]
                by_depths = (frequencies, {n: in_process(frequencies, few, cache, depths=n) for n in DEPTHS})
                if arguments.lanes:
                    batch = (frequencies, arguments.lanes, in_process(frequencies, labels, cache, arguments.lanes))
    write_text(arguments.output, page(results, peers, device_name(), batch, by_depths))
    print(arguments.output)


if __name__ == "__main__":
    main()
