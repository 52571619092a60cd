"""One batch of the grid: its rows of the labels in, model atmospheres and a table of failures out."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.grid import make_source, run_batch

    params = snakemake.params
    labels = pandas.read_csv(snakemake.input.labels, index_col="index")
    first = int(snakemake.wildcards.batch) * params.batch_size
    run_batch(
        labels.iloc[first : first + params.batch_size],
        make_source(
            params.source, decks=params.decks, opacity_table=snakemake.input.opacities or None, **params.solver
        ),
        snakemake.output.models,
        snakemake.output.failures,
        code=params.code,
        title=f"batch {snakemake.wildcards.batch}",
    )
