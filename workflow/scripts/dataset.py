"""The models of all batches in one netCDF file, with their split and how they were made."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import assemble, provenance

    params = snakemake.params
    config = {"seed": params.seed, "grid": params.grid, "solver": params.solver, "dataset": params.shares}
    counts = assemble(
        snakemake.input.models,
        snakemake.output.dataset,
        **params.shares,
        seed=params.seed,
        attributes=provenance(config, params.grid["source"]),
        box=params.grid["box"] if params.grid["source"] == "solver" else None,
    )
    print(
        "dataset: {} models: {train} to train on, {validation} for validation, {test} for the test".format(
            sum(counts.values()), **counts
        )
    )
