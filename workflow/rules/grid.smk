# Labels drawn in a box, and a model atmosphere for each: batches that can run side by side, failures listed.

BATCHES = [
    f"{number:04d}" for number in range(-(-config["grid"]["count"] // BATCH_SIZE))
]


# Where jobs run on other machines, these may have no network.
localrules:
    fetch_corpus,


rule fetch_corpus:
    output:
        corpus=config["corpus"]["file"],
    log:
        f"{LOGS}/fetch_corpus.log",
    benchmark:
        f"{BENCHMARKS}/fetch_corpus.tsv"
    conda:
        "../../envs/grid.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(120),
    params:
        corpus=config["corpus"],
        code=code_digest("fetch_corpus"),
    script:
        "../scripts/fetch_corpus.py"


CORPUS = rules.fetch_corpus.output.corpus if SOURCE == "corpus" else []


rule grid_labels:
    input:
        corpus=CORPUS,
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
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        grid=config["grid"],
        seed=config["seed"],
        code=code_digest(LABELS_SCRIPT),
    script:
        f"../scripts/{LABELS_SCRIPT}.py"


rule grid_batch:
    input:
        labels=rules.grid_labels.output.labels,
        corpus=CORPUS,
        opacities=OPACITY_TABLE if SOURCE in ("solver", "atlas12") else [],
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
        f"../../envs/{'atlas12' if SOURCE == 'atlas12' else 'grid'}.yaml"
    threads: 1 if SOURCE == "atlas12" else config["solver"]["threads"]
    resources:
        pool=1 if SOURCE == "atlas12" else config["solver"]["threads"],
        mem_mb=growing(4000),
        runtime=batch_minutes,
    params:
        decks=config["grid"]["decks"],
        batch_size=BATCH_SIZE,
        atlas12=numbers_of("atlas12"),
        scratch=f"{RESULTS}/grid/scratch",
        solver=numbers_of("solver"),
        code=BATCH_CODE,
    script:
        f"../scripts/grid_{SOURCE}.py"


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
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        code=code_digest("grid"),
    script:
        "../scripts/grid.py"
