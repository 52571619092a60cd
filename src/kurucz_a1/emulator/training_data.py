"""A dataset of model atmospheres as normalised float32 arrays on the device."""

import json
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.hydrostatic import nodes, scales_of
from kurucz_a1.emulator.losses import Batch
from kurucz_a1.emulator.network import INPUT_LABELS
from kurucz_a1.emulator.normalization import Normalization, fit_normalization, label_inputs
from kurucz_a1.emulator.support import Support, support_of_box, support_of_models
from kurucz_a1.errors import BadFile

TRAINING, VALIDATION = 0, 1


class TrainingData(NamedTuple):
    """Training and validation split, the normalisation fitted to the training split, and the dataset's support; scales:
    constants of ``hydrostatic.scales_of``, None where the models do not stand on the 80 standard depths."""

    training: Batch
    validation: Batch
    normalization: Normalization
    support: Support
    scales: dict | None


def prepare(dataset):
    """TrainingData of a dataset (dimensions model, depth; variable ``split``: 0 training, 1 validation, 2 test).

    The support is the label box that the dataset states (attribute ``label_box``, JSON), else the range of its labels.
    Raises BadFile if a variable is missing, a split is empty or a number cannot be used.
    """
    needed = ("split", "log_tau", "vturb", *INPUT_LABELS, *FIELD_NAMES)
    missing = [name for name in needed if name not in dataset]
    if missing:
        raise BadFile(f"dataset: {', '.join(missing)} missing; make it with the dataset rule of the workflow")
    split = dataset["split"].values
    labels = np.stack([dataset[name].values for name in INPUT_LABELS], axis=-1).astype(np.float64)
    fields = np.stack([dataset[name].values for name in FIELD_NAMES], axis=-1).astype(np.float64)
    log_tau = np.asarray(dataset["log_tau"].values, dtype=np.float64)
    if log_tau.ndim == 2 and (log_tau == log_tau[:1]).all():
        log_tau = log_tau[0]  # one depth grid for all: its encoding is then computed once a batch
    if not np.isfinite(log_tau).all():
        raise BadFile("dataset: log_tau is not finite everywhere; leave these models out")
    for name, value in (("training", TRAINING), ("validation", VALIDATION)):
        if not (split == value).any():
            raise BadFile(f"dataset: the {name} split is empty; make more models or a larger dataset.{name} share")
    # Checked for all models, fitted to the training split alone.
    fit_normalization(labels, log_tau, fields)
    chosen = split == TRAINING
    normalization = fit_normalization(labels[chosen], log_tau if log_tau.ndim == 1 else log_tau[chosen], fields[chosen])
    derivatives = None
    if "label_jacobian" in dataset:
        derivatives = normalize_derivatives(dataset["label_jacobian"].values, labels, normalization)

    def batch(which):
        depths = log_tau if log_tau.ndim == 1 else log_tau[which]
        inputs = label_inputs(*np.moveaxis(labels[which], -1, 0))
        return Batch(
            labels=normalization.labels.normalize(inputs).astype(jnp.float32),
            log_tau=normalization.log_tau.normalize(depths).astype(jnp.float32),
            fields=normalization.fields.normalize(np.log10(fields[which])).astype(jnp.float32),
            logg=jnp.asarray(labels[which, INPUT_LABELS.index("logg")], dtype=jnp.float32),
            derivatives=None if derivatives is None else jnp.asarray(derivatives[which], dtype=jnp.float32),
        )

    standard = log_tau.shape == nodes().shape and np.allclose(log_tau, nodes(), atol=1e-6)
    scales = None
    if standard:
        jacobian = dataset["label_jacobian"].values[chosen] if "label_jacobian" in dataset else None
        scales = scales_of(labels[chosen], fields[chosen], normalization, jacobian)
    support = _support(dataset, labels, log_tau)
    return TrainingData(batch(split == TRAINING), batch(split == VALIDATION), normalization, support, scales)


def normalize_derivatives(jacobian, labels, normalization):
    """Derivatives of normalised fields by normalised labels from those of ln by the labels, per K and per dex.

    jacobian: (model, 6, 4, depth), as ``Atmosphere.label_jacobian``; labels: teff, logg, feh, afe (model, 4).
    """
    by_input = np.ones_like(labels)
    by_input[:, INPUT_LABELS.index("teff")] = np.log(10.0) * labels[:, INPUT_LABELS.index("teff")]  # log10 of it is
    by_input = by_input * np.asarray(normalization.labels.half_width)
    of_fields = np.log(10.0) * np.asarray(normalization.fields.half_width)
    return jacobian * by_input[:, None, :, None] / of_fields[:, None, None]


def _support(dataset, labels, log_tau):
    if "label_box" not in dataset.attrs:
        return support_of_models(*labels.T, dataset["vturb"].values, log_tau)
    text = dataset.attrs["label_box"]
    try:
        return support_of_box(json.loads(text), log_tau)
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(
            f"dataset: attribute label_box is not a label box ({text!r:.60}); make the dataset anew"
        ) from error


def select(batch, index):
    """The models at ``index`` of a Batch; a depth grid common to all models, or none, stays as it is."""
    chosen = Batch(*(None if leaf is None else leaf[index] for leaf in batch._replace(log_tau=None)))
    common = batch.log_tau is None or batch.log_tau.ndim == 1
    return chosen._replace(log_tau=batch.log_tau if common else batch.log_tau[index])
