"""Labels at which networks are judged or timed."""


def random_labels(support, count, generator):
    """Labels drawn evenly in a support, {label: (count,)}."""
    teff = generator.uniform(*support.teff, count)
    return {
        "teff": teff,
        "logg": generator.uniform(support.logg_min(teff), support.logg_max),
        "feh": generator.uniform(*support.feh, count),
        "afe": generator.uniform(*support.afe, count),
    }
