"""One epoch of fitting the network, as a pure function of the state: batches of whole models, Adam, validation."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.emulator.losses import Losses, Weights, losses
from kurucz_a1.emulator.modules import apply, initialize
from kurucz_a1.emulator.normalization import Normalization
from kurucz_a1.emulator.training_data import select
from kurucz_a1.extras import needs

with needs("train"):
    import optax

WARM_UP_EPOCHS = 5
# A gradient longer than this is shortened: the physics loss of an untrained network can be steep.
LARGEST_GRADIENT = 1.0
VALIDATED_AT_ONCE = 256  # models of the validation split whose losses, with derivatives, are held in memory together
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


def start(network, seed, labels):
    """The State before the first epoch of a network of so many labels."""
    parameters = initialize(network, jax.random.fold_in(jax.random.key(seed), 0), labels)
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


class Constants(NamedTuple):
    """Arrays that a training holds: the Normalization, constants of the network, and Weights of the loss."""

    normalization: Normalization
    scales: dict
    weights: Weights


class Objective(NamedTuple):
    """What a training is for, but for arrays: the network, and which parts its loss has (see ``losses.losses``)."""

    network: object
    with_physics: bool = False
    with_derivatives: bool = False
    tolerant: bool = False

    def of_batch(self, parameters, constants, batch, mask_key):
        """The Losses of weights on a Batch in training, with dropout."""
        profile = _profile(self.network, parameters, constants.scales, mask_key)
        return self._losses(profile, batch, constants, self.with_physics)

    def of_validation(self, parameters, constants, batch):
        """The Losses of weights on a Batch; for the paper's network with the physics part, trained for or not."""
        profile = _profile(self.network, parameters, constants.scales)
        return self._losses(profile, batch, constants, not self.tolerant)

    def _losses(self, profile, batch, constants, with_physics):
        return losses(
            profile,
            batch,
            constants.normalization,
            constants.weights,
            with_physics=with_physics,
            with_derivatives=self.with_derivatives,
            tolerant=self.tolerant,
        )


@partial(jax.jit, static_argnames="objective")
def run_epoch(objective, state, training, validation, constants, rates, key):
    """One pass through the training set in random batches, one for each of ``rates``, then the validation losses.

    objective: Objective; training, validation: Batch; constants: Constants; key: of the whole training. Returns the new
    State and EpochLosses. The few models left over by the batch size are others in each epoch. Order and dropout derive
    from key and epoch: the same state always gives the same bits.
    """
    batches, dropout_key = draw_batches(key, state.epoch, training.labels.shape[0], rates.shape[0])
    step = make_step(objective, constants, dropout_key)

    def one(carry, inputs):
        number, index, rate = inputs
        return step(carry, number, select(training, index), rate)

    carry = (state.parameters, state.optimizer)
    inputs = (jnp.arange(rates.shape[0]), batches, rates)
    (parameters, optimizer), step_losses = jax.lax.scan(one, carry, inputs)
    result = validate(objective, parameters, constants, validation)
    return conclude(state, parameters, optimizer, result), EpochLosses(step_losses, result)


def validate(objective, parameters, constants, validation):
    """The Losses of weights on a Batch of any size, some models at a time: they are means over its models."""
    models = validation.labels.shape[0]
    if models <= VALIDATED_AT_ONCE:
        return objective.of_validation(parameters, constants, validation)
    whole = models - models % VALIDATED_AT_ONCE
    blocks = jnp.arange(whole).reshape(-1, VALIDATED_AT_ONCE)

    def of_block(index):
        return objective.of_validation(parameters, constants, select(validation, index))

    total = jax.tree.map(lambda loss: whole / models * jnp.mean(loss), jax.lax.map(of_block, blocks))
    if whole < models:
        rest = of_block(jnp.arange(whole, models))
        total = jax.tree.map(lambda loss, other: loss + (1 - whole / models) * other, total, rest)
    return jax.tree.map(lambda loss: loss.astype(jnp.float32), total)


@partial(jax.jit, static_argnames=("models", "steps"))
def draw_batches(key, epoch, models, steps):
    """Numbers of the models of each batch of an epoch, (step, model), and the key of its dropout."""
    order_key, dropout_key = jax.random.split(jax.random.fold_in(key, epoch + 1))
    order = jax.random.permutation(order_key, models)
    return order[: steps * (models // steps)].reshape(steps, models // steps), dropout_key


def make_step(objective, constants, dropout_key):
    """The function of one step: weights and Adam's moments, number of the step, Batch and rate -> the same, Losses."""

    def step(carry, number, batch, rate):
        parameters, optimizer = carry
        mask_key = jax.random.fold_in(dropout_key, number)

        def total(parameters):
            result = objective.of_batch(parameters, constants, batch, mask_key)
            return result.total, result

        gradient, result = jax.grad(total, has_aux=True)(parameters)
        directions, optimizer = OPTIMIZER.update(gradient, optimizer, parameters)
        updates = jax.tree.map(lambda direction: -rate * direction, directions)
        return (optax.apply_updates(parameters, updates), optimizer), result

    return step


@jax.jit
def conclude(state, parameters, optimizer, result):
    """The State after an epoch that ends with these weights and the Losses ``result`` of the validation split."""
    epoch = state.epoch + 1
    better = result.total < state.best_loss
    return State(
        parameters=parameters,
        optimizer=optimizer,
        best_parameters=jax.tree.map(partial(jnp.where, better), parameters, state.best_parameters),
        best_loss=jnp.where(better, result.total, state.best_loss),
        best_epoch=jnp.where(better, epoch, state.best_epoch),
        epoch=epoch,
    )


def _profile(network, parameters, scales, mask_key=None):
    """The network as a function of normalised labels and log_tau; with dropout if a key is given."""

    def profile(labels, log_tau):
        return apply(network, {"params": parameters, "scales": scales}, labels, log_tau, mask_key)

    return profile
