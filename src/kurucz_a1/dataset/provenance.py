"""How a dataset was made, as netCDF attributes."""

import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import kurucz_a1

_PACKAGES = ("jax", "jaxlib", "numpy", "scipy", "xarray", "netCDF4")


def provenance(config, source, command=""):
    """Attributes that say how a dataset was made.

    config: the configuration, anything that JSON can hold; source: who made the models; command: the command line.
    There is no time stamp: the same inputs give the same file. Returns a dict of strings: model_source, configuration
    (JSON, keys sorted), versions (JSON), git_commit ("unknown" outside a checkout), command.
    """
    return {
        "model_source": str(source),
        "configuration": json.dumps(config, sort_keys=True, default=str),
        "versions": json.dumps(_versions(), sort_keys=True),
        "git_commit": _git_commit(),
        "command": str(command),
    }


def _versions():
    found = {"kurucz_a1": kurucz_a1.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _git_commit():
    folder = Path(kurucz_a1.__file__).resolve().parent
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return result.stdout.strip()
