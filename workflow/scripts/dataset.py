"""The models of all batches in one netCDF file, with their split and how they were made."""

from stage import stage

with stage(snakemake):
    from kurucz_a1.dataset import assemble, provenance, write_dataset

    params = snakemake.params
    config = {"seed": params.seed, "grid": params.grid, "solver": params.solver, "dataset": params.shares}
    dataset = assemble(
        snakemake.input.models,
        **params.shares,
        seed=params.seed,
        attributes=provenance(config, params.grid["source"]),
        box=params.grid["box"] if params.grid["source"] == "solver" else None,
    )
    write_dataset(snakemake.output.dataset, dataset)
    counts = [int((dataset["split"] == code).sum()) for code in range(3)]
    print("dataset: {} models: {} to train on, {} for validation, {} for the test".format(sum(counts), *counts))
