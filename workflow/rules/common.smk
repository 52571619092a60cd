# What the rules of every stage share.

RESULTS = config["results"].rstrip("/")
TABLES = f"{RESULTS}/tables"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"

# The paper's network with and without its physics term, and one that is hydrostatic by construction.
KINDS = ["pinn", "mlp", "hydrostatic"]


def numbers_of(section):
    """What a section of the configuration says about the result, but for files, which are inputs of the rules, and how
    many processors to use."""
    return {
        key: value
        for key, value in config[section].items()
        if key not in ("lines", "threads", "gpu", "batch", "memory")
    }


# Who makes the models of the grid, and how many a job.
SOURCE = config["grid"]["source"]
BATCH_SIZE = config[SOURCE if SOURCE in ("atlas12", "corpus") else "grid"]["batch"]
# An edit of the solver makes its models anew, but not those of ATLAS-12, which may begin with them.
BATCH_CODE = (
    code_digest(None, "kurucz_a1.atlas12.search")
    if SOURCE == "atlas12"
    else code_digest(f"grid_{SOURCE}")
)
LABELS_SCRIPT = "labels_drawn" if SOURCE in ("solver", "atlas12") else "labels_found"


# Rules of several threads repeat their number as the resource ``pool``, which Snakemake does not cut down to the cores
# that it has: a job has as many threads everywhere, see scripts/stage.py.


def growing(amount):
    """Megabytes or minutes of a job: as many again at each new attempt (``--retries``)."""
    return lambda wildcards, attempt: amount * attempt


def training_megabytes():
    """What a training needs: itself, and models that are held in memory, in double precision while they are read."""
    models = 0.01 * config["grid"]["count"]
    return round(2500 + 4 * min(models, config["emulator"]["memory"]))


def batch_minutes(wildcards, attempt):
    """Minutes that a batch may take: an hour, or for ATLAS-12 two typical runs a point; more at each retry."""
    minutes = 2 * BATCH_SIZE if SOURCE == "atlas12" else 0
    return (60 + minutes) * attempt


def stars_of_batch(wildcards):
    """First and last number, exclusive, of the synthetic stars of a batch."""
    size = config["inference"]["batch"]
    first = int(wildcards.stars) * size
    return [first, min(first + size, config["inference"]["stars"])]


wildcard_constraints:
    batch=r"\d+",
    kind="|".join(KINDS),
