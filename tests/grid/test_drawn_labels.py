"""Labels fill the box, and a longer table begins with the shorter one."""

import numpy as np
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.labels import LabelSpace


def test_labels_lie_in_the_box_and_fill_it(space):
    labels = draw_labels(space, 512, 42)
    assert list(labels.columns) == ["teff", "logg", "feh", "afe", "vturb"] and labels.index.name == "index"
    assert (labels["logg"] >= space.logg_min(labels["teff"].to_numpy())).all() and (labels["logg"] <= 5.0).all()
    for name in ("teff", "feh", "afe", "vturb"):
        low, high = space[name]
        # 512 Sobol points put one in each 512th of every axis
        counts, _ = np.histogram(labels[name], bins=32, range=(low, high))
        assert counts.min() >= 14 and counts.max() <= 18


def test_the_floor_of_gravity_rises_with_temperature(space):
    np.testing.assert_allclose(space.logg_min(np.array([4000.0, 6500.0, 9000.0])), [0.5, 1.75, 3.0])


def test_a_larger_grid_keeps_the_points_of_a_smaller_one(space):
    assert draw_labels(space, 320, 42).head(100).equals(draw_labels(space, 100, 42))
    assert not draw_labels(space, 100, 43).equals(draw_labels(space, 100, 42))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"teff": [8000, 4500]}, r"grid\.box\.teff"),
        ({"logg_max": 2.5}, r"grid\.box\.logg_max"),
        ({"feh": [-2.0, float("nan")]}, r"grid\.box\.feh"),
    ],
)
def test_boxes_without_room(box, change, match):
    with pytest.raises(BadConfig, match=match):
        LabelSpace.from_box(box | change)


def test_no_models_asked_for(space):
    with pytest.raises(BadConfig, match=r"grid\.count"):
        draw_labels(space, 0, 0)
