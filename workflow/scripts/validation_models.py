"""The solver's models at one set of labels; stopped at any moment, it goes on where it was."""

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.grid import make_source, run_batch

    params = snakemake.params
    # ATLAS-12's models were made without lines of CO
    leave_out = ["CO"] if snakemake.wildcards.labels == "atlas12" else []
    run_batch(
        pandas.read_csv(snakemake.input.labels, index_col="index"),
        make_source("solver", **params.solver, leave_out=leave_out),
        snakemake.output.models,
        snakemake.output.failures,
        code=params.code,
        title=f"validation, {snakemake.wildcards.labels}",
    )
