"""The solver's models against ATLAS-12's."""

import numpy as np
import pytest

from kurucz_a1.labels import LabelSpace
from kurucz_a1.validation.structure import deck_labels, in_space, structure_errors, structure_profiles


def test_a_known_difference_is_found_in_its_unit(sun, perturb):
    model = perturb(sun, temperature=1.01, gas_pressure=10.0**0.1).model
    (row,) = structure_errors([sun], [model]).to_dict("records")
    assert row["temperature"] == pytest.approx(100.0 * np.log(1.01), abs=1e-9)
    assert row["gas_pressure"] == pytest.approx(0.1, abs=1e-12)
    assert row["electron_density"] == pytest.approx(0.0, abs=1e-12)
    profiles = structure_profiles([sun], [model])
    assert profiles["gas_pressure"].to_numpy() == pytest.approx(0.1, abs=1e-9)


def test_a_model_that_failed_is_infinitely_far(sun):
    errors = structure_errors([sun, sun], [None, sun.model])
    assert errors["temperature"].tolist() == [np.inf, 0.0]
    assert structure_errors([sun], [None])["electron_density"].tolist() == [np.inf]
    assert structure_profiles([sun], [None]).empty


def test_the_box_of_the_grid(decks):
    box = {
        "teff": [5000, 6000],
        "logg_min_at_cool_edge": 1.0,
        "logg_min_at_hot_edge": 3.0,
        "logg_max": 5.0,
        "feh": [-0.5, 0.5],
        "afe": [-0.1, 0.5],
    }
    labels = deck_labels(decks)
    inside = labels[in_space(LabelSpace.from_box(box), labels)]
    assert 0 < len(inside) < len(labels)
    assert inside["teff"].between(5000, 6000).all()
    assert (inside["logg"] >= 1.0 + 2.0 * (inside["teff"] - 5000) / 1000).all()
