"""One epoch of fitting the network, as a pure function of the state: batches of whole models, Adam, validation."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key

from kurucz_a1.emulator.hydrostatic import Scales
from kurucz_a1.emulator.kinds import Network
from kurucz_a1.emulator.layers import Parameters
from kurucz_a1.emulator.losses import Batch, Depths, DepthWeights, Losses, Profile, Weights, losses
from kurucz_a1.emulator.modules import apply, initialize
from kurucz_a1.emulator.network import AtmosphereNetwork
from kurucz_a1.emulator.normalization import Normalization
from kurucz_a1.emulator.published import NO_MISTAKES, Mistakes
from kurucz_a1.emulator.training_data import select
from kurucz_a1.extras import needs
from kurucz_a1.types import AnyArray

with needs("train"):
    import optax

WARM_UP_EPOCHS = 5
# A gradient longer than this is shortened: the physics loss of an untrained network can be steep.
LARGEST_GRADIENT = 1.0
VALIDATED_AT_ONCE = 256  # models of the validation split whose losses, with derivatives, are in memory at a time
# The rate is applied apart (see learning_rates), so that one compiled epoch serves every rate and length of training.
OPTIMIZER = optax.chain(optax.clip_by_global_norm(LARGEST_GRADIENT), optax.scale_by_adam())


#: State of the optimizer.
Moments = tuple[Any, ...]
#: Weights and moments.
Carry = tuple[Parameters, Moments]
#: One step: weights and moments, number of the step, Batch and rate to new weights and moments, and Losses.
Step = Callable[[Carry, Int[Array, ""], Batch, Float[Array, ""]], tuple[Carry, Losses]]


class State(NamedTuple):
    """All that the fit carries from epoch to epoch."""

    parameters: Parameters
    optimizer: Moments
    best_parameters: Parameters
    best_loss: Float[AnyArray, ""]
    best_epoch: Int[AnyArray, ""]
    epoch: Int[AnyArray, ""]  # epochs done


class EpochLosses(NamedTuple):
    """Losses of each step of an epoch, and of the validation split after it."""

    steps: Losses
    validation: Losses


def start(network: Network, seed: int, labels: int) -> State:
    """The State before the first epoch of a network of ``labels`` labels."""
    parameters = initialize(network, jax.random.fold_in(jax.random.key(seed), 0), labels)
    return State(
        parameters=parameters,
        optimizer=OPTIMIZER.init(parameters),
        best_parameters=parameters,
        best_loss=jnp.asarray(jnp.inf, dtype=jnp.float32),
        best_epoch=jnp.asarray(0, dtype=jnp.int32),
        epoch=jnp.asarray(0, dtype=jnp.int32),
    )


def steps_in_epoch(models: int, batch_size: int) -> int:
    """Batches an epoch; their size differs slightly from a ``batch_size`` that does not divide ``models``."""
    return max(1, round(models / batch_size))


def learning_rates(highest: float, epochs: int, steps: int) -> Float[np.ndarray, "epoch step"]:
    """Rate of each step, float32: a linear rise from a tenth, then half a cosine to zero."""
    total = epochs * steps
    warm_up = min(WARM_UP_EPOCHS * steps, total // 10)
    schedule = optax.warmup_cosine_decay_schedule(0.1 * highest, highest, warm_up, total)
    return np.asarray(schedule(np.arange(total)), dtype=np.float32).reshape(epochs, steps)


class Constants(NamedTuple):
    """Arrays that stay the same in a training; ``scales``: constants of the network; the rest as for ``losses``."""

    normalization: Normalization
    scales: Scales
    weights: Weights
    depth_weights: DepthWeights | None = None


class Objective(NamedTuple):
    """The network to train, and the parts of its loss (see ``losses.losses``).

    ``directions``: label derivatives that a step takes of each model, drawn anew each time; None for all.
    """

    network: Network
    with_physics: bool = False
    with_derivatives: bool = False
    mistakes: Mistakes = NO_MISTAKES
    directions: int | None = None

    def of_batch(self, parameters: Parameters, constants: Constants, batch: Batch, mask_key: Key[Array, ""]) -> Losses:
        """The Losses of weights on a Batch in training, with dropout, by some label derivatives."""
        second = None
        masks_by_depth = "two_dropout_masks" in self.mistakes
        if masks_by_depth:
            key = jax.random.fold_in(mask_key, 1)
            second = _profile(self.network, parameters, constants.scales, key, masks_by_depth)
        profile = _profile(self.network, parameters, constants.scales, mask_key, masks_by_depth)
        chosen = None
        if self.with_derivatives and self.directions is not None and self.directions < batch.labels.shape[1]:
            keys = jax.random.split(jax.random.fold_in(mask_key, 2), len(batch.labels))
            draw = partial(jax.random.choice, a=batch.labels.shape[1], shape=(self.directions,), replace=False)
            chosen = jax.vmap(draw)(keys)
        return self._losses(profile, batch, constants, self.with_physics, second=second, chosen=chosen)

    def of_validation(self, parameters: Parameters, constants: Constants, batch: Batch) -> Losses:
        """The Losses of weights on a Batch; for the paper's network always with the physics part."""
        profile = _profile(self.network, parameters, constants.scales)
        with_physics = isinstance(self.network, AtmosphereNetwork)
        with_gradient = "validation_without_gradient" not in self.mistakes
        return self._losses(profile, batch, constants, with_physics, with_gradient=with_gradient)

    def _losses(
        self,
        profile: Profile,
        batch: Batch,
        constants: Constants,
        with_physics: bool,
        *,
        second: Profile | None = None,
        with_gradient: bool = True,
        chosen: Int[Array, "model some"] | None = None,
    ) -> Losses:
        return losses(
            profile,
            batch,
            constants.normalization,
            constants.weights,
            with_physics=with_physics,
            with_derivatives=self.with_derivatives,
            depth_weights=constants.depth_weights,
            mistakes=self.mistakes,
            second=second,
            with_gradient=with_gradient,
            chosen=chosen,
        )


