"""The solver and the training on a GPU: the page benchmarks/gpu.md.

    python benchmarks/gpu.py [--output benchmarks/gpu.md]

Models are solved side by side in growing numbers of lanes and compared with those of the CPU of the same machine;
epochs of the paper's network are timed at both of its sizes. Floating-point operations are those that the compiler
counts for the compiled program. The page is written whole or not at all; each part is printed as soon as it is there.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SEED = 13
FREQUENCIES = (300, 600)
LANES = (1, 16, 64, 256)
COMPARED = 8  # models that the CPU makes too
WIDTHS = {"of the paper's figures": (128, 64), "released by its authors": (512, 512)}
TRAINED_ON, BATCHES = 8192, (32, 256)


def solver_rows(frequencies, labels, lanes):
    """For each number of lanes a row of the page's first table, and the models: yields (row, models)."""
    import jax

    from kurucz_a1.atmosphere import SolverOptions, solve_batch

    options = SolverOptions(frequencies=frequencies)
    models = None
    for count in lanes:
        chosen = labels[: max(2 * count, 16)]
        start = time.perf_counter()
        solve_batch(labels[:1] * count, options, count)
        compiled = time.perf_counter() - start
        start = time.perf_counter()
        models = solve_batch(chosen, options, count)
        seconds = time.perf_counter() - start
        failed = sum(isinstance(model, Exception) for model in models)
        stats = jax.devices()[0].memory_stats() or {}
        peak = stats.get("peak_bytes_in_use", 0) / 2**20
        yield (frequencies, count, seconds / len(chosen), failed, len(chosen), compiled, peak), models


def temperatures(labels, frequencies):
    """Temperatures of the models that ``solve`` makes for ``labels``, a list of lists (K)."""
    from kurucz_a1.atmosphere import SolverOptions, solve

    options = SolverOptions(frequencies=frequencies)
    return [solve(**label, options=options).temperature.tolist() for label in labels]


def difference_from_cpu(labels, models, frequencies):
    """Largest relative difference of the temperature from models that the CPU of this machine made."""
    import numpy as np

    command = [sys.executable, __file__, "--cpu", str(frequencies)]
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        command, input=json.dumps(labels), env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    exact = np.array(json.loads(done.stdout))
    return float(np.max(np.abs(np.array([model.temperature for model in models]) / exact - 1.0)))


def training_rows(count, batch_sizes):
    """One row for each size of network, kind and batch: name, kind, batch, seconds an epoch, models/s, TFLOP/s."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    from kurucz_a1.dataset import atlas12_reference_dataset
    from kurucz_a1.emulator import fitting
    from kurucz_a1.emulator.network import AtmosphereNetwork
    from kurucz_a1.emulator.training_data import prepare

    data = prepare(atlas12_reference_dataset())
    # As many models as are asked for: the real ones over and over, which costs what different ones would.
    chosen = np.random.default_rng(SEED).integers(data.training.labels.shape[0], size=count)
    training = data.training._replace(labels=data.training.labels[chosen], fields=data.training.fields[chosen])
    for name, widths in WIDTHS.items():
        network = AtmosphereNetwork(*widths, 0.01)
        for kind in ("mlp", "pinn"):
            for batch in batch_sizes:
                state = fitting.start(network, SEED)
                rates = jnp.full(fitting.steps_in_epoch(count, batch), 1e-4, dtype=jnp.float32)
                alpha = jnp.asarray(1e-3 if kind == "pinn" else 0.0, dtype=jnp.float32)
                arguments = (training, data.validation, data.normalization, rates, alpha, jax.random.key(SEED))
                epoch = fitting.run_epoch.lower(network, state, *arguments, with_physics=kind == "pinn").compile()
                state, _ = epoch(state, *arguments)
                jax.block_until_ready(state)
                start = time.perf_counter()
                for _ in range(3):
                    state, losses = epoch(state, *arguments)
                jax.block_until_ready(state)
                seconds = (time.perf_counter() - start) / 3
                if not np.isfinite(float(losses.validation.total)):
                    raise SystemExit(f"{name}, {kind}: the loss is not finite")
                # a layer's product is done once forward and twice backward, at every depth
                weights = sum(leaf.size for leaf in jax.tree.leaves(state.parameters))
                least = 6.0 * weights * count * training.fields.shape[1]
                yield name, kind, batch, seconds, count / seconds, least / seconds / 1e12


def page(machine, solver, differences, training):
    """The page in Markdown."""
    text = f"""# Solver and training on a GPU

Written by `python benchmarks/gpu.py` on {machine}; do not edit.

## Models side by side

`solve_batch`, labels drawn in the default box with seed {SEED}, twice as many as lanes (16 at least), float64. Compile:
the first call for this number of lanes.

| frequencies | lanes | s a model | no model | of | first call, s | peak memory so far, MB |
| --- | --- | --- | --- | --- | --- | --- |
"""
    for frequencies, lanes, seconds, failed, count, compiled, peak in solver:
        text += f"| {frequencies} | {lanes} | {seconds:.3f} | {failed} | {count} | {compiled:.0f} | {peak:.0f} |\n"
    text += f"\nLargest difference of temperature from the same models made on the CPU beside it, {COMPARED} stars: "
    text += ", ".join(f"{value:.1e} at {frequencies} frequencies" for frequencies, value in differences.items())
    text += f""".

## Training

An epoch of {TRAINED_ON} models on 80 depths, float32 as the trainer has it, compiling not counted. TFLOP/s: the least
that the matrix products of the network need, six for each weight and depth, over the seconds; `pinn` does more, for it
takes the derivative along depth.

| network | kind | models a batch | s an epoch | models a second | TFLOP/s |
| --- | --- | --- | --- | --- | --- |
"""
    for name, kind, batch, seconds, rate, speed in training:
        text += f"| {name} | {kind} | {batch} | {seconds:.2f} | {rate:,.0f} | {speed:.1f} |\n"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=PROJECT / "benchmarks" / "gpu.md")
    parser.add_argument("--cpu", type=int, metavar="FREQUENCIES", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sys.path.insert(0, str(PROJECT / "src"))
    import kurucz_a1  # noqa: F401, isort: skip  (float64)
    import jax
    import yaml

    from kurucz_a1.files import write_text
    from kurucz_a1.grid import draw_labels

    if arguments.cpu:
        print(json.dumps(temperatures(json.load(sys.stdin), arguments.cpu)))
        return
    device = jax.devices()[0]
    if device.platform == "cpu":
        raise SystemExit("no GPU here: jax sees the CPU alone")
    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text(encoding="utf-8"))
    labels = draw_labels(config["grid"]["box"], 2 * max(LANES), SEED).to_dict("records")
    training = []
    for row in training_rows(TRAINED_ON, BATCHES):
        print(row, flush=True)
        training.append(row)
    solver, differences = [], {}
    for frequencies in FREQUENCIES:
        for row, made in solver_rows(frequencies, labels, LANES):
            print(row, flush=True)
            solver.append(row)
            models = made
        differences[frequencies] = difference_from_cpu(labels[:COMPARED], models[:COMPARED], frequencies)
        print(frequencies, differences[frequencies], flush=True)
        write_text(
            arguments.output, page(f"{device.device_kind}, jax {jax.__version__}", solver, differences, training)
        )
    print(arguments.output)


if __name__ == "__main__":
    main()
