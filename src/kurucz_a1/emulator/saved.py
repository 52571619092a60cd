"""A trained emulator on disk and in use. Needs nothing of the training code.

A folder holds ``emulator.json`` (network, normalisation, support, units, provenance, checksum of the weights) and
``weights.npz`` (arrays named by their place in the network, and constants that it was scaled with).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.emulator import normalization as normalizing
from kurucz_a1.emulator.hydrostatic import HydrostaticNetwork
from kurucz_a1.emulator.network import AtmosphereNetwork, count_parameters
from kurucz_a1.emulator.normalization import Normalization, label_inputs
from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path, packaged, write_text
from kurucz_a1.labels import LABEL_NAMES, LabelSpace
from kurucz_a1.labels.space import complain, out_of_range

FORMAT = "kurucz_a1 emulator, version 4"
DESCRIPTION_FILE = "emulator.json"
WEIGHTS_FILE = "weights.npz"
#: Folder of the emulator that comes with the package.
PRETRAINED = packaged("emulator/pretrained")
#: The network of each kind of emulator.
NETWORKS = {"pinn": AtmosphereNetwork, "mlp": AtmosphereNetwork, "hydrostatic": HydrostaticNetwork}


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True, eq=False)
class Emulator:
    """A trained network that gives model atmospheres; call it with labels.

    parameters: the network's weights, float32; normalization: ranges of its inputs and outputs; scales: constants of
    the network beside these; network: its architecture; space, log_tau_range: the labels and depths it was trained for;
    kind: "pinn" (trained with hydrostatic equilibrium), "mlp" (without) or "hydrostatic" (by construction);
    solar_pattern: the abundances that [Fe/H] = 0 stands for; provenance: JSON text on how it was made.
    """

    parameters: dict
    normalization: Normalization
    scales: dict = field(default_factory=dict)
    network: AtmosphereNetwork | HydrostaticNetwork = field(metadata={"static": True})
    space: LabelSpace = field(metadata={"static": True})
    log_tau_range: tuple[float, float] = field(metadata={"static": True})
    kind: str = field(metadata={"static": True})
    solar_pattern: str = field(default="asplund2009", metadata={"static": True})
    provenance: str = field(default="{}", metadata={"static": True})

    def __call__(self, labels=None, *, log_tau=None, outside="raise", dtype=jnp.float64, **values):
        """The model atmospheres of the given labels.

        labels: Labels, or each by keyword (teff in K, logg, feh, afe in dex, vturb in km s-1): scalars or arrays that
        broadcast to a common shape (...). A label that is fixed in ``space`` may be left out.
        log_tau: log10 of the Rosseland optical depth, (depth,) or (..., depth) with leading axes that broadcast with
        the labels; None stands for ATLAS-12's 80 depths. Any number of depths in any order will do.
        dtype: float64 or float32, of what is computed and returned; the weights are float32 in either case.
        Returns an Atmosphere with depth arrays (..., depth) in CGS and K. Labels and log_tau may be traced: the call
        goes through jit, vmap, grad, jacfwd and jacrev.
        Raises OutsideSupport for labels or depths outside the training range, or warns with outside='warn' (values
        under tracing are not checked); ValueError for values that are not finite and for another dtype.
        """
        if dtype not in (jnp.float64, jnp.float32):
            raise ValueError(f"dtype={dtype!r} must be float64 or float32")
        at_nodes = log_tau is None and self.kind == "hydrostatic"
        log_tau = standard_log_tau() if log_tau is None else log_tau
        if np.ndim(log_tau) == 0:
            raise ValueError("log_tau must be an array of depths, shape (depth,) or (..., depth)")
        labels = self._labels(labels, values)
        self.space.check(labels, outside)
        self._check_depths(log_tau, outside)
        labels = jax.tree.map(lambda value: jnp.asarray(value, dtype=dtype), labels)
        log_tau = jnp.asarray(log_tau, dtype=dtype)
        fields = evaluate(
            self.network,
            self.space.free,
            {"params": self.parameters, "scales": self.scales},
            self.normalization,
            tuple(getattr(labels, name) for name in self.space.free),
            None if at_nodes else log_tau,
        )
        shape = fields[0].shape
        return Atmosphere(
            log_tau=jnp.broadcast_to(log_tau, shape),
            **dict(zip(FIELD_NAMES, fields, strict=True)),
            **{name: jnp.broadcast_to(value, shape[:-1]) for name, value in labels.as_dict().items()},
            source=self.kind,
            solar_pattern=self.solar_pattern,
        )

    def _labels(self, labels, values):
        if labels is not None and values:
            raise TypeError(f"an emulator takes Labels or keywords, not both: leave out {', '.join(values)}")
        values = labels.as_dict() if labels is not None else values
        for name in values:
            if name not in LABEL_NAMES:
                raise TypeError(f"an emulator takes no {name}; its labels are {', '.join(LABEL_NAMES)}")
        return self.space.complete(values)

    def _check_depths(self, log_tau, outside):
        if isinstance(log_tau, jax.core.Tracer):
            return
        if not np.isfinite(log_tau).all():
            raise ValueError("log_tau holds NaN or infinity; every depth must be a finite number")
        complain(out_of_range("log_tau", log_tau, *self.log_tau_range), outside)


@partial(jax.jit, static_argnums=(0, 1))
def evaluate(network, names, variables, normalization, labels, log_tau):
    """The six fields in CGS and K, each (..., depth), in the precision of the labels.

    labels: a tuple of those ``names``; log_tau: as in ``Emulator.__call__``, None for the nodes of a network that has
    some."""
    inputs = label_inputs(names, labels)
    precision = inputs.dtype
    normalization = jax.tree.map(lambda constant: constant.astype(precision), normalization)
    shape = inputs.shape[:-1] if log_tau is None else jnp.broadcast_shapes(inputs.shape[:-1], log_tau.shape[:-1])
    working = min(precision, network.input_precision, key=lambda kind: jnp.finfo(kind).bits)
    labels = normalization.labels.normalize(inputs).astype(working)
    labels = jnp.broadcast_to(labels, (*shape, len(names))).reshape(-1, len(names))
    depths = None if log_tau is None else normalization.log_tau.normalize(log_tau).astype(working)
    if depths is None or depths.ndim == 1:
        outputs = _in_chunks(network, lambda some: network.apply(variables, some[0], depths), (labels,))
    else:
        depths = jnp.broadcast_to(depths, (*shape, depths.shape[-1])).reshape(-1, depths.shape[-1])
        outputs = _in_chunks(network, lambda some: network.apply(variables, *some), (labels, depths))
    logarithms = normalization.fields.restore(outputs.astype(precision))
    fields = 10.0 ** logarithms.reshape(*shape, *outputs.shape[-2:])
    return tuple(jnp.moveaxis(fields, -1, 0))


def _in_chunks(network, function, arrays):
    """``function`` of arrays with a leading model axis, a limited number of models at a time."""
    most = network.models_at_once
    if arrays[0].shape[0] <= most or jax.default_backend() != "cpu":
        return function(arrays)
    return jax.lax.map(lambda one: function(jax.tree.map(lambda x: x[None], one))[0], arrays, batch_size=most)


def save_emulator(emulator, folder):
    """Write an Emulator to ``folder`` (made if missing): the weights first, the description last.

    Each file appears whole or not at all, and the description holds checksums of the weights and of itself: a folder
    that was left half-written or was damaged later does not load. Raises BadFile where the folder cannot be written.
    """
    folder = Path(folder)
    variables = {"params": emulator.parameters, "scales": emulator.scales}
    arrays = {key: np.asarray(value) for key, value in _flat(variables)}
    with atomic_path(folder / WEIGHTS_FILE) as temporary:
        np.savez(temporary, **arrays)
        checksum = hashlib.sha256(temporary.read_bytes()).hexdigest()
    description = {
        "format": FORMAT,
        "kind": emulator.kind,
        "network": emulator.network.sizes() | {"parameters": count_parameters(emulator.parameters)},
        "inputs": {name: BY_NAME[name].units for name in (*emulator.space.free, "log_tau")},
        "outputs": {name: BY_NAME[name].units for name in FIELD_NAMES},
        "normalization": normalizing.to_json(emulator.normalization, emulator.space.free),
        "label_box": emulator.space.to_box(),
        "log_tau_range": list(emulator.log_tau_range),
        "solar_pattern": emulator.solar_pattern,
        "weights": {"file": WEIGHTS_FILE, "sha256": checksum},
        "provenance": json.loads(emulator.provenance),
    }
    description["sha256"] = checksum_of(description)
    write_text(folder / DESCRIPTION_FILE, json.dumps(description, indent=2) + "\n")


def _flat(tree: dict[str, Any], place: str = "") -> Iterator[tuple[str, Array]]:
    """Yield the arrays of nested dicts with their places, the names joined by "/"."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{place}{name}/")
        else:
            yield f"{place}{name}", value


