"""Checkpoints of a training, tied to the data and options that they belong to."""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jaxtyping import UInt8

from kurucz_a1.emulator.training_data import TrainingData
from kurucz_a1.extras import needs
from kurucz_a1.files import write_text, writing_explained
from kurucz_a1.made_from import made_from

with needs("train"):
    import orbax.checkpoint as ocp

ROWS = 4096  # of an array that may lie in a file, read at a time
FINGERPRINT_FILE = "fingerprint.txt"
STATE_FILE = "state.npz"


def fingerprint(data: TrainingData, options: dict[str, Any], kind: str) -> str:
    """Checksum of all that the result of a training depends on, including code, as hexadecimal text.

    - ``options``: the settings of ``kinds.what_matters``.
    """
    code = made_from("kurucz_a1.emulator.training:train")
    digest = hashlib.sha256(json.dumps([code, kind, options], sort_keys=True).encode())
    for leaf in jax.tree.leaves((data.training, data.validation, data.normalization, data.scales)):
        for start in range(0, max(1, len(leaf) if np.ndim(leaf) else 1), ROWS):
            digest.update(np.asarray(leaf[start : start + ROWS] if np.ndim(leaf) else leaf).tobytes())
    return digest.hexdigest()


class LeavesHandler(ocp.CheckpointHandler):
    """Keeps the leaves of a tree for Orbax in one file of arrays with a checksum of their values.

    TensorStore, which Orbax uses by default, locks its files and fails on a file system without locks.
    """

    def save(self, directory: os.PathLike[str], args: "Leaves") -> None:
        """Write the leaves of ``args.tree``."""
        leaves = enumerate(map(np.asarray, jax.tree.leaves(args.tree)))
        arrays: dict[str, Any] = {f"leaf_{number}": leaf for number, leaf in leaves}
        np.savez(Path(directory) / STATE_FILE, sha256=_digest(args.tree), **arrays)

    def restore(self, directory: os.PathLike[str], args: "Leaves") -> Any:
        """Read a tree of the form of ``args.tree``. Raises ValueError where the file holds anything else."""
        template, form = jax.tree.flatten(args.tree)
        # numpy leaves a file open that is not a zip file
        with open(Path(directory) / STATE_FILE, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            leaves = [arrays[f"leaf_{number}"] for number in range(len(template))]
            if _kinds(leaves) != _kinds(template) or not np.array_equal(arrays["sha256"], _digest(leaves)):
                raise ValueError(f"{directory}: other shapes, or another checksum")
        return jax.tree.unflatten(form, leaves)


@ocp.args.register_with_handler(LeavesHandler, for_save=True, for_restore=True)
@dataclass
class Leaves(ocp.args.CheckpointArgs):
    """A tree of arrays to save, or one of the form of that to restore."""

    tree: Any


@contextmanager
def open_checkpoints(folder: Path, mark: str) -> Iterator["Checkpoints"]:
    """Checkpoints in ``folder`` as an object with ``latest`` and ``save``; those with another mark are removed first.

    - ``mark``: a ``fingerprint``.

    A checkpoint appears whole or not at all; the newest two are kept.
    """
    note = folder / FINGERPRINT_FILE
    if folder.exists() and not (note.is_file() and note.read_text(encoding="utf-8", errors="replace") == mark):
        print(f"{folder}: checkpoints of a training with other data or options, removed", flush=True)
        shutil.rmtree(folder)
    write_text(note, mark)
    # Orbax raises its errors and also logs their tracebacks, some of them later from its own threads.
    logging.getLogger("absl").setLevel(logging.CRITICAL + 1)
    options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
    with ocp.CheckpointManager(folder.absolute() / "epochs", options=options) as manager:
        yield Checkpoints(manager)


class Checkpoints:
    """The checkpoints of one training."""

    def __init__(self, manager: ocp.CheckpointManager) -> None:
        self._manager = manager

    def save(self, epoch: int, tree: Any) -> None:
        """Keep a tree of arrays for ``epoch``. Raises BadFile where it cannot be written."""
        with writing_explained(self._manager.directory, OSError, RuntimeError, ValueError):
            self._manager.save(epoch, args=Leaves(tree))

    def latest(self, template: Any) -> Any:
        """The newest tree, of the form of ``template``, or None; a damaged one is named and passed over."""
        for epoch in sorted(self._manager.all_steps(), reverse=True):
            try:
                return self._manager.restore(epoch, args=Leaves(template))
            except (MemoryError, PermissionError):
                raise
            except Exception:  # zip, numpy and orbax report damage in many ways
                print(f"{self._manager.directory}: the checkpoint of epoch {epoch} is damaged and not used", flush=True)
                self._manager.delete(epoch)
        return None


def _kinds(leaves: list[Any]) -> list[tuple[Any, ...]]:
    return [(np.shape(leaf), np.asarray(leaf).dtype) for leaf in leaves]


def _digest(tree: Any) -> UInt8[np.ndarray, "32"]:
    """SHA-256 of the leaves of a tree."""
    digest = hashlib.sha256()
    for leaf in jax.tree.leaves(tree):
        digest.update(np.asarray(leaf).tobytes())
    return np.frombuffer(digest.digest(), dtype=np.uint8)
