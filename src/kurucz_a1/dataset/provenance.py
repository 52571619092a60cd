"""How a dataset was made, as netCDF attributes."""

import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import kurucz_a1

_PACKAGES = ("jax", "jaxlib", "numpy", "scipy", "xarray", "netCDF4")


def provenance(config: Any, source: str, command: str = "") -> dict[str, str]:
    """Attributes that say how a dataset was made, without a time stamp: the same inputs give the same file.

    - ``config``: the configuration, anything that JSON can hold.
    - ``source``: what made the models.
    - ``command``: the command line.

    The attributes are model_source, configuration (JSON), versions (JSON), git_commit ("unknown" outside a checkout)
    and command.

    >>> provenance({"seed": 42}, "solver")["configuration"]
    '{"seed": 42}'
    """
    return {
        "model_source": str(source),
        "configuration": json.dumps(config, sort_keys=True, default=str),
        "versions": json.dumps(_versions(), sort_keys=True),
        "git_commit": _git_commit(),
        "command": str(command),
    }


def _versions() -> dict[str, str]:
    versions = {"kurucz_a1": kurucz_a1.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def _git_commit() -> str:
    folder = Path(kurucz_a1.__file__).resolve().parent
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return result.stdout.strip()
