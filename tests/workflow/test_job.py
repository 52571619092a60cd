"""How a job runs its stage, and what it says when something goes wrong: one line, status 1, and the same in the log."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import validate_call
from workflow.scripts.job import arguments

from kurucz_a1.settings import SolverSettings

SCRIPT = """
import runpy
import sys
from types import SimpleNamespace

class Named(dict):
    def __iter__(self):  # Snakemake's lists of files give values
        return iter(self.values())

sys.path.append({scripts!r})
snakemake = SimpleNamespace(
    rule="grid_batch",
    config={{"results": "results", "solver": {{"threads": 2}}}},
    log=["log.txt"],
    input=Named(),
    output=Named(),
    wildcards=Named(batch="0007"),
    params={{"stage": "stand_in:stage", "threads_of": "solver", "code": "digest"}},
    threads=1,  # on one processor, where the rule would have two
    resources=Named(mem_mb=100),
)
runpy.run_path({scripts!r} + "/run.py", {{"snakemake": snakemake}})
"""
STAGE = """
import sys

def stage():
    {body}
"""


@pytest.fixture
def start(project, tmp_path):
    """A function that starts a job whose stage is one block of statements; returns the process."""

    def run(body):
        (tmp_path / "stand_in.py").write_text(STAGE.format(body=body.replace("\n", "\n    ")))
        path = tmp_path / "script.py"
        path.write_text(SCRIPT.format(scripts=str(project / "workflow" / "scripts")))
        return subprocess.Popen(
            [sys.executable, path],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "LANG": "C"},
        )

    return run


def finish(process):
    out, error = process.communicate(timeout=60)
    return process.returncode, out, error


def test_success_is_quiet_and_logged(start, tmp_path):
    status, out, error = finish(start("print('8 of 8 models \\u2014 done')"))
    assert (status, error) == (0, "")
    assert "8 of 8 models" in out
    assert (tmp_path / "log.txt").read_text(encoding="utf-8") == "8 of 8 models \u2014 done\n"


def test_a_user_error_is_one_line(start, tmp_path):
    status, out, error = finish(start("from kurucz_a1.errors import BadFile\nraise BadFile('a.atm: cut short')"))
    assert (status, out) == (1, "")
    assert error == "grid_batch: a.atm: cut short\n"
    assert (tmp_path / "log.txt").read_text() == error


def test_a_programming_error_keeps_its_traceback(start):
    status, _, error = finish(start("1 / 0"))
    assert status == 1
    assert "Traceback" in error
    assert error.endswith("grid_batch: division by zero\n")


def test_a_missing_package_names_the_way_out(start):
    status, _, error = finish(start("import a_package_that_is_not_there"))
    assert status == 1
    assert error.startswith("grid_batch: no module a_package_that_is_not_there in ")
    assert error.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_one_line(start, tmp_path, number):
    process = start("import time\nprint('ready', flush=True)\ntime.sleep(60)")
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.1)
    process.send_signal(number)
    status, _, error = finish(process)
    assert status == 1
    assert error == "grid_batch: interrupted; files that were complete are kept, run again to go on\n"


def test_moving_bars_and_colours_stay_out_of_the_log(start, tmp_path):
    finish(start("print('\\x1b[31mred\\x1b[0m')\nsys.stdout.write('\\r 10 %')\nprint('end')"))
    assert (tmp_path / "log.txt").read_text() == "red\nend\n"


def test_threads_of_the_configuration_and_compiled_code(start, monkeypatch):
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR", raising=False)
    status, out, error = finish(start("import os\nprint(os.environ['NPROC'], os.environ['JAX_COMPILATION_CACHE_DIR'])"))
    assert status == 0, error
    threads, folder = out.split()
    assert threads == "2"
    assert "/results/.cache/jax/" in folder


def job(**given):
    """A stand-in for a job, empty except for what is given."""
    parts = {key: {} for key in ("input", "output", "wildcards", "params", "resources")}
    return SimpleNamespace(**(parts | given))


def stage(
    *,
    labels: Path,
    lists: list[Path],
    models: Path,
    solver: SolverSettings,
    opacities: Path | None = None,
    batch: int = 0,
    models_mb: float = 1.0,
) -> tuple:
    return labels, lists, models, solver, opacities, batch, models_mb


def test_a_stage_is_called_with_what_it_names(tmp_path):
    given = arguments(
        stage,
        job(
            input={"labels": "a.csv", "lists": [], "opacities": []},
            output={"models": "a.nc"},
            params={"solver": {"frequencies": 300}, "stage": "a:b", "code": "digest", "threads_of": "solver"},
            wildcards={"batch": "0007", "deep": "_deep"},
            resources={"models_mb": 5, "mem_mb": 100},
        ),
    )
    found = validate_call(stage)(**given)
    assert found == (Path("a.csv"), [], Path("a.nc"), SolverSettings(frequencies=300), None, 7, 5.0)


def test_what_a_stage_does_not_take_is_an_error():
    given = arguments(stage, job(params={"tables": 3}))
    with pytest.raises(ValueError, match="tables"):
        validate_call(stage)(**given)


def test_a_name_with_two_meanings_is_an_error():
    with pytest.raises(TypeError, match="labels is given twice"):
        arguments(stage, job(input={"labels": "a"}, output={"labels": "b"}))
