"""The solver's models at one set of labels; stopped at any moment, it goes on where it was."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.grid import make_source, run_batch

    params = snakemake.params
    run_batch(
        pandas.read_csv(snakemake.input.labels, index_col="index"),
        make_source("solver", **params.solver),
        snakemake.output.models,
        snakemake.output.failures,
        code=params.code,
        title=f"validation, {snakemake.wildcards.labels}",
    )
