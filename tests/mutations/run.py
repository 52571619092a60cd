"""Change the code in one place at a time, and see that a test notices.

    python tests/mutations/run.py              all mutations of catalogue.py, tens of minutes on two cores
    python tests/mutations/run.py NAME...      those of these names, or whose names begin so

Each mutation is made in a copy of the package and of the tests, and its test is run there, without reference data. A
mutation is caught where the test fails at an assertion; an error of any other kind does not count. A line says what
came of each; the exit status is 1 where one survived, or where a test fails without any mutation.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from tests.mutations.catalogue import MUTATIONS, Mutation

PROJECT = Path(__file__).resolve().parents[2]
COPIED = ("src", "tests", "config", "docs", "pyproject.toml")
ASSERTIONS = ("assert", "AssertionError", "Failed: DID NOT RAISE")  # as failures of pytest begin
LONGEST = 900  # s that a test may take on a mutant, whose code is compiled anew


def copy_project(folder: Path) -> None:
    """Copy what the tests need into ``folder``."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "images"))
        else:
            shutil.copy2(source, folder / name)


def run_tests(folder: Path, tests: Sequence[str]) -> dict[str, str]:
    """What was wrong with each test, by its name: nothing, the first line of a failure or error, or "skipped".

    Empty where pytest itself did not finish.
    """
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    environment = os.environ | {
        "PYTHONPATH": str(folder / "src"),
        "KURUCZ_A1_REFERENCE_DATA": str(folder / "none"),
    }
    environment.setdefault("JAX_COMPILATION_CACHE_DIR", str(PROJECT / ".cache" / "jax"))
    command = [sys.executable, "-m", "pytest", *tests, "-x", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    try:
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return {}
    if not report.exists():
        return {}
    found = {}
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        found[name] = next((_complaint(part) for part in case if part.tag in ("failure", "error", "skipped")), "")
    return found


def _complaint(part: ET.Element) -> str:
    if part.tag == "skipped":
        return "skipped"
    line = (part.get("message") or "?").splitlines()[0]
    return line if part.tag == "failure" else f"error: {line}"


def mutate(folder: Path, mutation: Mutation) -> str:
    """Apply a mutation to the copy in ``folder``; the text of the file before.

    Raises ValueError where the old text is not there exactly once.
    """
    path = folder / mutation.file
    text = path.read_text(encoding="utf-8")
    count = text.count(mutation.old)
    if count != 1:
        raise ValueError(f"{mutation.name}: {mutation.file} holds the old text {count} times, not once")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    return text


def try_mutation(folder: Path, mutation: Mutation) -> tuple[bool, str]:
    """Whether a mutation is caught in the copy in ``folder``, which is as before afterwards, and what the test says."""
    text = mutate(folder, mutation)
    try:
        found = run_tests(folder, [mutation.test])
    finally:
        (folder / mutation.file).write_text(text, encoding="utf-8")
    failed = {name: complaint for name, complaint in found.items() if complaint and complaint != "skipped"}
    if not failed:
        return False, f"{len(found)} tests pass or skip" if found else "pytest did not finish"
    name, complaint = next(iter(failed.items()))
    return complaint.startswith(ASSERTIONS), f"{name}: {complaint[:80]}"


def chosen(names: Sequence[str]) -> list[Mutation]:
    """The mutations whose names are, or begin as, one of ``names``; all where there are none."""
    for name in names:
        if not any(mutation.name.startswith(name) for mutation in MUTATIONS):
            sys.exit(f"no mutation is called {name}; see tests/mutations/catalogue.py")
    return [mutation for mutation in MUTATIONS if not names or mutation.name.startswith(tuple(names))]


def main() -> None:
    """The campaign."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only mutations of these names")
    mutations = chosen(parser.parse_args().names)
    survivors = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy_project(folder)
        found = run_tests(folder, sorted({mutation.test for mutation in mutations}))
        bad = [f"{name}: {complaint or '?'}" for name, complaint in found.items() if complaint]
        if bad or not found:
            sys.exit("without any mutation these tests do not pass: " + "; ".join(bad or ["pytest did not finish"]))
        for mutation in mutations:
            start = time.monotonic()
            caught, seen = try_mutation(folder, mutation)
            if not caught:
                survivors.append(mutation.name)
            verdict = "caught by" if caught else "SURVIVED"
            print(f"{mutation.name:34} {verdict} {seen}  [{time.monotonic() - start:.0f} s]", flush=True)
    print(f"{len(mutations) - len(survivors)} of {len(mutations)} mutations caught")
    if survivors:
        sys.exit(f"survived: {', '.join(survivors)}")


if __name__ == "__main__":
    main()
