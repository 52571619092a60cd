"""A dataset of model atmospheres as normalised float32 arrays: on the device, or in files where they would not fit."""

import json
from functools import reduce
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.hydrostatic import nodes, scales_of
from kurucz_a1.emulator.losses import Batch
from kurucz_a1.emulator.normalization import Normalization, fit_normalization, join, label_inputs
from kurucz_a1.emulator.stored import StoredBatch
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import BY_NAME, LABEL_NAMES, Labels, LabelSpace

TRAINING, VALIDATION = 0, 1
BLOCK = 2000  # models of a large dataset read at a time
SCALED_ON = 5000  # models of a large dataset that the principal components are taken from


class TrainingData(NamedTuple):
    """Training and validation split, the normalisation fitted to the training split, and the label space and range of
    log_tau that the dataset covers; scales: constants of ``hydrostatic.scales_of``, None where the models do not stand
    on the 80 standard depths; mean_derivatives: mean sizes of the normalised derivatives of the fields by the labels,
    (6, label), or None; stored: the two sets are StoredBatches."""

    training: Batch
    validation: Batch
    normalization: Normalization
    space: LabelSpace
    log_tau_range: tuple[float, float]
    scales: dict | None
    mean_derivatives: np.ndarray | None = None
    stored: bool = False


def size_in_memory(dataset, with_derivatives):
    """Megabytes that the training needs for the float32 arrays of a dataset."""
    models, depths = dataset["temperature"].shape
    labels = dataset.sizes["label"] if with_derivatives and "label_jacobian" in dataset else 0
    columns = len(FIELD_NAMES) * (1 + labels)
    return 4e-6 * models * depths * columns


