"""What a script says when something goes wrong: one line, status 1, and the same in the log."""

import os
import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import sys
from types import SimpleNamespace

sys.path.append({scripts!r})
from stage import stage

files = {{"log": ["log.txt"], "output": ["a.nc"]}}
asked = {{"threads": 1, "resources": {{"pool": 2}}}}  # one processor, where the rule would have two
snakemake = SimpleNamespace(rule="grid_batch", config={{"results": "results"}}, **asked, **files)
with stage(snakemake):
    {body}
"""


@pytest.fixture
def start(project, tmp_path):
    """A function that starts a script of one statement block; returns the process."""

    def run(body):
        path = tmp_path / "script.py"
        path.write_text(SCRIPT.format(scripts=str(project / "workflow" / "scripts"), body=body.replace("\n", "\n    ")))
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


def test_threads_of_the_configuration_and_compiled_code(start):
    status, out, error = finish(start("import os\nprint(os.environ['NPROC'], os.environ['JAX_COMPILATION_CACHE_DIR'])"))
    assert status == 0, error
    threads, folder = out.split()
    assert threads == "2"
    assert "/results/.cache/jax/" in folder
