"""A checksum of what a dataset holds."""

import hashlib

import numpy as np


def digest(dataset):
    """SHA-256, in hexadecimal, of the variables of an xarray Dataset: names, kinds, shapes and values, not attributes.

    The same models give the same one, whenever and by whatever revision they were collected.
    """
    found = hashlib.sha256()
    for name in sorted(map(str, dataset.variables)):
        values = np.asarray(dataset[name].values)
        found.update(f"{name} {values.dtype.str} {values.shape}".encode())
        found.update(values.astype("U").tobytes() if values.dtype == object else values.tobytes())
    return found.hexdigest()
