# All models of the grid in one netCDF file, with the split into training, validation and test set.


rule dataset:
    input:
        models=rules.grid.input.models,
        failures=rules.grid.output.failures,
    output:
        dataset=f"{RESULTS}/dataset.nc",
    log:
        f"{LOGS}/dataset.log",
    benchmark:
        f"{BENCHMARKS}/dataset.tsv"
    conda:
        "../../envs/dataset.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(15),
    params:
        grid=config["grid"],
        solver={**numbers_of("solver"), "lines": config["solver"]["lines"]},
        shares=config["dataset"],
        seed=config["seed"],
        code=code_digest("dataset"),
    script:
        "../scripts/dataset.py"
