"""Training of the emulator: Adam on batches of whole models, the best model of the validation split kept.

A run that was interrupted resumes from its last checkpoint and ends with the same bits as one that was not: all
random numbers derive from the seed and the epoch.
"""

import hashlib
import json
import math
import shutil
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import orbax.checkpoint as ocp
import pandas as pd

from kurucz_a1 import __version__
from kurucz_a1.dataset.files import atomic_path
from kurucz_a1.emulator.losses import Batch, losses
from kurucz_a1.emulator.network import AtmosphereNetwork, count_parameters, initialize
from kurucz_a1.emulator.options import check_kind, read_options, to_json
from kurucz_a1.emulator.progress import training_progress
from kurucz_a1.emulator.saved import Emulator, save_emulator
from kurucz_a1.emulator.training_data import prepare, select
from kurucz_a1.errors import UserError

LEARNING_CURVE_FILE = "learning_curve.csv"
CHECKPOINT_FOLDER = "checkpoints"
FINGERPRINT_FILE = "fingerprint.txt"
COLUMNS = (
    "epoch",
    "learning_rate",
    "training_loss",
    "training_data_loss",
    "training_physics_loss",
    "validation_loss",
    "validation_data_loss",
    "validation_physics_loss",
)
WARM_UP_EPOCHS = 5
# A gradient longer than this is shortened: the physics loss of an untrained network can be steep.
LARGEST_GRADIENT = 1.0


class TrainingDiverged(UserError, ArithmeticError):
    """The loss was not a finite number; the message names epoch and step."""


class State(NamedTuple):
    """All that a training carries from epoch to epoch; the history has one row an epoch, in the order of COLUMNS."""

    parameters: dict
    optimizer: tuple
    best_parameters: dict
    best_loss: jax.Array
    best_epoch: jax.Array
    epoch: jax.Array
    history: jax.Array