@partial(jax.jit, static_argnames="objective")
def run_epoch(
    objective: Objective,
    state: State,
    training: Batch,
    validation: Batch,
    constants: Constants,
    rates: Float[Array, "step"],
    key: Key[Array, ""],
) -> tuple[State, EpochLosses]:
    """One pass through the training set in random batches, one for each of ``rates``, then the validation losses.

    - ``key``: of the whole training.

    The few models that the batch size leaves over differ from epoch to epoch. Order and dropout derive from key and
    epoch: the same state always gives the same bits.
    """
    batches, dropout_key = draw_batches(key, state.epoch, training.labels.shape[0], rates.shape[0])
    step = make_step(objective, constants, dropout_key)

    def numbered(carry: Carry, inputs: tuple[Array, Array, Array]) -> tuple[Carry, Losses]:
        number, index, rate = inputs
        return step(carry, number, select(training, index), rate)

    carry = (state.parameters, state.optimizer)
    inputs = (jnp.arange(rates.shape[0]), batches, rates)
    (parameters, optimizer), step_losses = jax.lax.scan(numbered, carry, inputs)
    result = validate(objective, parameters, constants, validation)
    return conclude(state, parameters, optimizer, result), EpochLosses(step_losses, result)


def validate(objective: Objective, parameters: Parameters, constants: Constants, validation: Batch) -> Losses:
    """The Losses of weights, means over the models of a Batch of any size, some models at a time."""
    models = validation.labels.shape[0]
    if models <= VALIDATED_AT_ONCE:
        return objective.of_validation(parameters, constants, validation)
    whole = models - models % VALIDATED_AT_ONCE
    blocks = jnp.arange(whole).reshape(-1, VALIDATED_AT_ONCE)

    def of_block(index: Int[Array, "model"]) -> Losses:
        return objective.of_validation(parameters, constants, select(validation, index))

    total = jax.tree.map(lambda loss: whole / models * jnp.mean(loss), jax.lax.map(of_block, blocks))
    if whole < models:
        rest = of_block(jnp.arange(whole, models))
        total = jax.tree.map(lambda loss, other: loss + (1 - whole / models) * other, total, rest)
    return jax.tree.map(lambda loss: loss.astype(jnp.float32), total)


@partial(jax.jit, static_argnames=("models", "steps"))
def draw_batches(
    key: Key[Array, ""], epoch: Int[Array, ""], models: int, steps: int
) -> tuple[Int[Array, "step model"], Key[Array, ""]]:
    """Numbers of the models of each batch of an epoch, and the key of its dropout."""
    order_key, dropout_key = jax.random.split(jax.random.fold_in(key, epoch + 1))
    order = jax.random.permutation(order_key, models)
    return order[: steps * (models // steps)].reshape(steps, models // steps), dropout_key


def make_step(objective: Objective, constants: Constants, dropout_key: Key[Array, ""]) -> Step:
    """The function of one step."""

    def step(carry: Carry, number: Int[Array, ""], batch: Batch, rate: Float[Array, ""]) -> tuple[Carry, Losses]:
        parameters, optimizer = carry
        mask_key = jax.random.fold_in(dropout_key, number)

        def total(parameters: Parameters) -> tuple[Float[Array, ""], Losses]:
            result = objective.of_batch(parameters, constants, batch, mask_key)
            return result.total, result

        gradient, result = jax.grad(total, has_aux=True)(parameters)
        directions, optimizer = OPTIMIZER.update(gradient, optimizer, parameters)
        updates = jax.tree.map(lambda direction: -rate * direction, directions)
        return (optax.apply_updates(parameters, updates), optimizer), result

    return step


@jax.jit
def conclude(state: State, parameters: Parameters, optimizer: Moments, result: Losses) -> State:
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


def _profile(
    network: Network,
    parameters: Parameters,
    scales: Scales,
    mask_key: Key[Array, ""] | None = None,
    masks_by_depth: bool = False,
) -> Profile:
    """The network, as in ``modules.apply``, as a function of normalised labels and log_tau; with dropout if a key is
    given."""

    def profile(labels: Float[Array, "model label"], log_tau: Depths | None) -> Float[Array, "model depth field"]:
        variables = {"params": parameters, "scales": scales}
        return apply(network, variables, labels, log_tau, mask_key, masks_by_depth)

    return profile
