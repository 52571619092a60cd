"""Every fault that the workflow must survive, tried one after another, and the page that says what came of it.

    python tests/faults/campaign.py                 all of them, some two hours on two cores; goes on where it stopped
    python tests/faults/campaign.py --only kill     those whose name begins so
    python tests/faults/campaign.py --again         forget what was tried before

Each case works on a copy of a finished run of config/test.yaml. What came of it is kept in results/faults, one file a
case, and docs/reliability.md is written from these files.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from rich.console import Console
from tests.checkout import PARTS, PROJECT, TEST_CONFIG, Checkout, environment, make_checkout
from tests.faults import damage, kills, mutations, page, repeats, storage, surroundings

FOLDER = PROJECT / "results" / "faults"
PAGE = PROJECT / "docs" / "reliability.md"


@dataclass(frozen=True)
class Case:
    """One fault tried once: ``run(base, folder)`` returns a line on what was seen and raises where a result is lost.

    fault: the row of the page that it counts for; brief: whether it is one of those that every test run tries.
    """

    name: str
    fault: str
    run: Callable
    brief: bool = False


def cases():
    """All cases, in the order of the page."""
    found = []
    stages = list(kills.STAGES)
    # every stage under every kind of kill, the last one under two
    for number in range(20):
        stage, victim = stages[number % len(stages)], kills.VICTIMS[(number + number // len(stages)) % 3]
        run = partial(kills.kill_and_rerun, stage=stage, victim=victim, seed=number)
        found.append(Case(f"kill-{number:02d}-{stage}-{victim}", f"kill -9, {stage}", run, number < len(stages)))
    found += [
        Case("storage-full-disk", "full disk", storage.full_disk, True),
        Case("storage-read-only", "read-only folder", storage.read_only_folder, True),
        Case("storage-two-runs", "two runs in one folder", storage.two_runs, True),
    ]
    for what, seeds in {"batch": 3, "dataset": 3, "weights": 2, "description": 2}.items():
        for way in damage.WAYS:
            for seed in range(seeds if way == "flipped" else 1):
                run = partial(damage.damaged_file, what=what, way=way, seed=seed)
                brief = (what, way) in BRIEF_DAMAGE and not seed
                found.append(Case(f"damage-{what}-{way}-{seed}", f"{way} {what}", run, brief))
    for name, try_it in {
        "checkpoint": damage.damaged_checkpoint,
        "deck": damage.damaged_deck,
        "download": damage.damaged_download,
    }.items():
        for way in damage.WAYS:
            run = partial(try_it, way=way, seed=7)
            found.append(Case(f"damage-{name}-{way}-7", f"{way} {name}", run, (name, way) in BRIEF_DAMAGE))
    for kind in surroundings.KINDS:
        run = partial(surroundings.odd_surroundings, kind=kind)
        found.append(Case(f"odd-{kind.replace(' ', '-')}", f"odd surroundings: {kind}", run, kind == "all at once"))
    found.append(Case("config-validator", "2,000 mutated configurations, checked", _mutated, True))
    for seed in range(20):
        run = partial(mutations.mutated_plan, seed=seed)
        found.append(Case(f"config-plan-{seed:02d}", "mutated configuration, planned", run, seed < 2))
    found += [
        Case("repeat-same", "the whole run again, same cores", partial(repeats.whole_run, cores="all")),
        Case("repeat-one-core", "the whole run again, one core", partial(repeats.whole_run, cores="1")),
    ]
    return found


# One of each file and each way of damage.
BRIEF_DAMAGE = {
    ("batch", "swapped"),
    ("dataset", "flipped"),
    ("weights", "truncated"),
    ("description", "flipped"),
    ("checkpoint", "truncated"),
    ("deck", "truncated"),
    ("download", "truncated"),
}


def _mutated(base, folder):
    return mutations.mutated_in_one_process(seed=1)


def make_base(folder):
    """The finished undisturbed run that all cases start from, a Checkout; made anew, and what was tried forgotten,
    where the code has changed since."""
    project, cache, note = folder / "base", folder / "compiled", folder / "code.txt"
    code = _code()
    if not note.exists() or note.read_text() != code:
        for old in (project, folder / "records"):
            shutil.rmtree(old, ignore_errors=True)
        project.mkdir(parents=True)
        base = make_checkout(project, cache)
        run = base.snakemake("--cores", "all", *TEST_CONFIG)
        assert run.status == 0, run.text
        note.write_text(code)
    return Checkout(project, environment(folder, cache))


def _code():
    """A digest of all files that the base is made of."""
    found = hashlib.sha256()
    for part in PARTS:
        files = sorted((PROJECT / part).rglob("*")) if (PROJECT / part).is_dir() else [PROJECT / part]
        for path in files:
            if path.is_file() and path.suffix != ".pyc" and ".egg-info" not in str(path):
                found.update(path.read_bytes())
    return found.hexdigest()


def try_case(case, base, folder):
    """Try a case in an empty folder and remove it; returns its record, a dict."""
    place = folder / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    start = time.monotonic()
    try:
        seen, survived = case.run(base, place), True
    except (AssertionError, OSError, subprocess.SubprocessError, ValueError) as error:
        seen, survived = f"{type(error).__name__}: {error}", False
    seconds = time.monotonic() - start
    if survived:
        shutil.rmtree(folder, ignore_errors=True)
    return {"name": case.name, "fault": case.fault, "survived": survived, "seen": seen, "seconds": round(seconds, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where copies and records are kept")
    parser.add_argument("--only", default="", help="beginning of the names of the cases to try")
    parser.add_argument("--again", action="store_true", help="try cases that were tried before too")
    options = parser.parse_args()
    folder, console = options.folder.absolute(), Console()
    base = make_base(folder)
    records = folder / "records"
    records.mkdir(exist_ok=True)
    chosen = [case for case in cases() if case.name.startswith(options.only)]
    for number, case in enumerate(chosen):
        file = records / f"{case.name}.json"
        if file.exists() and not options.again and json.loads(file.read_text(encoding="utf-8"))["survived"]:
            continue
        record = try_case(case, base, folder / "now")
        file.with_suffix(".new").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        file.with_suffix(".new").rename(file)
        answer = "survived" if record["survived"] else "LOST"
        console.print(f"{number + 1}/{len(chosen)} {case.name}: {answer}, {record['seconds']:.0f} s", highlight=False)
        if not record["survived"]:
            console.print(record["seen"][-2000:], highlight=False, markup=False)
    tried = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(records.glob("*.json"))]
    order = {case.name: place for place, case in enumerate(cases())}
    tried = sorted((record for record in tried if record["name"] in order), key=lambda record: order[record["name"]])
    PAGE.write_text(page.reliability(tried, [case.fault for case in cases()]), encoding="utf-8")
    return 0 if all(record["survived"] for record in tried) else 1


if __name__ == "__main__":
    sys.exit(main())
