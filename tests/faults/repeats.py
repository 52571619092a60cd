"""The same run again from nothing: the same bits."""

from tests.checkout import TEST_CONFIG, TEST_RESULTS, make_checkout
from tests.faults.results import assert_same


def whole_run(base, folder, cores):
    """Run everything again in a fresh checkout, on a number of cores of its own."""
    folder.mkdir()
    checkout = make_checkout(folder, base.environment["JAX_COMPILATION_CACHE_DIR"])
    run = checkout.snakemake("--cores", cores, *TEST_CONFIG)
    assert run.status == 0, run.text
    return f"{assert_same(base, folder / TEST_RESULTS)} files with the same content"
