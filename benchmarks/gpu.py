"""The solver and the training on a GPU: the page benchmarks/gpu.md.

    python benchmarks/gpu.py [--output benchmarks/gpu.md] [--parts WORD ...]

Models are solved side by side in growing numbers of lanes and compared with those of the CPU of the same machine;
epochs of the paper's network are timed at both of its sizes. Each part compiles in a process of its own, all at once,
and has the GPU to itself while it is timed. The page is written anew, whole, after each part that is done. --parts
does those alone whose names begin with one of the words ("solver 300", "training").
"""

import argparse
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SEED = 13
SOLVED = ((300, 1), (300, 16), (300, 64), (300, 256), (600, 256))  # frequencies, lanes
COMPARED = 8  # models that the CPU makes too, at FREQUENCIES
FREQUENCIES = 300
WIDTHS = {"of the paper's figures": (128, 64), "released by its authors": (512, 512)}
TRAINED_ON, BATCHES, EPOCHS = 8192, (32, 256), 3


@contextmanager
def alone(lock):
    """Nobody else's timed part runs meanwhile."""
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def drawn_labels(count):
    """``count`` labels of the box in config/config.yaml, as dicts."""
    import yaml

    from kurucz_a1.grid import draw_labels
    from kurucz_a1.labels import LabelSpace

    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text(encoding="utf-8"))
    return draw_labels(LabelSpace.from_box(config["grid"]["box"]), count, SEED).to_dict("records")


def solver(frequencies, lanes, lock):
    """One row of the page's first table, as a dict, with the temperatures of the first COMPARED models (K)."""
    import jax

    from kurucz_a1.atmosphere import SolverOptions, solve_batch

    options = SolverOptions(frequencies=frequencies)
    labels = drawn_labels(max(2 * lanes, 16))
    start = time.perf_counter()
    solve_batch(labels[:1] * lanes, options, lanes)
    first = time.perf_counter() - start
    with alone(lock):
        start = time.perf_counter()
        models = solve_batch(labels, options, lanes)
        seconds = time.perf_counter() - start
    reasons = [str(model) for model in models if isinstance(model, Exception)]
    return {
        "frequencies": frequencies,
        "lanes": lanes,
        "seconds": seconds / len(labels),
        "failed": len(reasons),
        "reasons": reasons[:3],
        "of": len(labels),
        "first": first,
        "peak_mb": (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0) / 2**20,
        "temperatures": [None if isinstance(m, Exception) else m.temperature.tolist() for m in models[:COMPARED]],
    }


def on_cpu():
    """Temperatures of the first COMPARED models as ``solve`` makes them, a list of lists (K)."""
    from kurucz_a1.atmosphere import SolverOptions, solve

    options = SolverOptions(frequencies=FREQUENCIES)
    return [solve(**label, options=options).temperature.tolist() for label in drawn_labels(COMPARED)]


def training(name, kind, batch, lock):
    """One row of the page's second table, as a dict."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    from kurucz_a1.dataset import atlas12_reference_dataset
    from kurucz_a1.emulator import fitting
    from kurucz_a1.emulator.kinds import read_training_settings
    from kurucz_a1.emulator.training import prepare_task
    from kurucz_a1.emulator.training_data import prepare, select

    widths = dict(zip(("label_width", "depth_width"), WIDTHS[name], strict=True))
    settings = read_training_settings(widths, kind)
    objective, constants, models, validation = prepare_task(
        kind, settings, prepare(atlas12_reference_dataset(), hydrostatic=kind == "hydrostatic")
    )
    # As many models as are asked for: the real ones over and over, which costs what different ones would.
    models = select(models, np.random.default_rng(SEED).integers(models.labels.shape[0], size=TRAINED_ON))
    state = fitting.start(objective.network, SEED, models.labels.shape[1])
    rates = jnp.full(fitting.steps_in_epoch(TRAINED_ON, batch), 1e-4, dtype=jnp.float32)

    def epoch(state):
        return fitting.run_epoch(objective, state, models, validation, constants, rates, jax.random.key(SEED))

    state, _ = jax.block_until_ready(epoch(state))
    with alone(lock):
        start = time.perf_counter()
        for _ in range(EPOCHS):
            state, losses = epoch(state)
        jax.block_until_ready(state)
        seconds = (time.perf_counter() - start) / EPOCHS
    # A layer's product is done once forward and twice backward, at every depth.
    weights = sum(leaf.size for leaf in jax.tree.leaves(state.parameters))
    least = 6.0 * weights * TRAINED_ON * models.fields.shape[1]
    return {
        "network": name,
        "kind": kind,
        "batch": batch,
        "seconds": seconds,
        "finite": bool(np.isfinite(losses.validation.total)),
        "rate": TRAINED_ON / seconds,
        "tflops": least / seconds / 1e12,
    }


def parts():
    """The parts of the benchmark by name: function and arguments, except the lock."""
    found = {f"solver {frequencies} {lanes}": (solver, (frequencies, lanes)) for frequencies, lanes in SOLVED}
    for name in WIDTHS:
        for kind in ("mlp", "pinn"):
            for batch in BATCHES:
                found[f"training {name} {kind} {batch}"] = (training, (name, kind, batch))
    return found


def work(name, lock):
    """Do one part in this process and print its result as JSON."""
    sys.path.insert(0, str(PROJECT / "src"))
    import kurucz_a1  # noqa: F401, isort: skip  (float64)
    import jax

    if name == "cpu":
        print(json.dumps({"temperatures": on_cpu()}))
        return
    device = jax.devices()[0]
    if device.platform == "cpu":
        raise SystemExit("no GPU here: jax sees the CPU alone")
    function, arguments = parts()[name]
    result = function(*arguments, lock)
    print(json.dumps({**result, "machine": f"{device.device_kind}, jax {jax.__version__}"}))


def difference(rows, exact):
    """Largest relative difference of temperature of the rows' models from ``exact``; None where there are none."""
    found = [
        abs(here / there - 1.0)
        for row in rows
        if row["frequencies"] == FREQUENCIES
        for model, truth in zip(row["temperatures"], exact, strict=True)
        if model is not None
        for here, there in zip(model, truth, strict=True)
    ]
    return max(found, default=None)


