"""Families of profiles: one label varies while the others stay at their solar or central values."""

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.fields import FIELD_NAMES

CENTRE = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0}


def label_sweeps(emulator, centre=None, steps=7):
    """Profiles of an emulator along each of its four labels.

    emulator: an Emulator; centre: labels held while another varies, by default the Sun's; what lies outside the
    support is moved to its edge. steps: values a label, equally spaced from edge to edge of the support.
    Returns a DataFrame with columns system (the emulator's kind), label, value, log_tau and the six fields.
    """
    support = emulator.support
    centre = {**CENTRE, **(centre or {})}
    for name, (low, high) in {"teff": support.teff, "feh": support.feh, "afe": support.afe}.items():
        centre[name] = float(np.clip(centre[name], low, high))
    centre["logg"] = float(np.clip(centre["logg"], support.logg_min(centre["teff"]), support.logg_max))
    ranges = {
        "teff": support.teff,
        "logg": (float(support.logg_min(centre["teff"])), support.logg_max),
        "feh": support.feh,
        "afe": support.afe,
    }
    tables = []
    for label, (low, high) in ranges.items():
        values = np.linspace(low, high, steps)
        if label == "teff":  # a high enough gravity for the hottest model
            values = values[support.logg_min(values) <= centre["logg"] + 1e-9]
        labels = {name: np.full(len(values), value) for name, value in centre.items()} | {label: values}
        models = emulator(**labels)
        for k, value in enumerate(values):
            fields = {name: np.asarray(getattr(models, name)[k]) for name in ("log_tau", *FIELD_NAMES)}
            tables.append(pd.DataFrame({"system": emulator.kind, "label": label, "value": value, **fields}))
    return pd.concat(tables, ignore_index=True)
