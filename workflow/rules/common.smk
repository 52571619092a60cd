# What the rules of every stage share; stage.smk has the rules that they are made from.

RESULTS = config["results"].rstrip("/")
TABLES = f"{RESULTS}/tables"

# The paper's network with its physics term, with this as published, and without; a plain network; and one that is
# hydrostatic by construction.
KINDS = ["pinn", "published", "mlp", "direct", "hydrostatic"]
# Those of which a spectrum of the Sun is computed.
SOLAR_KINDS = ["pinn", "published", "mlp", "hydrostatic"]
# Files, which are inputs of the rules, and how a job is run: keys of a section that change no number.
NO_NUMBERS = {"lines", "threads", "gpu", "batch", "memory"}
# Who makes the models of the grid, and how many a job.
SOURCE = config["grid"]["source"]
BATCH_SIZE = config[SOURCE if SOURCE in ("atlas12", "corpus") else "grid"]["batch"]

# What a dataset or an archive says about how its models were made.
CONFIGURATION_OF_MODELS = {
    "seed": config["seed"],
    "grid": config["grid"],
    "solver": {
        key: value
        for key, value in config["solver"].items()
        if key == "lines" or key not in NO_NUMBERS
    },
}


def calls(function, **params):
    """Params to call ``function`` of kurucz_a1.stages, such as "grid:draw", with ``params`` as arguments.

    ``code``, a digest of all code and packaged data behind the function, has a rule run again after an edit of these.
    """
    name = f"kurucz_a1.stages.{function}"
    return {"stage": name, "code": made_from(name), **params}


def numbers_of(section):
    """What a section of the configuration says about the result."""
    return {
        key: value for key, value in config[section].items() if key not in NO_NUMBERS
    }


def growing(amount):
    """Megabytes or minutes of a job: as many again at each new attempt (``--retries``)."""
    return lambda wildcards, attempt: amount * attempt


def drawing(figure):
    """Digest of the code that draws a figure."""
    return made_from("kurucz_a1.stages.figures:draw", f"kurucz_a1.figures.{figure}")


def training_megabytes():
    """What a training needs: itself, and models that are held in memory, in double precision while they are read."""
    box = config["grid"]["box"]
    ends = [*box.values(), *box.get("abundances", {}).values()]
    # log g, whose ends stand apart, is one of them
    labels = 1 + sum(isinstance(end, (list, tuple)) for end in ends)
    models = 0.002 * (1 + labels) * config["grid"]["count"]
    return round(2500 + 4 * min(models, config["emulator"]["memory"]))


def training_options(kind):
    """What the settings say about a network of this kind."""
    return {
        key: value
        for key, value in settings_of(settings, kind).items()
        if key not in NO_NUMBERS
    }


def batch_minutes(wildcards, attempt):
    """Minutes that a batch may take: an hour, or for ATLAS-12 two typical runs a point; more at each retry."""
    minutes = 2 * BATCH_SIZE if SOURCE == "atlas12" else 0
    return (60 + minutes) * attempt


def fetches(source):
    """Params of a rule that fetches a file, from a dict with its address, digest and algorithm."""
    known = {key: source[key] for key in ("address", "digest", "algorithm")}
    return calls("fetching:checked_file", **known)


def spectra_settings(*more):
    """The settings that the spectra of all stars go by, and more of that section."""
    keys = ("window", "pixel", "resolution", "signal_to_noise", "free", "least", *more)
    return {key: config["inference"][key] for key in keys}


def first_star(wildcards):
    """Number of the first synthetic star of a batch."""
    return int(wildcards.batch) * config["inference"]["batch"]


def last_star(wildcards):
    """Number of its last star, exclusive."""
    return min(
        first_star(wildcards) + config["inference"]["batch"],
        config["inference"]["stars"],
    )


wildcard_constraints:
    batch=r"\d+",
    kind="|".join(KINDS),
