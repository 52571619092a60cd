# All models of the grid in one netCDF file, with the split into training, validation and test set.


use rule stage as dataset with:
    input:
        rules.grid.output.failures,
        batches=expand(rules.grid_batch.output.models, batch=BATCHES),
    output:
        dataset=f"{RESULTS}/dataset.nc",
    pathvars:
        job="dataset",
    resources:
        mem_mb=growing(2500),
        runtime=growing(15),
    params:
        **calls(
            "dataset:assemble",
            shares=config["dataset"],
            grid=config["grid"],
            seed=config["seed"],
            configuration={
                **CONFIGURATION_OF_MODELS,
                "dataset": config["dataset"],
            },
        ),
