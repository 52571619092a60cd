"""Copies of the project in which Snakemake runs, for tests and for the campaign of faults."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
# What a run needs of the checkout.
PARTS = ("Snakefile", "config", "envs", "profiles", "src", "training_set", "workflow")
TEST_CONFIG = ("--configfile", "config/test.yaml")
TEST_RESULTS = Path("results/test")


@dataclass
class Run:
    """A finished Snakemake: exit status and all that it printed."""

    status: int
    text: str

    def lines(self, start):
        return [line for line in self.text.splitlines() if line.startswith(start)]

    def rules(self):
        """Names of the rules that a Snakemake without an error ran, or would run, without ``all``."""
        assert self.status == 0, self.text
        return {line.split()[1].rstrip(":") for line in self.lines(("rule ", "localrule ", "checkpoint "))} - {"all"}


@dataclass
class Checkout:
    """A copy of the project in which Snakemake can run; ``environment`` is set on top of a clean one, ``prefix`` are
    words that the command begins with."""

    folder: Path
    environment: dict
    prefix: tuple = field(default=())

    def command(self, *arguments):
        """The words of a command that runs Snakemake with the arguments."""
        return [*self.prefix, sys.executable, "-m", "snakemake", *map(str, arguments)]

    def snakemake(self, *arguments, timeout=1500, **environment):
        """Run Snakemake with the arguments; returns the Run, whatever its status."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
        )
        return Run(done.returncode, done.stdout)

    def config(self, **changes):
        """Path of a configuration that adds ``changes`` to the test configuration."""
        path = self.folder / "config" / "changed.yaml"
        path.write_text(yaml.safe_dump(changes), encoding="utf-8")
        return path

    def copy(self, folder):
        """A copy of this checkout, results and Snakemake's records too, in a folder that does not exist yet."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return replace(self, folder=folder)


def make_checkout(folder, compiled_code):
    """A fresh Checkout in an existing folder, in which no conda is looked for; compiled_code: folder of JAX's."""
    unneeded = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in PARTS:
        if (PROJECT / part).is_dir():
            shutil.copytree(PROJECT / part, folder / part, ignore=unneeded)
        else:
            shutil.copy(PROJECT / part, folder / part)
    return Checkout(folder, environment(folder, compiled_code))


def environment(home, compiled_code):
    """What a batch job or a bare container has: no language, no time zone of its own; of the caller's, how JAX compiles
    and what of it is kept."""
    of_the_caller = ("XLA_FLAGS", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS")
    flags = {name: os.environ[name] for name in of_the_caller if name in os.environ}
    return flags | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", str(home)),
        "LANG": "C",
        "KURUCZ_A1_CONDA": "off",
        "JAX_COMPILATION_CACHE_DIR": str(compiled_code),
        # Where SLURM is installed but not at work, its plugin would have each Snakemake wait nine seconds for it.
        "SLURM_CONF": os.devnull,
    }
