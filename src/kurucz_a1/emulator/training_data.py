"""A dataset of model atmospheres as normalised float32 arrays: on the device, or in files where they would not fit."""

import json
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.model import with_labels
from kurucz_a1.emulator.hydrostatic import nodes, scales_of, targets_of
from kurucz_a1.emulator.losses import Batch
from kurucz_a1.emulator.normalization import Normalization, Range, fit_normalization, join, label_inputs
from kurucz_a1.emulator.published import below_first_depth
from kurucz_a1.emulator.stored import StoredBatch
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import BY_NAME, LABELS, Labels, LabelSpace
from kurucz_a1.types import AnyArray

TRAINING, VALIDATION = 0, 1
SPLIT_NUMBERS = {"training": TRAINING, "validation": VALIDATION}
BLOCK = 2000  # models of a large dataset read at a time
SCALED_ON = 5000  # models of a large dataset, at most, that give the principal components


class TrainingData(NamedTuple):
    """Two splits, the normalisation fitted to the training split, and the labels and depths that the dataset covers.

    - ``scales``: constants of ``hydrostatic.scales_of``.
    - ``on_standard_depths``: whether the models stand on the 80 depths.
    - ``stored``: whether the splits are made of StoredArrays.
    """

    training: Batch
    validation: Batch
    normalization: Normalization
    space: LabelSpace
    log_tau_range: tuple[float, float]
    scales: dict[str, Float[np.ndarray, "..."]] | None
    on_standard_depths: bool
    stored: bool = False


def size_in_memory(dataset: xr.Dataset, with_derivatives: bool) -> float:
    """Megabytes of the float32 arrays of a dataset in training."""
    models, depths = dataset["temperature"].shape
    labels = dataset.sizes["label"] if with_derivatives and "label_jacobian" in dataset else 0
    columns = len(FIELD_NAMES) * (1 + labels)
    return 4e-6 * models * depths * columns


