"""Odd time zones, languages and paths, no home, no rights, one core: the same results to the bit."""

import os
import shutil
import subprocess

from tests.checkout import TEST_CONFIG, TEST_RESULTS
from tests.faults.results import assert_same

TABLES, FIGURES = TEST_RESULTS / "tables", TEST_RESULTS / "figures"
# A part of every stage is made again: first what nothing else is made from, so that the whole run has no more to do,
ENDS = (
    TABLES / "accuracy_summary.csv",
    TABLES / "label_sweeps.csv",
    TABLES / "solar_widths.csv",
    FIGURES / "label_sweeps.png",
    FIGURES / "solar_widths.png",
    TEST_RESULTS / "report.html",
)
# then, asked for alone, what everything is made from.
BEGINNINGS = (
    TEST_RESULTS / "grid" / "labels.csv",
    TEST_RESULTS / "grid" / "batches" / "0001.nc",
    TEST_RESULTS / "dataset.nc",
    TEST_RESULTS / "models" / "mlp" / "emulator.json",
)
ODD_PLACE = "Ünï cødé & (two) spaces"
KINDS = ("time zone", "language", "decimal comma", "path", "no home", "one core", "unprivileged user", "all at once")


def odd_surroundings(base, folder, kind):
    """Make a part of every stage again in odd surroundings; returns a line on what was odd."""
    chosen = set(KINDS[:-1]) if kind == "all at once" else {kind}
    place = folder / ODD_PLACE / "checkout" if "path" in chosen else folder
    place.parent.mkdir(parents=True, exist_ok=True)
    copy = base.copy(place)
    environment, prefix, said = dict(copy.environment), [], []
    if "time zone" in chosen:
        environment["TZ"] = "Pacific/Kiritimati"
        said.append("TZ=Pacific/Kiritimati")
    if "language" in chosen:
        environment |= {"LANG": "C", "PYTHONUTF8": "0"}
        said.append("LANG=C without UTF-8 mode")
    if "decimal comma" in chosen:
        environment |= german(folder.parent)
        said.append("LC_ALL=de_DE.UTF-8")
    if "path" in chosen:
        said.append("a path with spaces, brackets and non-ASCII letters")
    if "no home" in chosen:
        del environment["HOME"]
        environment["XDG_CACHE_HOME"] = str(copy.folder / ".cache")  # Snakemake's own must lie somewhere
        said.append("no HOME, but XDG_CACHE_HOME")
    if "one core" in chosen:
        prefix += ["taskset", "-c", "0"]
        said.append("one core")
    if "unprivileged user" in chosen:
        if "no home" not in chosen:
            environment["HOME"] = str(copy.folder / "home")  # the caller's is not for this user
            (copy.folder / "home").mkdir()
        prefix += unprivileged(copy.folder)
        said.append("user nobody")
    copy.environment, copy.prefix = environment, tuple(prefix)
    for missing, asked in ((ENDS, ()), (BEGINNINGS, BEGINNINGS)):
        for path in missing:
            (copy.folder / path).unlink()
        shutil.rmtree(copy.folder / TEST_RESULTS / "models" / "mlp" / "checkpoints", ignore_errors=True)
        run = copy.snakemake("--cores", "1" if "one core" in chosen else "all", *TEST_CONFIG, "--", *asked)
        assert run.status == 0, run.text
        assert "Traceback" not in run.text, run.text
        assert_same(base, copy.folder / TEST_RESULTS)
    return ", ".join(said)


def german(folder):
    """Variables for a language with a decimal comma, which is made here where the system does not have it."""
    locales = folder / "locales"
    if not (locales / "de_DE.UTF-8").is_dir():
        locales.mkdir(exist_ok=True)
        command = ["localedef", "-i", "de_DE", "-f", "UTF-8", locales / "de_DE.UTF-8"]
        subprocess.run(command, check=True, capture_output=True)
    return {"LOCPATH": str(locales), "LC_ALL": "de_DE.UTF-8"}


def unprivileged(folder):
    """Words before a command that run it as nobody, owner of ``folder`` alone; it may read what root may."""
    if os.geteuid() != 0:
        return []  # it is no privileged user that runs this
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)
    identity = ["--reuid", "65534", "--regid", "65534", "--clear-groups"]
    reading = ["--inh-caps", "-all,+dac_read_search", "--ambient-caps", "-all,+dac_read_search"]
    return ["setpriv", *identity, *reading]
