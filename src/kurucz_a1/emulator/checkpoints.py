"""Checkpoints of a training, tied to the data and options that they belong to."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from kurucz_a1 import __version__
from kurucz_a1.emulator.options import to_json
from kurucz_a1.files import WRITING, atomic_path, write_text

ROWS = 4096  # of an array that may lie in a file, looked at together
FINGERPRINT_FILE = "fingerprint.txt"
STATE_FILE = "state.npz"
KEPT = 2  # the newest


def fingerprint(data, options, kind):
    """Checksum of everything that the result of a training depends on, this package's code too, as hexadecimal text."""
    digest = hashlib.sha256(json.dumps([__version__, kind, to_json(options)], sort_keys=True).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    for leaf in jax.tree.leaves((data.training, data.validation, data.normalization, data.scales)):
        for start in range(0, max(1, len(leaf) if np.ndim(leaf) else 1), ROWS):
            digest.update(np.ascontiguousarray(leaf[start : start + ROWS] if np.ndim(leaf) else leaf))
    return digest.hexdigest()


def open_checkpoints(folder: Path, mark: str) -> "Checkpoints":
    """Return the Checkpoints in ``folder``; those with another mark, a ``fingerprint``, are removed first."""
    note = folder / FINGERPRINT_FILE
    if folder.exists() and not (note.is_file() and note.read_text(encoding="utf-8", errors="replace") == mark):
        print(f"{folder}: checkpoints of a training with other data or options, removed", flush=True)
        shutil.rmtree(folder)
    write_text(note, mark)
    for left in (folder / "epochs").glob(f"{WRITING}*"):
        shutil.rmtree(left)
    return Checkpoints(folder / "epochs")


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of one training, a folder an epoch. Each appears whole or not at all; the newest two are kept.

    One file of arrays with a checksum of their values: it needs no locks of the file system, and no library that does.
    """

    folder: Path

    def save(self, epoch: int, tree: Any) -> None:
        """Keep a tree of arrays for ``epoch``. Raises BadFile where it cannot be written."""
        with atomic_path(self.folder / str(epoch)) as temporary:
            temporary.mkdir()
            arrays = {f"leaf_{number}": np.asarray(leaf) for number, leaf in enumerate(jax.tree.leaves(tree))}
            np.savez(temporary / STATE_FILE, sha256=_digest(tree), **arrays)
        for old in self._epochs()[KEPT:]:
            self._remove(old)

    def latest(self, template: Any) -> Any:
        """Return the newest tree, of the form of ``template``, or None; a damaged one is named and removed."""
        leaves, form = jax.tree.flatten(template)
        for epoch in self._epochs():
            try:
                file = self.folder / str(epoch) / STATE_FILE
                with open(file, "rb") as content, np.load(content, allow_pickle=False) as arrays:
                    found = [arrays[f"leaf_{number}"] for number in range(len(leaves))]
                    if _kinds(found) == _kinds(leaves) and np.array_equal(arrays["sha256"], _digest(found)):
                        return jax.tree.unflatten(form, found)
            except (MemoryError, PermissionError):
                raise
            except Exception:  # what zip and numpy make of damage is of many kinds
                pass
            print(f"{self.folder}: the checkpoint of epoch {epoch} is damaged and not used", flush=True)
            self._remove(epoch)
        return None

    def _epochs(self) -> list[int]:
        """The epochs that have a checkpoint, the newest first."""
        return sorted((int(path.name) for path in self.folder.glob("[0-9]*")), reverse=True)

    def _remove(self, epoch: int) -> None:
        shutil.rmtree(self.folder / str(epoch))


def _kinds(leaves: list[Any]) -> list[tuple[Any, ...]]:
    return [(np.shape(leaf), np.asarray(leaf).dtype) for leaf in leaves]


def _digest(tree: Any) -> np.ndarray:
    """SHA-256 of the leaves of a tree, as an array of bytes."""
    digest = hashlib.sha256()
    for leaf in jax.tree.leaves(tree):
        digest.update(np.asarray(leaf).tobytes())
    return np.frombuffer(digest.digest(), dtype=np.uint8)
