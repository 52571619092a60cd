"""Families of profiles: one label varies while the others stay at their solar or central values."""

from dataclasses import replace

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import Emulator
from kurucz_a1.labels import SUN, Labels


def label_sweeps(emulator: Emulator, centre: Labels = SUN, steps: int = 7) -> pd.DataFrame:
    """Profiles of an emulator along each of its free labels.

    - ``centre``: labels that are held while another varies, moved to the edge of the emulator's space if outside.
    - ``steps``: values per label, equally spaced from edge to edge.

    Columns: system (the emulator's kind), label, value, log_tau and the six fields.
    """
    space = emulator.space
    centre = space.nearest(centre)
    tables = []
    for label in space.free:
        values = np.linspace(*space.bounds(label, centre.teff), steps)
        if label == "teff":  # a high enough gravity for the hottest model
            values = values[space.logg_min(values) <= centre.logg + 1e-9]
        models = emulator(replace(centre, **{label: values}))
        for k, value in enumerate(values):
            fields = {name: np.asarray(getattr(models, name)[k]) for name in ("log_tau", *FIELD_NAMES)}
            tables.append(pd.DataFrame({"system": emulator.kind, "label": label, "value": value, **fields}))
    return pd.concat(tables, ignore_index=True)