def _nested(arrays: dict[str, Array]) -> dict[str, Any]:
    """Return the nested dicts of which ``_flat`` gave the arrays."""
    tree: dict[str, Any] = {}
    for place, value in arrays.items():
        *folders, name = place.split("/")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[name] = value
    return tree


def checksum_of(description):
    """SHA-256 of all else that a description says."""
    rest = {key: value for key, value in description.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def load_emulator(path=PRETRAINED):
    """The Emulator in a folder that ``save_emulator`` wrote; without one, that which comes with the package.

    The latter is a ``hydrostatic`` network trained on models of the embedded solver, not on ATLAS-12's; its
    ``provenance`` says which.

    Raises BadFile, in one line, if the folder is missing, incomplete, corrupt or of another form.
    """
    folder = Path(path)
    if folder.name == DESCRIPTION_FILE:
        folder = folder.parent
    file = folder / DESCRIPTION_FILE
    if not file.is_file():
        raise BadFile(
            f"{folder}: no emulator here ({DESCRIPTION_FILE} is missing); name the folder that training wrote"
        )
    try:
        description = json.loads(file.read_text(encoding="utf-8"))
        if description["format"] != FORMAT:
            raise BadFile(f"{file}: format is {description['format']!r}, this version reads {FORMAT!r}")
        if description["sha256"] != checksum_of(description):
            raise BadFile(f"{file}: damaged (its content does not have its checksum); train again or copy it anew")
        kind, sizes = str(description["kind"]), dict(description["network"])
        del sizes["parameters"]
        network = NETWORKS[kind](**sizes)
        space = LabelSpace.from_box(description["label_box"])
        log_tau_range = tuple(map(float, description["log_tau_range"]))
        normalization = normalizing.from_json(description["normalization"], space.free)
        solar_pattern = str(description["solar_pattern"])
        provenance = json.dumps(description["provenance"])
        checksum = description["weights"]["sha256"]
    except BadFile:
        raise
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{file}: not a description of an emulator ({error}); train again or copy it anew") from error
    variables = _read_weights(folder / WEIGHTS_FILE, network, len(space.free), checksum)
    return Emulator(
        parameters=variables["params"],
        scales=variables.get("scales", {}),
        normalization=normalization,
        network=network,
        space=space,
        log_tau_range=log_tau_range,
        kind=kind,
        solar_pattern=solar_pattern,
        provenance=provenance,
    )


def _read_weights(file, network, labels, checksum):
    """The variables of ``network``, of so many labels, from an npz file whose checksum and shapes must be right."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadFile(f"{file}: cannot be read ({os.strerror(error.errno)}); train again or copy it anew") from error
    if hashlib.sha256(content).hexdigest() != checksum:
        raise BadFile(f"{file}: damaged (checksum differs from {DESCRIPTION_FILE}); train again or copy it anew")
    try:
        with np.load(file, allow_pickle=False) as arrays:
            variables = _nested({key: jnp.asarray(arrays[key]) for key in arrays})
    except (OSError, ValueError, BadZipFile) as error:
        raise BadFile(f"{file}: not a weights file; train again or copy it anew") from error
    found = jax.tree.map(jnp.shape, {"params": {}, "scales": {}} | variables)
    if found != {"params": network.shapes(labels), "scales": network.shapes_of_scales()}:
        raise BadFile(f"{file}: the weights do not fit the network of {DESCRIPTION_FILE}; copy both files of one model")
    return variables
