"""Many damaged files of a family: python -m tests.fuzz.campaign FAMILY [TIMES] [SEED]

Prints what came of them, and each failure with the numbers that make it again; ends with status 1 if there was one.
"""

import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tests.fuzz.mutate import mutate

LONGEST = 20.0  # seconds for a small file, which takes milliseconds; the first one of a form may compile
FAMILIES = ("decks", "line_lists", "spectra")


def run(family: str, times: int, seed: int = 0) -> tuple[Counter[str], list[str]]:
    """What ``check`` of a family said of mutants of its ``inputs``, each form in turn, how often; and the failures."""
    module = import_module(f"tests.fuzz.{family}")
    forms = list(module.inputs().items())
    counts: Counter[str] = Counter()
    failures = []
    with TemporaryDirectory() as folder:
        for k in range(times):
            name, data = forms[k % len(forms)]
            path = Path(folder) / name
            path.write_bytes(mutate(data, np.random.default_rng([seed, k])))
            try:
                with _limited():
                    counts[module.check(path)] += 1
            except Exception:
                failures.append(f"{family}, {name}, seed {seed}, number {k}:\n{traceback.format_exc(limit=-4)}")
            path.unlink()
    return counts, failures


@contextmanager
def _limited() -> Iterator[None]:
    """Raise AssertionError in a block that takes longer than LONGEST."""

    def stop(*_: object) -> None:
        raise AssertionError(f"takes longer than {LONGEST:g} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, previous)


def main(family: str, times: str = "10000", seed: str = "0") -> int:
    """Run and print; returns the exit status."""
    counts, failures = run(family, int(times), int(seed))
    print("\n".join(failures))
    print(f"{family}: {sum(counts.values())} of {times} as they should be, {dict(counts)}; {len(failures)} failures")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
