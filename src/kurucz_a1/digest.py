"""Checksums of what a dataset holds."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr

_BLOCK = 16 << 20  # bytes read at a time: a dataset may be larger than the memory


def digest(dataset: xr.Dataset, *, attributes: bool = False) -> str:
    """SHA-256, in hexadecimal, of the variables of a Dataset: names, kinds, shapes and values.

    - ``attributes``: include attributes and dimensions. Without them the digest depends on the models alone, not on how
      and when they were collected.

    >>> digest(xr.Dataset({"teff": ("model", [5777.0])}))[:8]
    '57ee11e1'
    """
    checksum = hashlib.sha256()
    for name in sorted(map(str, dataset.variables)):
        variable = dataset.variables[name]
        dtype = variable[:0].values.dtype if variable.ndim else variable.values.dtype
        checksum.update(f"{name} {dtype.str} {variable.shape}".encode())
        for values in _blocks(variable):
            text = values.dtype == object
            checksum.update(values.astype("U").tobytes() if text else np.ascontiguousarray(values).data)
        if attributes:
            checksum.update(f"{variable.dims} {_text(variable.attrs)}".encode())
    if attributes:
        checksum.update(_text(dataset.attrs).encode())
    return checksum.hexdigest()


def _blocks(variable: xr.Variable) -> Iterator[np.ndarray]:
    """The values of a variable, part of its first axis at a time."""
    if not variable.ndim or variable.dtype == object:  # text has one width for all
        yield np.asarray(variable.values)
        return
    rows = max(1, _BLOCK // max(1, variable.nbytes // max(1, variable.shape[0])))
    for start in range(0, variable.shape[0], rows):
        yield np.asarray(variable[start : start + rows].values)


def _text(attributes: Mapping[Any, Any]) -> str:
    """Attributes as text that does not change when they are written to a file and read again."""
    return json.dumps({name: np.ravel(value).tolist() for name, value in attributes.items()}, sort_keys=True)
