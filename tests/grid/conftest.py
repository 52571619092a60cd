"""What the tests of the grid share."""

import pytest

from kurucz_a1.dataset import atlas12_reference_atmospheres


@pytest.fixture(scope="session")
def box():
    """The label box of the default configuration."""
    return {
        "teff": [4500, 8000],
        "logg_min_at_cool_edge": 1.0,
        "logg_min_at_hot_edge": 3.2,
        "logg_max": 5.0,
        "feh": [-2.0, 0.4],
        "afe": [-0.1, 0.5],
        "vturb": 2.0,
    }


@pytest.fixture(scope="session")
def sun():
    """The ATLAS-12 Sun with 80 layers."""
    return next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)
