# What the rules of every stage share; stage.smk has the rules that they are made from.

RESULTS = config["results"].rstrip("/")
TABLES = f"{RESULTS}/tables"

# The paper's network with and without its physics term, and one that is hydrostatic by construction.
KINDS = ["pinn", "mlp", "hydrostatic"]
# Files, which are inputs of the rules, and how a job is run: keys of a section that change no number.
NO_NUMBERS = {"lines", "threads", "gpu", "batch", "memory"}


def calls(function, **params):
    """Params of a rule that calls ``function`` of kurucz_a1.stages, such as "grid:draw", with ``params`` as arguments.

    The digest ``code`` of all code and packaged data behind the function makes the rule run again after their edit.
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


wildcard_constraints:
    batch=r"\d+",
    kind="|".join(KINDS),