def page(results):
    """The page in Markdown; results: {name of a part: its result}."""
    solved = [results[f"solver {a} {b}"] for a, b in SOLVED if f"solver {a} {b}" in results]
    trained = [result for name, result in results.items() if name.startswith("training")]
    trained.sort(key=lambda row: (row["network"], row["kind"], row["batch"]))
    machine = next(result["machine"] for name, result in results.items() if name != "cpu")
    text = f"""# Solver and training on a GPU

Written by `python benchmarks/gpu.py` on {machine}; do not edit. The parts compiled in processes of their own, all at
once; each had the GPU to itself while timed.

## Models side by side

`solve_batch`, labels drawn in the default box with seed {SEED}, twice as many as lanes (16 at least), float64. First
call: with compilation.

| frequencies | lanes | s per model | no model | of | first call, s | peak memory, MB |
| --- | --- | --- | --- | --- | --- | --- |
"""
    line = "| {frequencies} | {lanes} | {seconds:.3f} | {failed} | {of} | {first:.0f} | {peak_mb:.0f} |\n"
    text += "".join(line.format(**row) for row in solved)
    largest = difference(solved, results["cpu"]["temperatures"]) if "cpu" in results else None
    if largest is not None:
        text += f"""
Largest difference of temperature from the same models made by `solve` on the CPU beside it, {COMPARED} stars at
{FREQUENCIES} frequencies: {largest:.1e}.
"""
    text += f"""
## Training

An epoch of {TRAINED_ON} models on 80 depths, products in full float32, without compilation. TFLOP/s: the minimum for
the network's matrix products, six operations per weight and depth, divided by the time; `pinn` does more, because it
differentiates along depth.

| network | kind | models per batch | s per epoch | models per second | TFLOP/s |
| --- | --- | --- | --- | --- | --- |
"""
    line = "| {network} | {kind} | {batch} | {seconds:.3f} | {rate:,.0f} | {tflops:.1f} |\n"
    return text + "".join(line.format(**row) for row in trained)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "gpu.md")
    parser.add_argument("--parts", nargs="+", metavar="WORD", default=[""])
    parser.add_argument("--part", nargs=2, metavar=("NAME", "LOCK"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        work(*arguments.part)
        return
    sys.path.insert(0, str(PROJECT / "src"))
    from kurucz_a1.files import write_text

    environment = os.environ | {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "JAX_ENABLE_COMPILATION_CACHE": "false"}
    results, running = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cpu", *(name for name in parts() if name.startswith(tuple(arguments.parts)))):
            command = [sys.executable, __file__, "--part", name, str(Path(folder) / "lock")]
            extra = {"JAX_PLATFORMS": "cpu"} if name == "cpu" else {}
            running[name] = subprocess.Popen(command, env=environment | extra, stdout=subprocess.PIPE, text=True)
        while running:
            name = next((name for name, process in running.items() if process.poll() is not None), None)
            if name is None:
                time.sleep(0.5)
                continue
            process = running.pop(name)
            said = process.stdout.read()
            if process.returncode:
                raise SystemExit(f"{name}: ended with status {process.returncode}")
            results[name] = json.loads(said)
            shown = {key: value for key, value in results[name].items() if key != "temperatures"}
            print(f"{name}: {shown}", flush=True)
            if set(results) - {"cpu"}:
                write_text(arguments.output, page(results))
    print(arguments.output)


if __name__ == "__main__":
    main()