def prepare(dataset, with_derivatives=True, store=None, with_scales=True):
    """TrainingData of a dataset (dimensions model, depth; variable ``split``: 0 training, 1 validation, 2 test).

    with_derivatives: keep the normalised derivatives by the labels, where there are any. store: a folder for the arrays
    of a dataset that is not to be held in memory, whose values may still be in its file (``dataset.open_dataset`` with
    load=False): it is read some models at a time in any case. with_scales: find the constants of a hydrostatic network,
    its principal components from 5,000 models at most.
    The label space is the box that the dataset states (attribute ``label_box``, JSON), else that of its models; the
    network takes the labels that are free in it.
    Raises BadFile if a variable is missing, a split is empty or a number cannot be used.
    """
    needed = ("split", "log_tau", *LABEL_NAMES, *FIELD_NAMES)
    missing = [name for name in needed if name not in dataset]
    if missing:
        raise BadFile(f"dataset: {', '.join(missing)} missing; make it with the dataset rule of the workflow")
    split = dataset["split"].values
    space = _space(dataset)
    names = space.free
    labels = np.stack([dataset[name].values for name in names], axis=-1).astype(np.float64)
    log_tau = np.asarray(dataset["log_tau"].values, dtype=np.float64)
    if log_tau.ndim == 2 and (log_tau == log_tau[:1]).all():
        log_tau = log_tau[0]  # one depth grid for all: its encoding is then computed once a batch
    if not np.isfinite(log_tau).all():
        raise BadFile("dataset: log_tau is not finite everywhere; leave these models out")
    for name, value in (("training", TRAINING), ("validation", VALIDATION)):
        if not (split == value).any():
            raise BadFile(f"dataset: the {name} split is empty; make more models or a larger dataset.{name} share")
    blocks = [np.arange(start, min(start + BLOCK, len(split))) for start in range(0, len(split), BLOCK)]
    normalization = _normalization(dataset, names, labels, log_tau, split, blocks)
    keep = (lambda name: StoredBatch(store / name)) if store is not None else (lambda name: _Kept())
    kept = {TRAINING: keep("training"), VALIDATION: keep("validation")}
    sample, total = [], 0.0
    held = [str(name) for name in dataset["label"].values] if "label_jacobian" in dataset else []
    columns = [held.index(name) for name in names] if set(names) <= set(held) else None
    with_derivatives &= columns is not None
    with_scales &= log_tau.shape == nodes().shape and np.allclose(log_tau, nodes(), atol=1e-6)
    with_jacobian = columns is not None and (with_derivatives or with_scales)
    models = int((split == TRAINING).sum())
    every = -(-models // SCALED_ON)
    for block in blocks:
        fields = _fields(dataset, block)
        jacobian = _values(dataset, "label_jacobian", block)[:, :, columns] if with_jacobian else None
        derivatives = normalize_derivatives(jacobian, names, labels[block], normalization) if with_derivatives else None
        for which, collected in kept.items():
            inside = split[block] == which
            if inside.any():
                depths = log_tau if log_tau.ndim == 1 else log_tau[block][inside]
                of_these = None if derivatives is None else derivatives[inside]
                collected.add(_batch(names, labels[block][inside], depths, fields[inside], of_these, normalization))
        chosen = np.flatnonzero(split[block] == TRAINING)
        if derivatives is not None and chosen.size:
            total = total + np.abs(derivatives[chosen]).mean(axis=(0, 3)) * (len(chosen) / models)
        if with_scales:
            some = chosen[::every]
            sample.append((labels[block][some], fields[some], None if jacobian is None else jacobian[some]))
    scales = None
    if with_scales:
        of_labels, of_fields, of_jacobians = zip(*sample, strict=True)
        jacobians = None if of_jacobians[0] is None else np.concatenate(of_jacobians)
        scales = scales_of(np.concatenate(of_labels), np.concatenate(of_fields), normalization, jacobians)
    return TrainingData(
        training=kept[TRAINING].whole(),
        validation=kept[VALIDATION].whole(),
        normalization=normalization,
        space=space,
        log_tau_range=(float(log_tau.min()), float(log_tau.max())),
        scales=scales,
        mean_derivatives=np.asarray(total, dtype=np.float32) if with_derivatives else None,
        stored=store is not None,
    )


class _Kept:
    """What ``StoredBatch`` is, in memory."""

    def __init__(self):
        self._parts = []

    def add(self, batch):
        self._parts.append(batch)

    def whole(self):
        columns = dict(zip(Batch._fields, zip(*self._parts, strict=True), strict=True))
        common = columns["log_tau"][0].ndim == 1
        joined = {
            name: leaves[0] if leaves[0] is None or (name == "log_tau" and common) else np.concatenate(leaves)
            for name, leaves in columns.items()
        }
        return Batch(**{name: None if leaf is None else jnp.asarray(leaf) for name, leaf in joined.items()})


def _values(dataset, name, block):
    """Values of some models that follow on each other, float64."""
    return np.asarray(dataset.variables[name][block[0] : block[-1] + 1].values, dtype=np.float64)


def _fields(dataset, block):
    return np.stack([_values(dataset, name, block) for name in FIELD_NAMES], axis=-1)


def _normalization(dataset, names, labels, log_tau, split, blocks):
    """Fitted to the training split alone, but every model is looked at."""
    found = []
    for block in blocks:
        fields = _fields(dataset, block)
        fit_normalization(names, labels[block], log_tau, fields, first=block[0])
        chosen = split[block] == TRAINING
        if chosen.any():
            depths = log_tau if log_tau.ndim == 1 else log_tau[block][chosen]
            found.append(fit_normalization(names, labels[block][chosen], depths, fields[chosen]))
    return reduce(join, found)


def _batch(names, labels, log_tau, fields, derivatives, normalization):
    """Models as a normalised Batch of float32 numpy arrays."""
    inputs = label_inputs(names, np.moveaxis(labels, -1, 0), library=np)
    return Batch(
        labels=_normalized(inputs, normalization.labels),
        log_tau=_normalized(log_tau, normalization.log_tau),
        fields=_normalized(np.log10(fields), normalization.fields),
        logg=labels[:, names.index("logg")].astype(np.float32),
        derivatives=None if derivatives is None else derivatives.astype(np.float32),
    )


def _normalized(t, interval):
    """``Range.normalize`` in numpy: blocks are of many sizes, for each of which JAX would compile anew."""
    return ((t - np.asarray(interval.middle)) / np.asarray(interval.half_width)).astype(np.float32)


def normalize_derivatives(jacobian, names, labels, normalization):
    """Derivatives of normalised fields by normalised labels from those of ln by the labels, each per its unit.

    jacobian: (model, 6, label, depth), as ``Atmosphere.label_jacobian``; labels: those of ``names``, (model, label).
    """
    by_input = np.ones_like(labels)
    for index, name in enumerate(names):
        if BY_NAME[name].logarithmic:
            by_input[:, index] = np.log(10.0) * labels[:, index]
    by_input = by_input * np.asarray(normalization.labels.half_width)
    of_fields = np.log(10.0) * np.asarray(normalization.fields.half_width)
    return jacobian * by_input[:, None, :, None] / of_fields[:, None, None]


def _space(dataset):
    if "label_box" not in dataset.attrs:
        labels = Labels(**{name: np.asarray(dataset[name].values, dtype=float) for name in LABEL_NAMES})
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


def select(batch, index):
    """The models at ``index`` of a Batch; a depth grid common to all models, or none, stays as it is."""
    chosen = Batch(*(None if leaf is None else leaf[index] for leaf in batch._replace(log_tau=None)))
    common = batch.log_tau is None or batch.log_tau.ndim == 1
    return chosen._replace(log_tau=batch.log_tau if common else batch.log_tau[index])