class Trainer(NamedTuple):
    """The fixed parts of a training: hashable, so that one compiled epoch serves all epochs."""

    network: AtmosphereNetwork
    alpha: float
    learning_rate: float
    epochs: int
    batch_size: int
    steps: int

    def schedule(self, step):
        """Learning rate: a linear rise from a tenth over the first epochs, then half a cosine to zero, float32."""
        total = self.epochs * self.steps
        warm_up = min(WARM_UP_EPOCHS * self.steps, total // 10)
        rate = optax.warmup_cosine_decay_schedule(
            0.1 * self.learning_rate, self.learning_rate, warm_up, total
        )(step)
        return jnp.asarray(rate, dtype=jnp.float32)

    @property
    def optimizer(self):
        """Adam with that schedule."""
        return optax.chain(optax.clip_by_global_norm(LARGEST_GRADIENT), optax.adam(self.schedule))


def train(dataset, config, folder, kind):
    """Train an emulator on a dataset and write it to ``folder``; returns the learning curve, one row an epoch.

    dataset: xarray.Dataset with dimensions model, depth and a ``split`` (see ``training_data.prepare``); config: any
    of the options in ``options.Options`` by name; kind: "pinn" (with the physics loss) or "mlp" (the same network
    without). ``folder`` gets emulator.json and weights.npz (see ``saved``), learning_curve.csv, checkpoints/.
    Checkpoints of an interrupted training with the same data and options are resumed, others are removed.
    Raises BadConfig, BadFile, or TrainingDiverged when the loss is not finite.
    """
    check_kind(kind)
    options = read_options(config)
    data = prepare(dataset)
    folder = Path(folder)
    trainer = _trainer(options, kind, data.training)
    state = _start(trainer, options.seed)
    fingerprint = _fingerprint(data, options, kind)
    models, depths = data.training.fields.shape[:2]
    device = jax.devices()[0]
    print(
        f"{kind}: training on {device.platform} ({device.device_kind}), "
        f"{count_parameters(state.parameters):,} parameters, {models} models x {depths} depths, "
        f"batches of {trainer.batch_size} models",
        flush=True,
    )
    _warn_of_varying_microturbulence(dataset)
    key = jax.random.key(options.seed)
    with _checkpoints(folder / CHECKPOINT_FOLDER, fingerprint) as checkpoints:
        if checkpoints.latest_step() is not None:
            state = _restore(checkpoints, state)
            print(f"{kind}: resumed after epoch {int(state.epoch)}", flush=True)
        with training_progress(kind, options.epochs, int(state.epoch)) as report:
            while not _finished(state, options):
                state, step_losses = run_epoch(
                    trainer, state, data.training, data.validation, data.normalization, key
                )
                _check_finite(kind, state, step_losses, options)
                epoch = int(state.epoch)
                row = dict(zip(COLUMNS, np.asarray(state.history[epoch - 1]), strict=True))
                report(epoch, f"loss {row['training_loss']:.3e}, validation {row['validation_loss']:.3e}")
                if epoch % options.checkpoint_every == 0 or _finished(state, options):
                    checkpoints.save(epoch, args=ocp.args.StandardSave(state._asdict()))
    best = int(state.best_epoch)
    print(
        f"{kind}: best validation loss {float(state.best_loss):.3e} at epoch {best} of {int(state.epoch)}",
        flush=True,
    )
    history = pd.DataFrame(np.asarray(state.history)[: int(state.epoch)], columns=list(COLUMNS))
    history["epoch"] = history["epoch"].astype(int)
    with atomic_path(folder / LEARNING_CURVE_FILE) as temporary:
        history.to_csv(temporary, index=False)
    emulator = Emulator(
        parameters=state.best_parameters,
        normalization=data.normalization,
        network=trainer.network,
        support=data.support,
        kind=kind,
        solar_pattern=str(dataset.attrs.get("solar_pattern", "asplund2009")),
        provenance=json.dumps(_provenance(dataset, options, kind, state, device)),
    )
    save_emulator(emulator, folder)
    return history


def _trainer(options, kind, training):
    """The Trainer of the options; a set that the batch size does not divide gets batches of slightly other size."""
    models = training.labels.shape[0]
    steps = max(1, round(models / options.batch_size))
    return Trainer(
        network=AtmosphereNetwork(options.label_width, options.depth_width, options.dropout),
        alpha=options.alpha if kind == "pinn" else 0.0,
        learning_rate=options.learning_rate,
        epochs=options.epochs,
        batch_size=models // steps,
        steps=steps,
    )


def _start(trainer, seed):
    parameters = initialize(trainer.network, jax.random.fold_in(jax.random.key(seed), 0))
    return State(
        parameters=parameters,
        optimizer=trainer.optimizer.init(parameters),
        best_parameters=parameters,
        best_loss=jnp.asarray(jnp.inf, dtype=jnp.float32),
        best_epoch=jnp.asarray(0, dtype=jnp.int32),
        epoch=jnp.asarray(0, dtype=jnp.int32),
        history=jnp.full((trainer.epochs, len(COLUMNS)), jnp.nan, dtype=jnp.float32),
    )


@partial(jax.jit, static_argnums=0)
def run_epoch(trainer, state, training, validation, normalization, key):
    """One pass through the training set in random batches, then the losses of the validation split.

    Returns the new State and the total loss of each step, (steps,). The few models left over by the batch size are
    others in each epoch.
    """
    order_key, dropout_key = jax.random.split(jax.random.fold_in(key, state.epoch + 1))
    order = jax.random.permutation(order_key, training.labels.shape[0])
    batches = order[: trainer.steps * trainer.batch_size].reshape(trainer.steps, trainer.batch_size)

    def step(carry, inputs):
        parameters, optimizer = carry
        number, index = inputs
        mask_key = jax.random.fold_in(dropout_key, number)
        batch = select(training, index)

        def objective(parameters):
            result = losses(
                _profile(trainer.network, parameters, batch, mask_key),
                batch,
                normalization,
                trainer.alpha,
                with_physics=trainer.alpha > 0,
            )
            return result.total, result

        gradient, result = jax.grad(objective, has_aux=True)(parameters)
        updates, optimizer = trainer.optimizer.update(gradient, optimizer)
        return (optax.apply_updates(parameters, updates), optimizer), jnp.stack(result)

    carry = (state.parameters, state.optimizer)
    (parameters, optimizer), step_losses = jax.lax.scan(step, carry, (jnp.arange(trainer.steps), batches))
    # Validation takes the derivative too, whatever the kind: the same loss chooses the model, and both curves show.
    result = losses(
        _profile(trainer.network, parameters, validation), validation, normalization, trainer.alpha
    )
    epoch = state.epoch + 1
    better = result.total < state.best_loss
    rate = trainer.schedule(state.epoch * trainer.steps)
    row = jnp.stack([epoch.astype(jnp.float32), rate, *jnp.mean(step_losses, axis=0), *result])
    new = State(
        parameters=parameters,
        optimizer=optimizer,
        best_parameters=jax.tree.map(partial(jnp.where, better), parameters, state.best_parameters),
        best_loss=jnp.where(better, result.total, state.best_loss),
        best_epoch=jnp.where(better, epoch, state.best_epoch),
        epoch=epoch,
        history=state.history.at[state.epoch].set(row),
    )
    return new, step_losses[:, 0]


def _profile(network, parameters, batch: Batch, mask_key=None):
    """The network as a function of normalised log_tau, for the labels of a batch; with dropout if a key is given."""

    def profile(log_tau):
        training = mask_key is not None
        keys = {"dropout": mask_key} if training else None
        return network.apply({"params": parameters}, batch.labels, log_tau, training=training, rngs=keys)

    return profile


def _finished(state, options):
    epoch = int(state.epoch)
    return epoch >= options.epochs or epoch - int(state.best_epoch) >= options.patience


def _check_finite(kind, state, step_losses, options):
    """Raise TrainingDiverged at the first step, or validation, whose loss is not finite."""
    epoch = int(state.epoch)
    bad = np.flatnonzero(~np.isfinite(np.asarray(step_losses)))
    where = f"step {bad[0] + 1} of {len(step_losses)}" if bad.size else "validation"
    validation = float(state.history[epoch - 1, COLUMNS.index("validation_loss")])
    if bad.size or not math.isfinite(validation):
        raise TrainingDiverged(
            f"{kind}: the loss is not finite at epoch {epoch}, {where}; "
            f"lower emulator.learning_rate (now {options.learning_rate:g}) or emulator.alpha"
        )


def _fingerprint(data, options, kind):
    """Checksum of everything that the result depends on: a checkpoint resumes only the training it belongs to."""
    digest = hashlib.sha256(json.dumps([__version__, kind, to_json(options)], sort_keys=True).encode())
    for leaf in jax.tree.leaves((data.training, data.validation, data.normalization)):
        digest.update(np.asarray(leaf).tobytes())
    return digest.hexdigest()


def _checkpoints(folder, fingerprint):
    """An orbax manager on ``folder``; checkpoints of another training are removed first."""
    note = folder / FINGERPRINT_FILE
    if folder.exists() and (not note.is_file() or note.read_text(encoding="utf-8") != fingerprint):
        print(f"{folder}: checkpoints of a training with other data or options, removed", flush=True)
        shutil.rmtree(folder)
    with atomic_path(note) as temporary:
        temporary.write_text(fingerprint, encoding="utf-8")
    manager = ocp.CheckpointManagerOptions(max_to_keep=2, enable_async_checkpointing=False)
    return ocp.CheckpointManager(folder.absolute() / "epochs", options=manager)


def _restore(checkpoints, state):
    """The State of the newest checkpoint that can be read."""
    restored = checkpoints.restore(checkpoints.latest_step(), args=ocp.args.StandardRestore(state._asdict()))
    return State(**restored)


def _warn_of_varying_microturbulence(dataset):
    vturb = dataset["vturb"].values
    if np.ptp(vturb) > 0:
        print(
            f"vturb varies over {vturb.min():g}..{vturb.max():g} km/s and is no input of the network: "
            "the difference is noise to it; keep vturb fixed in the grid",
            flush=True,
        )


def _provenance(dataset, options, kind, state, device):
    """How the emulator was made, for emulator.json."""
    return {
        "dataset": {key: str(value) for key, value in dataset.attrs.items()},
        "models": {
            "training": int((dataset["split"] == 0).sum()),
            "validation": int((dataset["split"] == 1).sum()),
        },
        "kind": kind,
        "options": to_json(options),
        "epochs": int(state.epoch),
        "best_epoch": int(state.best_epoch),
        "best_validation_loss": float(state.best_loss),
        "device": f"{device.platform} {device.device_kind}",
        "versions": {
            "kurucz_a1": __version__,
            "jax": jax.__version__,
            "optax": optax.__version__,
            "orbax-checkpoint": ocp.__version__,
        },
    }
