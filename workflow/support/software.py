"""Where the rules run: in the conda environments of ``envs/``, or in the Python that runs Snakemake."""

import os
import re
import shutil
import subprocess
import sys

from snakemake.settings.types import DeploymentMethod

# Snakemake 9 refuses older ones.
OLDEST_CONDA = (24, 7, 1)
# "off": do not look for conda (the Makefile's runs always use its own environment).
SWITCH = "KURUCZ_A1_CONDA"


class NoConda(RuntimeError):
    """Conda was asked for and is not there; the message is one complete line."""


def choose(workflow):
    """Switch conda environments on where a conda program is found; returns the line that says which it is.
    Raises NoConda where conda is asked for and is not there.

    Jobs that a run starts on its own or on other machines inherit the choice: this is for the main process.
    """
    deployment = workflow.deployment_settings
    if DeploymentMethod.CONDA in deployment.deployment_method:
        if shutil.which("conda") is None:
            oldest = ".".join(map(str, OLDEST_CONDA))
            raise NoConda(
                "Software: conda environments are asked for, but there is no conda program on PATH; install conda "
                f"{oldest} or newer, or leave --sdm conda out (make reproduce needs no conda)"
            )
        return "Software: every rule runs in its conda environment (envs/), as asked for."
    here = f"rules run in the current Python environment, {sys.prefix}"
    if DeploymentMethod.APPTAINER in deployment.deployment_method:
        return "Software: every rule runs in the container that was asked for."
    if os.environ.get(SWITCH) == "off":
        return f"Software: {here}."
    version = conda_version()
    if version is None:
        return f"Software: no conda program found; {here}."
    if version < OLDEST_CONDA:
        found, needed = (".".join(map(str, v)) for v in (version, OLDEST_CONDA))
        return f"Software: conda {found} is older than {needed}; {here}."
    deployment.imply_deployment_method(DeploymentMethod.CONDA)
    return "Software: conda found; every rule runs in its conda environment (envs/)."


def conda_version():
    """The version of the ``conda`` program as numbers, or None where there is none that answers."""
    program = shutil.which("conda")
    if program is None:
        return None
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    numbers = re.search(r"(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, numbers.groups())) if numbers else None
