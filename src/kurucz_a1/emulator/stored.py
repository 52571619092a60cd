"""Training models in plain files, for datasets larger than the memory."""

import mmap

import numpy as np

from kurucz_a1.emulator.losses import Batch
from kurucz_a1.files import writing_explained


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
        """All models so far as a Batch of read-only arrays that lie in the files."""
        return Batch(**self._common, **{name: self._mapped(name, shape) for name, shape in self._shapes.items()})

    def _mapped(self, name, shape):
        with open(self._path(name), "rb") as file:
            mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        mapping.madvise(mmap.MADV_RANDOM)
        return np.frombuffer(mapping, dtype=np.float32).reshape(-1, *shape)


def let_go(batch):
    """Hand the memory back that reading from a stored Batch took: its files stay mapped."""
    for leaf in batch:
        base = leaf
        while isinstance(base, np.ndarray) and base.base is not None:
            base = base.base
        if isinstance(base, memoryview):
            base = base.obj
        if isinstance(base, mmap.mmap):
            base.madvise(mmap.MADV_DONTNEED)
