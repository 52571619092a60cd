"""Training models in plain files, for datasets larger than the memory."""

import os

import numpy as np

from kurucz_a1.emulator.losses import Batch
from kurucz_a1.files import writing_explained


class StoredArray:
    """A float32 array in a file, of which entries of the first axis are read by number: ``array[numbers]``.

    Not a memory map: what is read once would stay in the memory of the process.
    """

    def __init__(self, path, entry):
        self._path, self._descriptor = path, os.open(path, os.O_RDONLY)
        self._entry = tuple(entry)
        self._size = 4 * int(np.prod(entry))
        self.shape = (os.fstat(self._descriptor).st_size // self._size, *self._entry)
        self.ndim = len(self.shape)

    def __del__(self):
        os.close(self._descriptor)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        numbers = np.arange(len(self))[index]
        found = np.empty((numbers.size, *self._entry), dtype=np.float32)
        content = memoryview(found.reshape(-1)).cast("B")
        for place, number in enumerate(numbers.ravel().tolist()):
            target = content[place * self._size : (place + 1) * self._size]
            if os.preadv(self._descriptor, [target], number * self._size) != self._size:
                raise EOFError(f"{self._path}: cut short")
        return found.reshape(*numbers.shape, *self._entry)


class StoredBatch:
    """A Batch that grows on disk, one file of float32 for each of its arrays in ``folder``.

    The folder is emptied first. The files serve one training and are removed after it: they need no checksum.
    """

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._shapes = {}
        self._common = {}
        for name in Batch._fields:
            self._path(name).unlink(missing_ok=True)

    def _path(self, name):
        return self._folder / f"{name}.float32"

    def add(self, batch):
        """Add the models of a Batch; a depth grid common to all models is kept in memory."""
        for name, leaf in batch._asdict().items():
            if leaf is None or (name == "log_tau" and leaf.ndim == 1):
                self._common[name] = leaf
                continue
            self._shapes[name] = leaf.shape[1:]
            path = self._path(name)
            with writing_explained(path, OSError), open(path, "ab") as file:
                file.write(np.ascontiguousarray(leaf, dtype=np.float32).data)

    def whole(self):
        """All models so far as a Batch of StoredArrays."""
        stored = {name: StoredArray(self._path(name), shape) for name, shape in self._shapes.items()}
        return Batch(**self._common, **stored)
