"""The page of benchmarks/emulator.py from made-up numbers."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from benchmarks import emulator as benchmark


def part(factor, **more):
    keys = [f"{name} {count}" for name in benchmark.WIDTHS for count in benchmark.COUNTS]
    epochs = [f"{name} {physics}" for name in benchmark.WIDTHS for physics in (False, True)]
    return {
        "rate": 1e11,
        "threads": 1.96,
        "version": "1.0",
        "inference": dict.fromkeys(keys, 50.0 * factor),
        "training": dict.fromkeys(epochs, 10.0 * factor),
    } | more


OURS = part(
    2.0,
    machine="CPU, 2 threads: Test",
    hydrostatic={"parameters": 1234, "inference": {str(n): 5000.0 for n in benchmark.COUNTS}, "jacobian_s": 2e-4},
)


def test_the_page_compares_both_and_states_the_share_of_the_machine():
    text = benchmark.page({("jax", "cpu"): OURS, ("torch", "cpu"): part(1.0), ("jax", "gpu"): None}, 2, 0.12)
    assert "pinned to the same 2 processor threads" in text and "before the run: 0.1." in text
    assert "of 2048 rows: 100 in JAX (on 2.0 threads), 100 in PyTorch (on 2.0 threads)." in text
    assert "| 10,000 | released (E = D = 512) | 100 | 50 | 2 | 5,000 | 100 |" in text
    # 6 operations x 80 depths x 6,435,072 weights that are used at every depth x 20 models a second of 1e11
    assert "| released (E = D = 512) | yes | 20 | 62 % | 10 | 31 % | 2 |" in text
    assert "all fields and depths, after compilation: 0.20 ms." in text


def test_without_pytorch_its_columns_are_empty():
    text = benchmark.page({("jax", "cpu"): OURS, ("torch", "cpu"): None}, 2, 0.0)
    assert "of 2048 rows: 100 in JAX (on 2.0 threads)." in text
    assert "no PyTorch here" in text
    assert "| 1 | released (E = D = 512) | 100 | - | - | 5,000 | - |" in text


def test_a_machine_that_was_not_idle_is_named():
    results = {("jax", "cpu"): OURS, ("torch", "cpu"): part(1.0, threads=1.7)}
    assert "Other programs ran beside" in benchmark.page(results, 2, 5.0)
    assert "Other programs" not in benchmark.page(results | {("torch", "cpu"): part(1.0)}, 2, 0.1)


def test_shares_are_of_the_faster_product():
    slower = part(1.0, rate=5e10)
    text = benchmark.page({("jax", "cpu"): OURS, ("torch", "cpu"): slower}, 2, 0.0)
    assert "| released (E = D = 512) | yes | 20 | 62 % | 10 | 31 % | 2 |" in text


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_pinned_process_and_its_libraries_have_as_many_threads(project):
    program = (
        "import os; from benchmarks.emulator import POOLS, pin; count = pin(1);"
        "print(count, len(os.sched_getaffinity(0)), *(os.environ[name] for name in POOLS))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"] * 5


@pytest.mark.skipif(find_spec("torch") is not None, reason="would run the benchmark where PyTorch is")
def test_a_framework_that_is_not_here_gives_nothing(project):
    command = [sys.executable, "benchmarks/emulator.py", "--part", "torch", "gpu"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) is None
