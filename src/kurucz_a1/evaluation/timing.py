"""Wall-clock time of the emulators for growing numbers of models, and of the solver per model."""

import time
from collections.abc import Mapping, Sequence

import jax
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import NotConverged, solve
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.emulator import Emulator
from kurucz_a1.labels import Labels
from kurucz_a1.settings import SolverOptions

REPEATS = 3


def timing_table(
    emulators: Mapping[str, Emulator],
    counts: Sequence[int] = (1, 10, 100, 1000, 5000),
    solver_seconds: Sequence[float] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Seconds for N models.

    - ``emulators``: each timed as one batched call at random labels of its space, after compilation, best of three.
    - ``counts``: numbers of models.
    - ``solver_seconds``: wall-clock seconds of models that the solver made one after another; their median gives the
      solver's row for one model (system "solver").
    - ``seed``: of the labels.

    Columns: system, device, models, seconds, seconds_per_model.
    """
    device = device_name()
    generator = np.random.default_rng(seed)
    rows = []
    for system, emulator in emulators.items():
        for count in counts:
            seconds = _best_time(emulator, emulator.space.draw(int(count), generator))
            rows.append({"system": system, "device": device, "models": int(count), "seconds": seconds})
    if solver_seconds is not None and len(solver_seconds):
        # The grid runs on the CPU, whatever the emulators run on.
        median = float(np.median(solver_seconds))
        rows.append({"system": "solver", "device": cpu_name(), "models": 1, "seconds": median})
    table = pd.DataFrame(rows)
    return table.assign(seconds_per_model=table["seconds"] / table["models"])


def solver_seconds(labels: Sequence[Labels], options: SolverOptions) -> list[float]:
    """Wall-clock seconds of each model that the solver makes at ``labels``, without failures.

    The first model is made twice, so that compilation is not timed.
    """
    seconds, tables = [], load_opacities(options)
    for point in [*labels[:1], *labels]:
        start = time.perf_counter()
        try:
            solve(tables.nearest(point), options=options)
        except NotConverged:
            continue
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def device_name() -> str:
    """The device that JAX computes on, for readers: "CPU, 2 threads: AMD EPYC ..." or "GPU: NVIDIA ..."."""
    device = jax.devices()[0]
    return cpu_name() if device.platform == "cpu" else f"GPU: {device.device_kind}"


def cpu_name() -> str:
    """The processor and the number of its threads that this process may use, at most NPROC as in XLA."""
    import os
    import platform

    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(count, int(os.environ.get("NPROC", count)))
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"CPU, {count} thread{'s' if count != 1 else ''}: {model}"


def _best_time(emulator: Emulator, labels: Labels) -> float:
    jax.block_until_ready(emulator(labels).temperature)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        jax.block_until_ready(emulator(labels).temperature)
        times.append(time.perf_counter() - start)
    return min(times)
