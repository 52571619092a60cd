"""Where the solver's models are less sure, and that they say so."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1.atmosphere import Atmosphere, stack
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.labels import Labels
from kurucz_a1.labels.less_sure import caution, less_sure


@pytest.mark.parametrize(
    ("labels", "doubtful"),
    [
        ({"teff": 3499.0}, True),
        ({"teff": 3500.0}, False),
        ({"teff": 17000.0, "feh": 0.5}, False),
        ({"teff": 17001.0, "feh": -0.9}, True),
        ({"teff": 17001.0, "feh": -1.0}, False),
        # 8.43 + 0.27 and 8.69 in Asplund et al. (2009); oxygen is an alpha element
        ({"teff": 4499.0, "c_m": 0.27}, True),
        ({"teff": 4499.0, "c_m": 0.25}, False),
        ({"teff": 4499.0, "c_m": 0.27, "afe": 0.1}, False),
        ({"teff": 4499.0, "c_m": 0.0, "o_m": -0.3}, True),
        ({"teff": 4501.0, "c_m": 0.5}, False),
    ],
)
def test_cool_stars_carbon_stars_and_hot_stars_of_many_metals(labels, doubtful):
    assert bool(less_sure(Labels(logg=4.0, **labels))) is doubtful
    assert bool(caution(Labels(logg=4.0, **labels))) is doubtful


def test_models_say_how_many_of_them_are_less_sure():
    depths = {name: np.ones(80) for name in ("log_tau", *FIELD_NAMES)}
    cool = Atmosphere(teff=3300.0, logg=4.8, source="solver", **depths)
    warm = replace(cool, teff=5777.0)
    assert cool.to_dataset().attrs["caution"].startswith("this model is less sure: Teff below 3500 K")
    assert stack([cool, warm]).to_dataset().attrs["caution"].startswith("1 of 2 models are less sure")
    assert "caution" not in warm.to_dataset().attrs
    # what others made, they answer for
    assert "caution" not in replace(cool, source="ATLAS-12").to_dataset().attrs
