from glob import glob

# Labels drawn in a box, and a model atmosphere for each: batches that can run side by side, failures listed.

BATCHES = [
    f"{number:04d}" for number in range(-(-config["grid"]["count"] // BATCH_SIZE))
]
# What each source needs besides labels.
BATCH_PARAMS = {
    "solver": calls("grid:solver_batch", solver=numbers_of("solver")),
    "atlas12": calls(
        "grid:atlas12_batch",
        atlas12=numbers_of("atlas12"),
        solver=numbers_of("solver"),
        scratch=f"{RESULTS}/grid/scratch",
        # An edit of the solver does not make those models anew that may begin with its own.
        code=made_from("kurucz_a1.atlas12.search"),
        threads_of=None,
    ),
    "corpus": calls("grid:corpus_batch"),
    "decks": calls("grid:deck_batch", grid={"decks": config["grid"]["decks"]}),
    "archive": calls("grid:archive_batch", grid={"archive": config["grid"]["archive"]}),
    "reference": calls("grid:reference_batch"),
}[SOURCE]


# Where jobs run on other machines, these may have no network.
localrules:
    fetch_corpus,


use rule stage as fetch_corpus with:
    output:
        file=config["corpus"]["file"],
    pathvars:
        job="fetch_corpus",
    resources:
        mem_mb=growing(500),
        runtime=growing(120),
    params:
        **calls("fetching:corpus", corpus=config["corpus"]),


CORPUS = {"corpus": rules.fetch_corpus.output.file} if SOURCE == "corpus" else {}
ARCHIVES = (
    sorted(glob(f"{config['grid']['archive']}/*.nc.xz")) if SOURCE == "archive" else []
)


use rule stage as grid_labels with:
    input:
        *ARCHIVES,
        **CORPUS,
    output:
        labels=f"{RESULTS}/grid/labels.csv",
    pathvars:
        job="grid_labels",
    params:
        **calls(
            "grid:draw" if SOURCE in ("solver", "atlas12") else "grid:find",
            grid=config["grid"],
            seed=config["seed"],
        ),


use rule solver_stage as grid_batch with:
    input:
        *ARCHIVES,
        **CORPUS,
        **({"opacities": OPACITY_TABLE} if SOURCE in ("solver", "atlas12") else {}),
        labels=rules.grid_labels.output.labels,
    output:
        models=f"{RESULTS}/grid/batches/{{batch}}.nc",
        failures=f"{RESULTS}/grid/batches/{{batch}}.failures.csv",
        tries=f"{RESULTS}/grid/batches/{{batch}}.tries.csv",
        decks=f"{RESULTS}/grid/batches/{{batch}}.decks",
    pathvars:
        job="grid_batch/{batch}",
    threads: 1 if SOURCE == "atlas12" else config["solver"]["threads"]
    resources:
        mem_mb=growing(4000),
        runtime=batch_minutes,
    params:
        **BATCH_PARAMS,
        batch_size=BATCH_SIZE,


use rule stage as grid with:
    input:
        expand(rules.grid_batch.output.models, batch=BATCHES),
        labels=rules.grid_labels.output.labels,
        batch_failures=expand(rules.grid_batch.output.failures, batch=BATCHES),
        batch_tries=expand(rules.grid_batch.output.tries, batch=BATCHES),
    output:
        failures=f"{RESULTS}/grid/failures.csv",
        tries=f"{RESULTS}/grid/tries.csv",
    pathvars:
        job="grid",
    params:
        **calls("grid:collect"),


# The models of batches <first> to <last>, small enough to be published.
use rule stage as archive with:
    input:
        batches=lambda wildcards: expand(
            rules.grid_batch.output.models,
            batch=[
                f"{number:04d}"
                for number in range(int(wildcards.first), int(wildcards.last) + 1)
            ],
        ),
    output:
        archive=f"{RESULTS}/archive/{{first}}-{{last}}.nc.xz",
    pathvars:
        job="archive/{first}-{last}",
    resources:
        mem_mb=growing(6000),
        runtime=growing(30),
    params:
        **calls("grid:pack", grid=config["grid"], configuration=CONFIGURATION_OF_MODELS),
