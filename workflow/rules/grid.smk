# Labels drawn in a box, and a model atmosphere for each: batches that can run side by side, failures listed.

BATCH_SIZE = config["atlas12" if config["grid"]["source"] == "atlas12" else "grid"][
    "batch"
]
BATCHES = [
    f"{number:04d}" for number in range(-(-config["grid"]["count"] // BATCH_SIZE))
]


def batch_minutes(wildcards, attempt):
    """Minutes that a batch may take: an hour, or for ATLAS-12 two typical runs a point; more at each retry."""
    minutes = 2 * BATCH_SIZE if config["grid"]["source"] == "atlas12" else 0
    return (60 + minutes) * attempt


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
        atlas12=numbers_of("atlas12"),
        seed=config["seed"],
        code=code_digest("grid_labels"),
    script:
        "../scripts/grid_labels.py"


rule grid_batch:
    input:
        labels=rules.grid_labels.output.labels,
        opacities=OPACITY_TABLE if config["grid"]["source"] == "solver" else [],
    output:
        models=f"{RESULTS}/grid/batches/{{batch}}.nc",
        failures=f"{RESULTS}/grid/batches/{{batch}}.failures.csv",
        tries=f"{RESULTS}/grid/batches/{{batch}}.tries.csv",
        decks=f"{RESULTS}/grid/batches/{{batch}}.decks",
    log:
        f"{LOGS}/grid_batch/{{batch}}.log",
    benchmark:
        f"{BENCHMARKS}/grid_batch/{{batch}}.tsv"
    conda:
        "../../envs/grid.yaml"
    threads: 1 if config["grid"]["source"] == "atlas12" else config["solver"]["threads"]
    resources:
        mem_mb=2500,
        runtime=batch_minutes,
    params:
        source=config["grid"]["source"],
        decks=config["grid"]["decks"],
        batch_size=BATCH_SIZE,
        atlas12=numbers_of("atlas12"),
        scratch=f"{RESULTS}/grid/scratch",
        solver=numbers_of("solver"),
        code=code_digest("grid_batch"),
    script:
        "../scripts/grid_batch.py"


rule grid:
    input:
        labels=rules.grid_labels.output.labels,
        models=expand(rules.grid_batch.output.models, batch=BATCHES),
        failures=expand(rules.grid_batch.output.failures, batch=BATCHES),
        tries=expand(rules.grid_batch.output.tries, batch=BATCHES),
    output:
        failures=f"{RESULTS}/grid/failures.csv",
        tries=f"{RESULTS}/grid/tries.csv",
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
