# What the rules of every stage share.

RESULTS = config["results"].rstrip("/")
TABLES = f"{RESULTS}/tables"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"

# The paper's network with and without its physics term.
KINDS = ["pinn", "mlp"]


def numbers_of(section):
    """What a section of the configuration says about the result, but for files, which are inputs of the rules, and how
    many processors to use."""
    return {
        key: value
        for key, value in config[section].items()
        if key not in ("lines", "threads", "gpu", "batch")
    }


wildcard_constraints:
    batch=r"\d+",
    kind="|".join(KINDS),
