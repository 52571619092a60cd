"""What the scripts that make a batch of the grid share."""

import pandas

from kurucz_a1.grid import run_batch


def make_batch(snakemake, source):
    """The batch of the job: its rows of the labels in; model atmospheres, failures, runs and decks out."""
    size = snakemake.params.batch_size
    first = int(snakemake.wildcards.batch) * size
    run_batch(
        pandas.read_csv(snakemake.input.labels, index_col="index").iloc[first : first + size],
        source,
        snakemake.output.models,
        snakemake.output.failures,
        tries=snakemake.output.tries,
        decks=snakemake.output.decks,
        code=snakemake.params.code,
        title=f"batch {snakemake.wildcards.batch}",
    )
