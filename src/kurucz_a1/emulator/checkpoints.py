"""Checkpoints of a training, tied to the data and options that they belong to."""

import hashlib
import json
import logging
import shutil
from contextlib import contextmanager

import jax
import numpy as np
import orbax.checkpoint as ocp

from kurucz_a1.files import write_text, writing_explained
from kurucz_a1.made_from import made_from

ROWS = 4096  # of an array that may lie in a file, looked at together
FINGERPRINT_FILE = "fingerprint.txt"


def fingerprint(data, options, kind):
    """Checksum of everything that the result of a training depends on, this package's code too, as hexadecimal text.

    options: the settings that matter, as plain values (see ``kinds.what_matters``).
    """
    code = made_from("kurucz_a1.emulator.training:train")
    digest = hashlib.sha256(json.dumps([code, kind, options], sort_keys=True).encode())
    for leaf in jax.tree.leaves((data.training, data.validation, data.normalization, data.scales)):
        for start in range(0, max(1, len(leaf) if np.ndim(leaf) else 1), ROWS):
            digest.update(np.ascontiguousarray(leaf[start : start + ROWS] if np.ndim(leaf) else leaf))
    return digest.hexdigest()


@contextmanager
def open_checkpoints(folder, mark):
    """Checkpoints in ``folder`` as an object with ``latest`` and ``save``; those with another mark are removed first.

    A checkpoint appears whole or not at all; the newest two are kept.
    """
    note = folder / FINGERPRINT_FILE
    if folder.exists() and not (note.is_file() and note.read_text(encoding="utf-8", errors="replace") == mark):
        print(f"{folder}: checkpoints of a training with other data or options, removed", flush=True)
        shutil.rmtree(folder)
    write_text(note, mark)
    # Orbax raises its errors and logs their tracebacks too, also later, from threads of its own: silent for good.
    logging.getLogger("absl").setLevel(logging.CRITICAL + 1)
    options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
    with ocp.CheckpointManager(folder.absolute() / "epochs", options=options) as manager:
        yield Checkpoints(manager)


class Checkpoints:
    """The checkpoints of one training."""

    def __init__(self, manager):
        self._manager = manager

    def save(self, epoch, tree):
        """Keep a tree of arrays for ``epoch``. Raises BadFile where it cannot be written."""
        with writing_explained(self._manager.directory, OSError, RuntimeError, ValueError):
            self._manager.save(epoch, args=ocp.args.StandardSave({"tree": tree, "sha256": _digest(tree)}))

    def latest(self, template):
        """The newest tree, of the form of ``template``, or None; a damaged one is named and passed over."""
        template = {"tree": template, "sha256": _digest(template)}
        for epoch in sorted(self._manager.all_steps(), reverse=True):
            try:
                found = self._manager.restore(epoch, args=ocp.args.StandardRestore(template))
                if np.array_equal(found["sha256"], _digest(found["tree"])):
                    return found["tree"]
            except (MemoryError, PermissionError):
                raise
            except Exception:  # what orbax and the libraries below it make of damage is of many kinds
                pass
            print(f"{self._manager.directory}: the checkpoint of epoch {epoch} is damaged and not used", flush=True)
            self._manager.delete(epoch)
        return None


def _digest(tree):
    """SHA-256 of the leaves of a tree, as an array of bytes."""
    digest = hashlib.sha256()
    for leaf in jax.tree.leaves(tree):
        digest.update(np.asarray(leaf).tobytes())
    return np.frombuffer(digest.digest(), dtype=np.uint8)
