"""The checksum of a dataset changes with what it holds, and with nothing else."""

import numpy as np
import xarray as xr

from kurucz_a1.digest import digest


def test_digest_of_variables_alone():
    dataset = xr.Dataset({"teff": ("model", np.array([5000.0, 6000.0])), "name": ("model", np.array(["a", "b"]))})
    same = dataset.assign_attrs(git_commit="another").transpose()
    assert digest(dataset) == digest(same) == digest(dataset[["name", "teff"]])
    others = [
        dataset.assign(teff=dataset["teff"] + 1e-12 * 5000.0),
        dataset.assign(teff=dataset["teff"].astype("f4")),
        dataset.rename(teff="logg"),
        dataset.isel(model=[1, 0]),
        dataset.drop_vars("name"),
    ]
    assert len({digest(each) for each in [dataset, *others]}) == 6
