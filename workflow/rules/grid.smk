# Labels drawn in a box, and a model atmosphere for each: batches that can run side by side, failures listed.

BATCHES = [
    f"{number:04d}"
    for number in range(-(-config["grid"]["count"] // config["grid"]["batch"]))
]


rule grid_labels:
    output:
        labels=f"{RESULTS}/grid/labels.csv",
    log:
        f"{LOGS}/grid_labels.log",
    benchmark:
        f"{BENCHMARKS}/grid_labels.tsv"
    conda:
        "../../envs/grid.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        grid=config["grid"],
        seed=config["seed"],
        code=code_digest("grid_labels"),
    script:
        "../scripts/grid_labels.py"


rule grid_batch:
    input:
        labels=rules.grid_labels.output.labels,
        opacities=OPACITY_TABLE,
    output:
        models=f"{RESULTS}/grid/batches/{{batch}}.nc",
        failures=f"{RESULTS}/grid/batches/{{batch}}.failures.csv",
    log:
        f"{LOGS}/grid_batch/{{batch}}.log",
    benchmark:
        f"{BENCHMARKS}/grid_batch/{{batch}}.tsv"
    conda:
        "../../envs/grid.yaml"
    threads: config["solver"]["threads"]
    resources:
        mem_mb=2500,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        source=config["grid"]["source"],
        decks=config["grid"]["decks"],
        batch_size=config["grid"]["batch"],
        solver=numbers_of("solver"),
        code=code_digest("grid_batch"),
    script:
        "../scripts/grid_batch.py"


rule grid:
    input:
        labels=rules.grid_labels.output.labels,
        models=expand(rules.grid_batch.output.models, batch=BATCHES),
        failures=expand(rules.grid_batch.output.failures, batch=BATCHES),
    output:
        failures=f"{RESULTS}/grid/failures.csv",
    log:
        f"{LOGS}/grid.log",
    benchmark:
        f"{BENCHMARKS}/grid.tsv"
    conda:
        "../../envs/grid.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        code=code_digest("grid"),
    script:
        "../scripts/grid.py"
