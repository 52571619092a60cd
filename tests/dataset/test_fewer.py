"""Smaller training sets out of a dataset."""

import numpy as np
import xarray as xr

from kurucz_a1.dataset import fewer_to_train


def test_smaller_sets_are_nested_and_leave_the_others_whole():
    split = np.repeat([0, 1, 2, 0], [30, 5, 5, 20])
    dataset = xr.Dataset({"split": ("model", split), "number": ("model", np.arange(60))})
    sets = {}
    for count in (10, 25, 99):
        fewer = fewer_to_train(dataset, count, seed=3)
        sets[count] = set(fewer["number"].values[fewer["split"].values == 0])
        assert len(sets[count]) == min(count, 50)
        assert (fewer["split"].values == 1).sum() == (fewer["split"].values == 2).sum() == 5
    assert sets[10] < sets[25] < sets[99]
