"""What two runs must have in common to the bit: every table, netCDF variable, weight and description."""

import hashlib
import json
from pathlib import Path

import numpy as np
from tests.checkout import TEST_RESULTS

from kurucz_a1.digest import digest
from kurucz_a1.netcdf import read_netcdf

# What is measured in time differs between any two runs.
TIMES = ("tables/timing.csv",)


def contents(results):
    """{path in the folder ``results``: digest} of all that a run found out."""
    results = Path(results)
    found = {}
    for path in sorted(path for path in results.rglob("*") if path.is_file()):
        name = path.relative_to(results).as_posix()
        if name in TIMES or name.startswith((".cache", "logs", "benchmarks")) or "/checkpoints/" in name:
            continue
        content = _content(path)
        if content is not None:
            found[name] = hashlib.sha256(content).hexdigest()
    return found


def _content(path):
    """The bytes of a file that a result must share with another run's; None for one that is no result."""
    match path.suffix:
        case ".csv" | ".decks":
            return path.read_bytes()
        case ".nc":
            return digest(read_netcdf(path)).encode()
        case ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return b"".join(key.encode() + arrays[key].tobytes() for key in arrays)
        case ".json":  # a network's description also holds versions and the like
            description = json.loads(path.read_text(encoding="utf-8"))
            return json.dumps([description["network"], description["normalization"]]).encode()
    return None


def leftovers(results):
    """What a killed run may leave half-made: temporary folders and models of unfinished batches."""
    return sorted(
        path.relative_to(results).as_posix()
        for pattern in (".writing-*", "*.partial")
        for path in results.rglob(pattern)
    )


def assert_same(base, results):
    """Raise AssertionError where the results in a folder are not those of the finished run ``base``, a Checkout.

    Returns how many files they have in common.
    """
    found = contents(results)
    different = differences(contents(base.folder / TEST_RESULTS), found)
    assert not different, f"not as in an undisturbed run: {', '.join(different)}"
    return len(found)


def differences(first, second):
    """Names of what differs between the contents of two runs, or is in one of them only."""
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
