"""Training models in plain files, for datasets larger than the memory."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from kurucz_a1.emulator.losses import Batch
from kurucz_a1.files import writing_explained


class StoredArray:
    """A float32 array in a file; ``array[numbers]`` reads entries of the first axis.

    No memory map: its pages, once read, would stay in the memory of the process.
    """

    def __init__(self, path: Path, entry: tuple[int, ...]) -> None:
        self._path, self._descriptor = path, os.open(path, os.O_RDONLY)
        self._entry = entry
        self._size = 4 * int(np.prod(entry))
        self.shape = (os.fstat(self._descriptor).st_size // self._size, *self._entry)
        self.ndim = len(self.shape)

    def __del__(self) -> None:
        os.close(self._descriptor)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: slice | Int[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        numbers = np.arange(len(self))[index]
        values = np.empty((numbers.size, *self._entry), dtype=np.float32)
        content = values.reshape(-1).data.cast("B")
        for place, number in enumerate(numbers.ravel().tolist()):
            target = content[place * self._size : (place + 1) * self._size]
            if os.preadv(self._descriptor, [target], number * self._size) != self._size:
                raise EOFError(f"{self._path}: cut short")
        return values.reshape(*numbers.shape, *self._entry)


class StoredBatch:
    """A Batch that grows on disk, with one file of float32 in ``folder`` for each of its arrays.

    Files of an earlier training are removed. They serve one training and need no checksum.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._common: dict[str, Any] = {}
        for name in Batch._fields:
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.float32"

    def add(self, batch: Batch) -> None:
        """Add the models of a Batch; a depth grid common to all models is kept in memory."""
        for name, leaf in batch._asdict().items():
            if leaf is None or (name == "log_tau" and leaf.ndim == 1):
                self._common[name] = leaf
                continue
            self._shapes[name] = leaf.shape[1:]
            path = self._path(name)
            with writing_explained(path, OSError), open(path, "ab") as file:
                file.write(np.ascontiguousarray(leaf, dtype=np.float32).data)

    def whole(self) -> Batch:
        """All models so far as a Batch of StoredArrays."""
        stored: dict[str, Any] = {name: StoredArray(self._path(name), shape) for name, shape in self._shapes.items()}
        return Batch(**self._common, **stored)
