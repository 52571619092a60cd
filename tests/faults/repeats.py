"""The same run again from nothing: the same bits."""

from tests.checkout import TEST_CONFIG, TEST_RESULTS, make_checkout
from tests.faults.results import contents, differences


def whole_run(base, folder, cores):
    """Run everything again in a fresh checkout, on a number of cores of its own."""
    folder.mkdir()
    checkout = make_checkout(folder, base.environment["JAX_COMPILATION_CACHE_DIR"])
    run = checkout.snakemake("--cores", cores, *TEST_CONFIG)
    assert run.status == 0, run.text
    found = contents(folder / TEST_RESULTS)
    different = differences(contents(base.folder / TEST_RESULTS), found)
    assert not different, f"other bits: {', '.join(different)}"
    return f"{len(found)} files with the same content"
