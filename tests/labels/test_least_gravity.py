"""No label space reaches gravities at which no static atmosphere exists."""

import numpy as np
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import Labels, LabelSpace
from kurucz_a1.labels.least_gravity import least_logg
from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN

BOX = {"teff": (4000, 20000), "logg_min_at_cool_edge": -1, "logg_min_at_hot_edge": -1, "logg_max": 5}
THOMSON = 0.2 * (1.0 + 0.74)  # cm2 g-1 of ionised gas with 74 % of hydrogen by mass (Mihalas 1978, section 4-4)


def test_least_gravity_lies_above_the_eddington_limit():
    """Radiation of sigma Teff^4 pushes the electrons alone with kappa sigma Teff^4 / c; lines take as much again."""
    teff = np.array([5000.0, 10000.0, 20000.0])
    eddington = np.log10(THOMSON * STEFAN_BOLTZMANN * teff**4 / SPEED_OF_LIGHT)
    above = least_logg(teff) - eddington
    assert np.all((above > 0.0) & (above < np.log10(3.0)))
    np.testing.assert_allclose(above, above[0], atol=1e-9)


def test_a_label_space_ends_there():
    space = LabelSpace.from_box(BOX)
    hot = float(least_logg(20000.0))
    assert not space.contains(Labels(teff=20000.0, logg=hot - 0.05)) and space.contains(Labels(teff=20000.0, logg=hot))
    drawn = space.sobol(64, seed=1)
    assert np.all(np.asarray(drawn.logg) >= least_logg(drawn.teff))
    # a floor that lies higher counts
    assert float(LabelSpace.from_box(BOX | {"logg_min_at_hot_edge": 4}).logg_min(20000.0)) == 4.0


def test_a_box_without_a_static_model_at_its_hot_edge_is_refused_in_one_line():
    with pytest.raises(BadConfig, match="no static model") as error:
        LabelSpace.from_box(BOX | {"logg_max": 2.0})
    assert "\n" not in str(error.value)