def prepare(
    dataset: xr.Dataset,
    with_derivatives: bool = True,
    store: Path | None = None,
    hydrostatic: bool = False,
    from_first_depth: bool = False,
) -> TrainingData:
    """TrainingData of a dataset (dimensions model, depth; variable ``split``: 0 training, 1 validation, 2 test).

    - ``dataset``: read some models at a time; its values may still be in the file (``dataset.open_dataset`` with
      load=False).
    - ``with_derivatives``: keep the normalised derivatives by the labels, if there are any.
    - ``store``: folder for the arrays of a dataset that does not fit in memory.
    - ``hydrostatic``: find the constants of a hydrostatic network and what it learns, for models on the 80 standard
      depths.
    - ``from_first_depth``: count optical depth from the first, a published mistake.

    The label space is the box in the attribute ``label_box`` (JSON) of the dataset, else that of its models; the
    network takes the labels that are free in it. Raises BadFile for a missing variable, an empty split or a number
    that is not finite, or not positive where its logarithm is needed.
    """
    needed = ("split", "log_tau", *(label.name for label in LABELS if not label.optional), *FIELD_NAMES)
    missing = [name for name in needed if name not in dataset]
    if missing:
        raise BadFile(f"dataset: {', '.join(missing)} missing; make it with the dataset rule of the workflow")
    split = dataset["split"].values
    space = label_space_of(dataset)
    names = space.free
    dataset = with_labels(dataset, names)
    labels = np.stack([dataset[name].values for name in names], axis=-1).astype(np.float64)
    log_tau = np.asarray(dataset["log_tau"].values, dtype=np.float64)
    if log_tau.ndim == 2 and (log_tau == log_tau[:1]).all():
        log_tau = log_tau[0]  # one depth grid for all, which is encoded once a batch
    if not np.isfinite(log_tau).all():
        raise BadFile("dataset: log_tau is not finite everywhere; leave these models out")
    log_tau_range = float(log_tau.min()), float(log_tau.max())
    on_standard_depths = log_tau.shape == nodes().shape and np.allclose(log_tau, nodes(), atol=1e-6)
    if from_first_depth:
        log_tau = below_first_depth(log_tau)
    for name, value in SPLIT_NUMBERS.items():
        if not (split == value).any():
            raise BadFile(f"dataset: the {name} split is empty; make more models or a larger dataset.{name} share")
    blocks = [np.arange(start, min(start + BLOCK, len(split))) for start in range(0, len(split), BLOCK)]
    normalization = _normalization(dataset, names, labels, log_tau, split, blocks)
    splits: dict[int, _Kept | StoredBatch] = {
        value: _Kept() if store is None else StoredBatch(store / name) for name, value in SPLIT_NUMBERS.items()
    }
    held = [str(name) for name in dataset["label"].values] if "label_jacobian" in dataset else []
    columns = [held.index(name) for name in names] if set(names) <= set(held) else None
    with_derivatives &= columns is not None
    hydrostatic &= on_standard_depths
    models = int((split == TRAINING).sum())
    scales = None
    if hydrostatic:
        some = np.flatnonzero(split == TRAINING)[:: -(-models // SCALED_ON)]
        sample = (
            None if columns is None else np.asarray(dataset["label_jacobian"][some].values, dtype=float)[:, :, columns]
        )
        of_sample = np.stack([np.asarray(dataset[name][some].values, dtype=float) for name in FIELD_NAMES], axis=-1)
        scales = scales_of(labels[some], of_sample, normalization, sample)
    for block in blocks:
        fields = _fields(dataset, block)
        jacobian = _values(dataset, "label_jacobian", block)[:, :, columns] if with_derivatives else None
        if scales is not None:
            per_input = _labels_by_input(names, labels[block], normalization)
            targets, derivatives = targets_of(labels[block], fields, jacobian, scales, per_input)
        else:
            targets, derivatives = _normalized(np.log10(fields), normalization.fields), None
            if jacobian is not None:
                derivatives = normalize_derivatives(jacobian, names, labels[block], normalization)
        for value, collected in splits.items():
            inside = split[block] == value
            if inside.any():
                depths = log_tau if log_tau.ndim == 1 else log_tau[block][inside]
                of_these = None if derivatives is None else derivatives[inside]
                collected.add(_batch(names, labels[block][inside], depths, targets[inside], of_these, normalization))
    return TrainingData(
        training=splits[TRAINING].whole(),
        validation=splits[VALIDATION].whole(),
        normalization=normalization,
        space=space,
        log_tau_range=log_tau_range,
        scales=scales,
        on_standard_depths=on_standard_depths,
        stored=store is not None,
    )


class _Kept:
    """``StoredBatch`` in memory."""

    def __init__(self) -> None:
        self._parts: list[Batch] = []

    def add(self, batch: Batch) -> None:
        self._parts.append(batch)

    def whole(self) -> Batch:
        columns = dict(zip(Batch._fields, zip(*self._parts, strict=True), strict=True))
        common = columns["log_tau"][0].ndim == 1
        joined: dict[str, Any] = {
            name: leaves[0] if leaves[0] is None or (name == "log_tau" and common) else np.concatenate(leaves)
            for name, leaves in columns.items()
        }
        return Batch(**{name: leaf if leaf is None else jnp.asarray(leaf) for name, leaf in joined.items()})


def _values(dataset: xr.Dataset, name: str, block: Int[np.ndarray, "model"]) -> Float[np.ndarray, "model ..."]:
    """Values of consecutive models, float64."""
    return np.asarray(dataset.variables[name][block[0] : block[-1] + 1].values, dtype=np.float64)


def _fields(dataset: xr.Dataset, block: Int[np.ndarray, "model"]) -> Float[np.ndarray, "model depth 6"]:
    return np.stack([_values(dataset, name, block) for name in FIELD_NAMES], axis=-1)


def _normalization(
    dataset: xr.Dataset,
    names: Sequence[str],
    labels: Float[np.ndarray, "model label"],
    log_tau: Float[np.ndarray, "..."],
    split: Int[np.ndarray, "model"],
    blocks: Sequence[Int[np.ndarray, "..."]],
) -> Normalization:
    """The Normalization of the training split, after a check of every model."""
    parts = []
    for block in blocks:
        fields = _fields(dataset, block)
        fit_normalization(names, labels[block], log_tau, fields, first=int(block[0]))
        chosen = split[block] == TRAINING
        if chosen.any():
            depths = log_tau if log_tau.ndim == 1 else log_tau[block][chosen]
            parts.append(fit_normalization(names, labels[block][chosen], depths, fields[chosen]))
    return reduce(join, parts)


def _batch(
    names: Sequence[str],
    labels: Float[np.ndarray, "model label"],
    log_tau: Float[np.ndarray, "*models depth"],
    fields: Float[np.ndarray, "model depth field"],
    derivatives: Float[np.ndarray, "model field label depth"] | None,
    normalization: Normalization,
) -> Batch:
    """Models, their fields and derivatives normalised already, as a Batch of float32 numpy arrays."""
    inputs = np.asarray(label_inputs(names, np.moveaxis(labels, -1, 0), library=np))
    return Batch(
        labels=_normalized(inputs, normalization.labels),
        log_tau=_normalized(log_tau, normalization.log_tau),
        fields=fields.astype(np.float32),
        logg=labels[:, names.index("logg")].astype(np.float32),
        derivatives=None if derivatives is None else derivatives.astype(np.float32),
    )


def _normalized(t: Float[np.ndarray, "*points"], interval: Range) -> Float[np.ndarray, "*points"]:
    """``Range.normalize`` in numpy, as JAX would compile anew for each size of a block."""
    return ((t - np.asarray(interval.middle)) / np.asarray(interval.half_width)).astype(np.float32)


def normalize_derivatives(
    jacobian: Float[np.ndarray, "model 6 label depth"],
    names: Sequence[str],
    labels: Float[np.ndarray, "model label"],
    normalization: Normalization,
) -> Float[np.ndarray, "model 6 label depth"]:
    """Derivatives of normalised fields by normalised labels.

    - ``jacobian``: as ``Atmosphere.label_jacobian``.
    - ``labels``: those of ``names``.
    """
    by_input = _labels_by_input(names, labels, normalization)
    of_fields = np.log(10.0) * np.asarray(normalization.fields.half_width)
    return jacobian * by_input[:, None, :, None] / of_fields[:, None, None]


def _labels_by_input(
    names: Sequence[str], labels: Float[np.ndarray, "model label"], normalization: Normalization
) -> Float[np.ndarray, "model label"]:
    """Derivatives of labels by the normalised inputs of a network."""
    by_input = np.ones_like(labels)
    for index, name in enumerate(names):
        if BY_NAME[name].logarithmic:
            by_input[:, index] = np.log(10.0) * labels[:, index]
    return by_input * np.asarray(normalization.labels.half_width)


def label_space_of(dataset: xr.Dataset) -> LabelSpace:
    """The label space of a dataset: the box in its attribute, else that of its models. Raises BadFile for a bad one."""
    if "label_box" not in dataset.attrs:
        held = (label.name for label in LABELS if label.name in dataset)
        labels = Labels(**{name: np.asarray(dataset[name].values, dtype=float) for name in held})
        for name, value in labels.as_dict().items():
            if not np.isfinite(value).all():
                raise BadFile(f"dataset: label {name} is not finite in every model; leave these models out")
        return LabelSpace.of_models(labels)
    text = dataset.attrs["label_box"]
    try:
        return LabelSpace.from_box(json.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(
            f"dataset: attribute label_box is not a label box ({text!r:.60}); make the dataset anew"
        ) from error


def select(batch: Batch, index: Int[AnyArray, "..."]) -> Batch:
    """The models at ``index`` of a Batch; a depth grid common to all models, or None, stays as it is."""
    log_tau = batch.log_tau
    if log_tau is not None and log_tau.ndim > 1:
        log_tau = log_tau[index]
    chosen: Batch = jax.tree.map(lambda leaf: leaf[index], batch._replace(log_tau=None))
    return chosen._replace(log_tau=log_tau)
