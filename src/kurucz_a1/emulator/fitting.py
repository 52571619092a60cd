"""One epoch of fitting the network, as a pure function of the state: batches of whole models, Adam, validation."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from kurucz_a1.emulator.losses import Losses, losses
from kurucz_a1.emulator.network import initialize
from kurucz_a1.emulator.training_data import select

WARM_UP_EPOCHS = 5
# A gradient longer than this is shortened: the physics loss of an untrained network can be steep.
LARGEST_GRADIENT = 1.0
# The rate is applied apart (see learning_rates), so that one compiled epoch serves every rate and length of training.
OPTIMIZER = optax.chain(optax.clip_by_global_norm(LARGEST_GRADIENT), optax.scale_by_adam())


class State(NamedTuple):
    """All that the fit carries from epoch to epoch: current and best weights, Adam's moments, losses, epochs done."""

    parameters: dict
    optimizer: tuple
    best_parameters: dict
    best_loss: jax.Array
    best_epoch: jax.Array
    epoch: jax.Array


class EpochLosses(NamedTuple):
    """Losses of an epoch: of each step, arrays of shape (step,), and of the validation split after it, scalars."""

    steps: Losses
    validation: Losses


def start(network, seed):
    """The State before the first epoch."""
    parameters = initialize(network, jax.random.fold_in(jax.random.key(seed), 0))
    return State(
        parameters=parameters,
        optimizer=OPTIMIZER.init(parameters),
        best_parameters=parameters,
        best_loss=jnp.asarray(jnp.inf, dtype=jnp.float32),
        best_epoch=jnp.asarray(0, dtype=jnp.int32),
        epoch=jnp.asarray(0, dtype=jnp.int32),
    )


def steps_in_epoch(models, batch_size):
    """Batches an epoch. A number of models that ``batch_size`` does not divide gets batches of slightly other size."""
    return max(1, round(models / batch_size))


def learning_rates(highest, epochs, steps):
    """Rate of each step, float32 (epochs, steps): a linear rise from a tenth, then half a cosine to zero."""
    total = epochs * steps
    warm_up = min(WARM_UP_EPOCHS * steps, total // 10)
    schedule = optax.warmup_cosine_decay_schedule(0.1 * highest, highest, warm_up, total)
    return np.asarray(schedule(np.arange(total)), dtype=np.float32).reshape(epochs, steps)


@partial(jax.jit, static_argnames=("network", "with_physics"))
def run_epoch(network, state, training, validation, normalization, rates, alpha, key, *, with_physics):
    """One pass through the training set in random batches, one for each of ``rates``, then the validation losses.

    training, validation: Batch; alpha: weight of the physics loss, must be 0 without ``with_physics``; key: of the
    whole training. Returns the new State and EpochLosses. The few models left over by the batch size are others in
    each epoch. Order and dropout derive from key and epoch: the same state always gives the same bits.
    """
    models, steps = training.labels.shape[0], rates.shape[0]
    order_key, dropout_key = jax.random.split(jax.random.fold_in(key, state.epoch + 1))
    order = jax.random.permutation(order_key, models)
    batches = order[: steps * (models // steps)].reshape(steps, models // steps)

    def step(carry, inputs):
        parameters, optimizer = carry
        number, index, rate = inputs
        mask_key = jax.random.fold_in(dropout_key, number)
        batch = select(training, index)

        def objective(parameters):
            profile = _profile(network, parameters, batch, mask_key)
            result = losses(profile, batch, normalization, alpha, with_physics)
            return result.total, result

        gradient, result = jax.grad(objective, has_aux=True)(parameters)
        directions, optimizer = OPTIMIZER.update(gradient, optimizer)
        updates = jax.tree.map(lambda direction: -rate * direction, directions)
        return (optax.apply_updates(parameters, updates), optimizer), result

    carry = (state.parameters, state.optimizer)
    inputs = (jnp.arange(steps), batches, rates)
    (parameters, optimizer), step_losses = jax.lax.scan(step, carry, inputs)
    # Validation takes the derivative too, whatever the kind: the loss that is trained chooses the model.
    result = losses(_profile(network, parameters, validation), validation, normalization, alpha)
    epoch = state.epoch + 1
    better = result.total < state.best_loss
    new = State(
        parameters=parameters,
        optimizer=optimizer,
        best_parameters=jax.tree.map(partial(jnp.where, better), parameters, state.best_parameters),
        best_loss=jnp.where(better, result.total, state.best_loss),
        best_epoch=jnp.where(better, epoch, state.best_epoch),
        epoch=epoch,
    )
    return new, EpochLosses(step_losses, result)


def _profile(network, parameters, batch, mask_key=None):
    """The network as a function of normalised log_tau, for the labels of a batch; with dropout if a key is given."""

    def profile(log_tau):
        training = mask_key is not None
        keys = {"dropout": mask_key} if training else None
        return network.apply({"params": parameters}, batch.labels, log_tau, training=training, rngs=keys)

    return profile
