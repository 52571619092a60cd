"""Checkpoints of a training, tied to the data and options that they belong to."""

import hashlib
import json
import shutil
from contextlib import contextmanager
from pathlib import Path

import jax
import numpy as np
import orbax.checkpoint as ocp

from kurucz_a1 import __version__
from kurucz_a1.emulator.options import to_json
from kurucz_a1.errors import BadFile
from kurucz_a1.files import write_text

FINGERPRINT_FILE = "fingerprint.txt"


def fingerprint(data, options, kind):
    """Checksum of everything that the result of a training depends on, this package's code too, as hexadecimal text."""
    digest = hashlib.sha256(json.dumps([__version__, kind, to_json(options)], sort_keys=True).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    for leaf in jax.tree.leaves((data.training, data.validation, data.normalization)):
        digest.update(np.asarray(leaf).tobytes())
    return digest.hexdigest()


@contextmanager
def open_checkpoints(folder, mark):
    """Checkpoints in ``folder`` as an object with ``latest`` and ``save``; those with another mark are removed first.

    A checkpoint appears whole or not at all; the newest two are kept.
    """
    note = folder / FINGERPRINT_FILE
    if folder.exists() and not (note.is_file() and note.read_text(encoding="utf-8") == mark):
        print(f"{folder}: checkpoints of a training with other data or options, removed", flush=True)
        shutil.rmtree(folder)
    write_text(note, mark)
    options = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
    with ocp.CheckpointManager(folder.absolute() / "epochs", options=options) as manager:
        yield Checkpoints(manager)


class Checkpoints:
    """The checkpoints of one training."""

    def __init__(self, manager):
        self._manager = manager

    def save(self, epoch, tree):
        """Keep a tree of arrays for ``epoch``."""
        self._manager.save(epoch, args=ocp.args.StandardSave(tree))

    def latest(self, template):
        """The newest tree, of the form of ``template``, or None. Raises BadFile if it cannot be read."""
        epoch = self._manager.latest_step()
        if epoch is None:
            return None
        try:
            return self._manager.restore(epoch, args=ocp.args.StandardRestore(template))
        except (KeyError, OSError, TypeError, ValueError) as error:
            folder = self._manager.directory.parent
            raise BadFile(
                f"{folder}: the checkpoint of epoch {epoch} is damaged; remove this folder to start anew"
            ) from error
