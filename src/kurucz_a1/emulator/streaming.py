"""``fitting.run_epoch`` with the models in files, some steps at a time."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key

from kurucz_a1.emulator.fitting import (
    VALIDATED_AT_ONCE,
    Carry,
    Constants,
    EpochLosses,
    Objective,
    State,
    conclude,
    draw_batches,
    make_step,
)
from kurucz_a1.emulator.layers import Parameters
from kurucz_a1.emulator.losses import Batch, Losses
from kurucz_a1.emulator.training_data import select
from kurucz_a1.types import AnyArray

BLOCK_BYTES = 8 << 20  # of models on the device at a time; the next as many are read meanwhile


def run_epoch(
    objective: Objective,
    state: State,
    training: Batch,
    validation: Batch,
    constants: Constants,
    rates: Float[AnyArray, "step"],
    key: Key[Array, ""],
) -> tuple[State, EpochLosses]:
    """One pass through stored models, as ``fitting.run_epoch``, with the same batches.

    - ``training``, ``validation``: from ``StoredBatch.whole``.
    """
    models, steps = training.labels.shape[0], len(rates)
    drawn, dropout_key = draw_batches(key, state.epoch, models, steps)
    batches = np.asarray(drawn)
    models_at_once = max(1, BLOCK_BYTES // _bytes_of_model(training))
    length = max(1, models_at_once // batches.shape[1])
    blocks = [slice(start, start + length) for start in range(0, steps, length)]
    carry = (state.parameters, state.optimizer)
    step_losses: list[Losses] = []
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(_read, training, batches[blocks[0]])
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            models_of_block = reading.result()
            if following is not None:
                reading = reader.submit(_read, training, batches[following])
            numbers = jnp.arange(steps)[block]
            carry, of_steps = _run_steps(
                objective, carry, numbers, models_of_block, rates[block], constants, dropout_key
            )
            step_losses.append(of_steps)
    parameters, optimizer = carry
    result = _validate(objective, parameters, constants, validation)
    steps_together = Losses(*(jnp.concatenate(parts) for parts in zip(*step_losses, strict=True)))
    return conclude(state, parameters, optimizer, result), EpochLosses(steps_together, result)


def _bytes_of_model(batch: Batch) -> int:
    leaves = [leaf for leaf in batch if leaf is not None and leaf.ndim and len(leaf) == len(batch.labels)]
    return sum(4 * int(np.prod(leaf.shape[1:])) for leaf in leaves)


def _read(batch: Batch, index: Int[np.ndarray, "..."]) -> Batch:
    """The models at ``index`` of a stored Batch, read in their order on the disk."""
    order, back = np.unique(index, return_inverse=True)
    return select(select(batch, order), back.reshape(index.shape))


@partial(jax.jit, static_argnames="objective")
def _run_steps(
    objective: Objective,
    carry: Carry,
    numbers: Int[Array, "step"],
    models: Batch,
    rates: Float[Array, "step"],
    constants: Constants,
    dropout_key: Key[Array, ""],
) -> tuple[Carry, Losses]:
    step = make_step(objective, constants, dropout_key)
    if models.log_tau is not None and models.log_tau.ndim == 1:  # common to all models
        depths, models = models.log_tau, models._replace(log_tau=None)
        return jax.lax.scan(
            lambda carry, inputs: step(carry, inputs[0], inputs[1]._replace(log_tau=depths), inputs[2]),
            carry,
            (numbers, models, rates),
        )
    return jax.lax.scan(lambda carry, inputs: step(carry, *inputs), carry, (numbers, models, rates))


def _validate(objective: Objective, parameters: Parameters, constants: Constants, validation: Batch) -> Losses:
    """Losses of the validation split: the mean of those of its blocks, weighted by their sizes."""
    count = len(validation.labels)
    total: Any = None
    for start in range(0, count, VALIDATED_AT_ONCE):
        block = _read(validation, np.arange(start, min(start + VALIDATED_AT_ONCE, count)))
        share = len(block.labels) / count
        result = _losses(objective, parameters, constants, block)
        part = jax.tree.map(lambda loss, share=share: share * loss, result)
        total = part if total is None else jax.tree.map(jnp.add, total, part)
    return jax.tree.map(lambda loss: loss.astype(jnp.float32), total)


@partial(jax.jit, static_argnames="objective")
def _losses(objective: Objective, parameters: Parameters, constants: Constants, batch: Batch) -> Losses:
    return objective.of_validation(parameters, constants, batch)
