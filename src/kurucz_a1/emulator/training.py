"""Training of the emulator on a dataset; the best network on the validation split is kept.

An interrupted run resumes from its last checkpoint and ends with the same bits as one without a break.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import xarray as xr

from kurucz_a1 import __version__
from kurucz_a1.emulator import fitting, streaming
from kurucz_a1.emulator.checkpoints import fingerprint, open_checkpoints
from kurucz_a1.emulator.hydrostatic import Scales, depth_weights
from kurucz_a1.emulator.kinds import KINDS, TrainingSettings, network_of, read_training_settings, what_matters
from kurucz_a1.emulator.losses import Batch, Weights
from kurucz_a1.emulator.network import count_parameters
from kurucz_a1.emulator.progress import training_progress
from kurucz_a1.emulator.published import NO_MISTAKES, Mistakes
from kurucz_a1.emulator.saved import Emulator, save_emulator
from kurucz_a1.emulator.training_data import TrainingData, prepare, size_in_memory
from kurucz_a1.errors import BadFile, UserError
from kurucz_a1.extras import needs
from kurucz_a1.files import atomic_path
from kurucz_a1.labels import Labels, LabelSpace
from kurucz_a1.settings import EmulatorSettings, HydrostaticSettings, Settings

with needs("train"):
    import flax
    import optax
    import orbax.checkpoint

DEFAULTS = Settings()
LEARNING_CURVE_FILE = "learning_curve.csv"
CHECKPOINT_FOLDER = "checkpoints"
MODELS_FOLDER = "models"  # of a set too large for the memory, during training
COLUMNS = (
    "learning_rate",
    "training_loss",
    "training_data_loss",
    "training_physics_loss",
    "training_derivative_loss",
    "validation_loss",
    "validation_data_loss",
    "validation_physics_loss",
    "validation_derivative_loss",
)

RunEpoch = Callable[..., tuple[fitting.State, fitting.EpochLosses]]


class TrainingDiverged(UserError, ArithmeticError):
    """The loss is not finite; the message names epoch and step."""


def train(
    dataset: xr.Dataset,
    settings: TrainingSettings | Mapping[str, Any],
    folder: Path | str,
    kind: str,
    *,
    seed: int = DEFAULTS.seed,
    memory: float = DEFAULTS.emulator.memory,
    checkpoint_every: int = 50,
) -> pd.DataFrame:
    """Train an emulator on a dataset, write it to ``folder`` and return its learning curve.

    - ``dataset``: models with a ``split`` (see ``training_data.prepare``).
    - ``settings``: those of the kind (``kinds.KINDS``), or a dictionary with some of them.
    - ``folder``: gets emulator.json and weights.npz (see ``saved``), learning_curve.csv and checkpoints/. Checkpoints
      of a training with the same data and settings are resumed, damaged ones passed over; others are removed.
    - ``kind``: "pinn" (the paper's network with the physics loss; the mistakes of the published one are in the
      settings), "published" (the same under another name), "mlp" (without that loss), "direct" (a plain network) or
      "hydrostatic" (in equilibrium by construction); the last two on the standard depths.
    - ``seed``: of all random numbers.
    - ``memory``: megabytes of normalised models to hold in memory; larger sets are read from files in
      ``folder``/models, some steps at a time.
    - ``checkpoint_every``: epochs between checkpoints.

    Returns a row an epoch, with the columns epoch and COLUMNS. Raises BadConfig for bad settings, BadFile for a bad
    dataset, TrainingDiverged for a loss that is not finite.

    >>> from kurucz_a1.dataset import atlas12_reference_dataset
    >>> from kurucz_a1.emulator import load_emulator
    >>> settings = {"width": 8, "layers": 1, "components": 4, "epochs": 1}
    >>> curve = train(atlas12_reference_dataset(), settings, "emulator", "hydrostatic")  # doctest: +ELLIPSIS
    hydrostatic: training on ...
    >>> load_emulator("emulator").network
    HydrostaticNetwork(width=8, layers=1, components=4)
    """
    chosen = read_training_settings(settings, kind)
    options = what_matters(chosen, seed)
    folder = Path(folder)
    with_derivatives = chosen.derivatives > 0
    large = size_in_memory(dataset, with_derivatives) > memory
    store = folder / MODELS_FOLDER if large else None
    from_first_depth = "zero_optical_depth" in _mistakes(chosen)
    data = prepare(dataset, with_derivatives, store, kind == "hydrostatic", from_first_depth)
    run_epoch: RunEpoch = streaming.run_epoch if large else fitting.run_epoch
    objective, constants, training, validation = prepare_task(kind, chosen, data)
    state = fitting.start(objective.network, seed, len(data.space.free))
    models, depths = training.fields.shape[:2]
    steps = fitting.steps_in_epoch(models, chosen.batch_size)
    device = jax.devices()[0]
    print(
        f"{kind}: training on {device.platform} ({device.device_kind}), "
        f"{count_parameters(state.parameters):,} parameters, {models} models x {depths} depths"
        f"{' with label derivatives' if objective.with_derivatives else ''}{' in files' if large else ''}, "
        f"{steps} batches of {models // steps} models",
        flush=True,
    )
    _tell_of_labels_left_out(dataset, data.space)
    rates = fitting.learning_rates(chosen.learning_rate, chosen.epochs, steps)
    key = jax.random.key(seed)
    keep_last = isinstance(chosen, EmulatorSettings) and chosen.keep == "last"
    curve = np.full((chosen.epochs, len(COLUMNS)), np.nan, dtype=np.float32)

    def finished() -> bool:
        done = int(state.epoch)
        return done >= chosen.epochs or (not keep_last and done - int(state.best_epoch) >= chosen.patience)

    with open_checkpoints(folder / CHECKPOINT_FOLDER, fingerprint(data, options, kind)) as checkpoints:
        resumed = checkpoints.latest({"state": state._asdict(), "curve": curve})
        if resumed is not None:
            state, curve = fitting.State(**resumed["state"]), np.array(resumed["curve"])
            print(f"{kind}: resumed after epoch {int(state.epoch)}", flush=True)
        with training_progress(kind, chosen.epochs, int(state.epoch)) as report:
            while not finished():
                done = int(state.epoch)
                state, epoch_losses = run_epoch(objective, state, training, validation, constants, rates[done], key)
                _check_finite(kind, done + 1, epoch_losses, chosen)
                means = [np.mean(values) for values in epoch_losses.steps]
                curve[done] = [rates[done, 0], *means, *epoch_losses.validation]
                report(done + 1, f"loss {means[0]:.3e}, validation {epoch_losses.validation.total:.3e}")
                if (done + 1) % checkpoint_every == 0 or finished():
                    checkpoints.save(done + 1, {"state": state._asdict(), "curve": curve})
    done, best = int(state.epoch), int(state.best_epoch)
    print(f"{kind}: best validation loss {state.best_loss:.3e} at epoch {best} of {done}", flush=True)
    history = pd.DataFrame(curve[:done], columns=list(COLUMNS))
    history.insert(0, "epoch", np.arange(1, done + 1))
    with atomic_path(folder / LEARNING_CURVE_FILE) as temporary:
        history.to_csv(temporary, index=False)
    emulator = Emulator(
        parameters=state.parameters if keep_last else state.best_parameters,
        scales=constants.scales,
        normalization=data.normalization,
        network=objective.network,
        space=data.space,
        log_tau_range=data.log_tau_range,
        kind=kind,
        solar_pattern=str(dataset.attrs.get("solar_pattern", "asplund2009")),
        provenance=json.dumps(_provenance(dataset, options, objective.with_derivatives, state, device)),
    )
    save_emulator(emulator, folder)
    shutil.rmtree(folder / MODELS_FOLDER, ignore_errors=True)
    return history


def prepare_task(
    kind: str, settings: TrainingSettings, data: TrainingData
) -> tuple[fitting.Objective, fitting.Constants, Batch, Batch]:
    """The Objective of a training, its Constants, and its training and validation Batch."""
    training, validation = data.training, data.validation
    network = network_of(settings, data.log_tau_range[0])
    if network.at_nodes:
        if not data.on_standard_depths:
            raise BadFile(f"dataset: its models do not stand on the 80 standard depths, which {kind} needs")
        training, validation = training._replace(log_tau=None), validation._replace(log_tau=None)
    scales: Scales = {}
    if isinstance(settings, HydrostaticSettings) and data.scales is not None:
        scales = {**data.scales, "components": data.scales["components"][:, : settings.components]}
    weights = Weights(
        jnp.asarray(_alpha(kind, settings), dtype=jnp.float32),
        jnp.asarray(settings.derivatives, dtype=jnp.float32),
    )
    objective = fitting.Objective(
        network,
        with_physics=KINDS[kind].with_physics,
        with_derivatives=settings.derivatives > 0 and training.derivatives is not None,
        mistakes=_mistakes(settings),
        directions=settings.directions if isinstance(settings, HydrostaticSettings) else None,
    )
    constants = fitting.Constants(
        data.normalization, scales, weights, depth_weights() if kind == "hydrostatic" else None
    )
    return objective, constants, training, validation


def _alpha(kind: str, settings: TrainingSettings) -> float:
    """Weight of the physics loss."""
    return settings.alpha if KINDS[kind].with_physics and isinstance(settings, EmulatorSettings) else 0.0


def _mistakes(settings: TrainingSettings) -> Mistakes:
    return frozenset(settings.mistakes) if isinstance(settings, EmulatorSettings) else NO_MISTAKES


def _check_finite(kind: str, epoch: int, epoch_losses: fitting.EpochLosses, settings: TrainingSettings) -> None:
    """Raise TrainingDiverged at the first step, or validation, whose loss is not finite."""
    bad = np.flatnonzero(~np.isfinite(np.asarray(epoch_losses.steps.total)))
    if bad.size == 0 and np.isfinite(epoch_losses.validation.total):
        return
    where = f"step {bad[0] + 1} of {len(epoch_losses.steps.total)}" if bad.size else "validation"
    raise TrainingDiverged(
        f"{kind}: the loss is not finite at epoch {epoch}, {where}; "
        f"lower {settings.section}.learning_rate (now {settings.learning_rate:g})"
        + (f" or {settings.section}.alpha (now {_alpha(kind, settings):g})" if KINDS[kind].with_physics else "")
    )


def _tell_of_labels_left_out(dataset: xr.Dataset, space: LabelSpace) -> None:
    labels = Labels.of(dataset)
    for name, value in space.fixed.items():
        others = int(np.sum(np.asarray(getattr(labels, name)) != value))
        if others:
            print(
                f"{name} is {value:g} in all but {others} models, and no input of the network, to which their "
                "difference is noise; leave them out",
                flush=True,
            )


def _provenance(
    dataset: xr.Dataset, options: dict[str, Any], with_derivatives: bool, state: fitting.State, device: jax.Device
) -> dict[str, Any]:
    """How the emulator was made, for emulator.json."""
    split = dataset["split"].values
    return {
        "dataset": {key: str(value) for key, value in dataset.attrs.items()},
        "models": {name: int((split == i).sum()) for i, name in enumerate(("training", "validation", "test"))},
        "options": options,
        "with_derivatives": with_derivatives,
        "epochs": int(state.epoch),
        "best_epoch": int(state.best_epoch),
        "best_validation_loss": float(state.best_loss),
        "device": f"{device.platform} {device.device_kind}",
        "versions": {
            "kurucz_a1": __version__,
            "jax": jax.__version__,
            "flax": flax.__version__,
            "optax": optax.__version__,
            "orbax-checkpoint": orbax.checkpoint.__version__,
        },
    }
