"""sdist and wheel: built, and the wheel installed and used where there is nothing else."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

LARGEST_SDIST = 19e6  # bytes; of 18e6 17 are the opacity table and the pretrained emulator
# What building needs, beside what pyproject.toml names itself.
BUILT_FROM = ("src", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff")


@pytest.fixture(scope="module")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an sdist, and of a wheel that was built from it."""
    copy, dist = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    for name in BUILT_FROM:
        if (project / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(project / name, copy / name, ignore=ignored)
        else:
            shutil.copy(project / name, copy / name)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, copy)
    return dist


def run(*words: object, **options: object) -> str:
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def source_files(project: Path) -> dict[str, bytes]:
    """Content of every file of the package."""
    root = project / "src"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in (root / "kurucz_a1").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_nothing_else(built: Path, project: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        content = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    assert content == source_files(project)


def test_the_sdist_holds_what_building_needs_and_no_results(built: Path, project: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"src/{name}" for name in source_files(project)} <= names
    assert {name.partition("/")[0] for name in names if name} == {*BUILT_FROM, "PKG-INFO", "setup.cfg"}
    assert sdist.stat().st_size < LARGEST_SDIST


def test_the_wheel_works_with_its_core_dependencies_only(built: Path, project: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    python = tmp_path / "venv" / "bin" / "python"
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    # Of the versions that everything else here is tested with.
    constraints = project / "requirements.in"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", constraints, wheel)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    said = run(python, "-I", project / "tests" / "packaging" / "installed.py", tmp_path, env=environment, cwd=tmp_path)
    lines = said.splitlines()
    assert lines[0].startswith("data files read: ")
    assert "flax is not installed; pip install 'kurucz-a1-workflow[train]'" in lines
    assert lines[-1] == "model and spectrum"
