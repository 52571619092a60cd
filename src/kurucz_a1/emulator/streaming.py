"""An epoch of fitting with the models in files: what ``fitting.run_epoch`` does, some steps at a time."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.emulator.fitting import VALIDATED_AT_ONCE, EpochLosses, conclude, draw_batches, make_step
from kurucz_a1.emulator.losses import Losses
from kurucz_a1.emulator.training_data import select

BLOCK_BYTES = 8 << 20  # of models on the device at a time, beside as many that are being read


def run_epoch(objective, state, training, validation, constants, rates, key):
    """One pass through stored models; arguments and returns as those of ``fitting.run_epoch``, with the same batches.

    training, validation: Batch of ``StoredBatch.whole``.
    """
    models, steps = training.labels.shape[0], len(rates)
    batches, dropout_key = draw_batches(key, state.epoch, models, steps)
    batches = np.asarray(batches)
    models_at_once = max(1, BLOCK_BYTES // _bytes_of_model(training))
    length = max(1, models_at_once // batches.shape[1])
    blocks = [slice(start, start + length) for start in range(0, steps, length)]
    carry, step_losses = (state.parameters, state.optimizer), []
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(_read, training, batches[blocks[0]])
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            models_of_block = reading.result()
            if following is not None:
                reading = reader.submit(_read, training, batches[following])
            numbers = jnp.arange(steps)[block]
            carry, found = _run_steps(objective, carry, numbers, models_of_block, rates[block], constants, dropout_key)
            step_losses.append(found)
    parameters, optimizer = carry
    result = _validate(objective, parameters, constants, validation)
    steps_together = Losses(*(jnp.concatenate(parts) for parts in zip(*step_losses, strict=True)))
    return conclude(state, parameters, optimizer, result), EpochLosses(steps_together, result)


def _bytes_of_model(batch):
    leaves = [leaf for leaf in batch if leaf is not None and leaf.ndim and len(leaf) == len(batch.labels)]
    return sum(4 * int(np.prod(leaf.shape[1:])) for leaf in leaves)


def _read(batch, index):
    """The models at ``index`` of a stored Batch, in memory; read in the order in which they lie on the disk."""
    order, back = np.unique(index, return_inverse=True)
    found = select(batch, order)
    return select(found, back.reshape(index.shape))


@partial(jax.jit, static_argnames="objective")
def _run_steps(objective, carry, numbers, models, rates, constants, dropout_key):
    step = make_step(objective, constants, dropout_key)
    if models.log_tau is not None and models.log_tau.ndim == 1:  # common to all models
        depths, models = models.log_tau, models._replace(log_tau=None)
        return jax.lax.scan(
            lambda carry, inputs: step(carry, inputs[0], inputs[1]._replace(log_tau=depths), inputs[2]),
            carry,
            (numbers, models, rates),
        )
    return jax.lax.scan(lambda carry, inputs: step(carry, *inputs), carry, (numbers, models, rates))


def _validate(objective, parameters, constants, validation):
    """Losses of the validation split: means over its models, so that those of blocks are averaged by their size."""
    count = len(validation.labels)
    total = None
    for start in range(0, count, VALIDATED_AT_ONCE):
        block = _read(validation, np.arange(start, min(start + VALIDATED_AT_ONCE, count)))
        share = len(block.labels) / count
        found = jax.tree.map(lambda loss, share=share: share * loss, _losses(objective, parameters, constants, block))
        total = found if total is None else jax.tree.map(jnp.add, total, found)
    return jax.tree.map(lambda loss: loss.astype(jnp.float32), total)


@partial(jax.jit, static_argnames="objective")
def _losses(objective, parameters, constants, batch):
    return objective.of_validation(parameters, constants, batch)
