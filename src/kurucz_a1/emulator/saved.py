"""A trained emulator on disk and in use, without the training code.

A folder holds ``emulator.json`` (network, normalisation, label space, units, provenance, checksums) and ``weights.npz``
(weights named by their place in the network, and its constants).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float
from numpy.typing import ArrayLike

from kurucz_a1.atmosphere import Atmosphere, LabelJacobian
from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.emulator import normalization as normalizing
from kurucz_a1.emulator.hydrostatic import Scales
from kurucz_a1.emulator.kinds import KINDS, Network
from kurucz_a1.emulator.layers import Parameters, Variables
from kurucz_a1.emulator.network import count_parameters
from kurucz_a1.emulator.normalization import Normalization, label_inputs
from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path, packaged, write_text
from kurucz_a1.label_entries import Value
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace
from kurucz_a1.labels.labels import joined
from kurucz_a1.labels.less_sure import caution
from kurucz_a1.labels.space import complain, out_of_range

FORMAT = "kurucz_a1 emulator, version 5"
DESCRIPTION_FILE = "emulator.json"
WEIGHTS_FILE = "weights.npz"
DIFFERENTIATED_AT_ONCE = 64  # models whose derivatives are in memory at a time
#: Folder of the emulator of the package.
PRETRAINED = packaged("emulator/pretrained")


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True, eq=False)
class Emulator:
    """A trained network that gives model atmospheres; call it with labels.

    - ``parameters``: weights of the network, float32; ``scales``: its other constants.
    - ``normalization``: ranges of its inputs and outputs.
    - ``network``: its architecture.
    - ``space``, ``log_tau_range``: the labels and depths that it was trained for.
    - ``kind``: "pinn" (trained for hydrostatic equilibrium), "published" (likewise, with the published mistakes), "mlp"
      (without), "direct" (all depths at once) or "hydrostatic" (in equilibrium by construction).
    - ``solar_pattern``: the abundances of [Fe/H] = 0.
    - ``provenance``: JSON text on how it was made.

    >>> emulator = load_emulator()
    >>> emulator.kind, emulator.space["teff"]
    ('hydrostatic', (3200.0, 20000.0))
    """

    parameters: Parameters
    normalization: Normalization
    scales: Scales = field(default_factory=dict)
    network: Network = field(metadata={"static": True})
    space: LabelSpace = field(metadata={"static": True})
    log_tau_range: tuple[float, float] = field(metadata={"static": True})
    kind: str = field(metadata={"static": True})
    solar_pattern: str = field(default="asplund2009", metadata={"static": True})
    provenance: str = field(default="{}", metadata={"static": True})

    def __call__(
        self,
        labels: Labels | None = None,
        *,
        log_tau: ArrayLike | None = None,
        outside: str = "raise",
        dtype: DTypeLike = jnp.float64,
        abundances: Mapping[str, Value] | None = None,
        **values: Value,
    ) -> Atmosphere:
        """The model atmospheres of the given labels.

        - ``labels``: Labels, or each by keyword (``teff`` in K; ``logg``, ``feh``, ``afe`` in dex; ``vturb`` in
          km s-1; ``abundances``: {symbol: dex}): numbers or arrays that broadcast. One left out has its fixed value in
          ``space``, or else its default.
        - ``log_tau``: log10 of the Rosseland optical depth, (depth,) or (..., depth), whose leading axes broadcast with
          the labels, in any order; None: ATLAS-12's 80 depths.
        - ``outside``: "raise" or "warn", for labels or depths outside the training range.
        - ``dtype``: float64 or float32, of the computation; the weights are always float32.

        Differentiable in labels and log_tau, which may be traced by jit, vmap, grad, jacfwd and jacrev.

        Raises OutsideSupport for labels or depths outside the training range (traced ones are not checked); ValueError
        for values that are not finite and another dtype; TypeError for unknown or missing labels.

        >>> import jax
        >>> emulator = load_emulator()
        >>> sun = emulator(teff=5777.0, logg=4.44)
        >>> bool(6000 < sun.temperature[54] < 6020)  # K, near optical depth 0.75
        True
        >>> slope = jax.grad(lambda teff: emulator(teff=teff, logg=4.44, log_tau=[0.0]).temperature[0])(5777.0)
        >>> bool(0.9 < slope < 1.2)
        True
        """
        if dtype not in (jnp.float64, jnp.float32):
            raise ValueError(f"dtype={dtype!r} must be float64 or float32")
        stars = self._stars(labels, values, abundances, outside, dtype)
        depths, asked = self._depths(log_tau, outside, dtype)
        fields = evaluate(self.network, self.space.free, *self._constants, self._free(stars), asked)
        shape = fields[0].shape
        arrays: dict[str, Any] = dict(zip(FIELD_NAMES, fields, strict=True))
        arrays |= {name: jnp.broadcast_to(value, shape[:-1]) for name, value in stars.as_dict().items()}
        return Atmosphere(
            log_tau=jnp.broadcast_to(depths, shape),
            **arrays,
            source=self.kind,
            solar_pattern=self.solar_pattern,
        )

    def jacobian(
        self,
        labels: Labels | None = None,
        *,
        log_tau: ArrayLike | None = None,
        outside: str = "raise",
        abundances: Mapping[str, Value] | None = None,
        **values: Value,
    ) -> LabelJacobian:
        """Derivatives of the model atmospheres by all labels that are free in ``space``, float64.

        Arguments and errors are those of ``__call__``; ``log_tau`` is common to all models. Many models at once cost
        much less each than one.

        >>> sun = load_emulator().jacobian(teff=5777.0, logg=4.44)
        >>> sun.temperature.shape, sun.units["teff"]
        ((25, 80), 'per K')
        """
        stars = self._stars(labels, values, abundances, outside, jnp.float64)
        _, asked = self._depths(log_tau, outside, jnp.float64)
        if asked is not None and asked.ndim > 1:
            raise ValueError("log_tau must be one array of depths, shape (depth,), for the derivatives of all models")
        columns = jnp.stack(jnp.broadcast_arrays(*self._free(stars)), axis=-1)
        derivatives = differentiate(self.network, self.space.free, *self._constants, columns, asked)
        return LabelJacobian(**dict(zip(FIELD_NAMES, derivatives, strict=True)), labels=self.space.free)

    def caution(self, labels: Labels) -> str:
        """One line about the stars of ``labels`` whose models are less sure; empty where there are none, and for an
        emulator that did not learn from the embedded solver."""
        learnt_from = json.loads(self.provenance).get("dataset", {}).get("source")
        return caution(labels) if learnt_from == "solver" else ""

    @property
    def _constants(self) -> tuple[Variables, Normalization]:
        return {"params": self.parameters, "scales": self.scales}, self.normalization

    def _stars(
        self,
        labels: Labels | None,
        values: dict[str, Value],
        abundances: Mapping[str, Value] | None,
        outside: str,
        dtype: DTypeLike,
    ) -> Labels:
        """All labels, checked, as arrays."""
        stars = self._labels(labels, values, abundances)
        self.space.check(stars, outside)
        return jax.tree.map(lambda value: jnp.asarray(value, dtype=dtype), stars)

    def _free(self, stars: Labels) -> tuple[Float[Array, "..."], ...]:
        return tuple(getattr(stars, name) for name in self.space.free)

    def _depths(
        self, log_tau: ArrayLike | None, outside: str, dtype: DTypeLike
    ) -> tuple[Float[Array, "... depth"], Float[Array, "... depth"] | None]:
        """The depths, checked, and the same as ``evaluate`` takes them."""
        at_nodes = log_tau is None and self.network.at_nodes
        log_tau = standard_log_tau() if log_tau is None else log_tau
        if np.ndim(log_tau) == 0:
            raise ValueError("log_tau must be an array of depths, shape (depth,) or (..., depth)")
        self._check_depths(log_tau, outside)
        depths = jnp.asarray(log_tau, dtype=dtype)
        return depths, None if at_nodes else depths

    def _labels(
        self, labels: Labels | None, values: dict[str, Value], abundances: Mapping[str, Value] | None
    ) -> Labels:
        given = joined("an emulator", {**values, "abundances": abundances})
        if labels is not None and given:
            raise TypeError(f"an emulator takes Labels or keywords, not both: leave out {', '.join(given)}")
        for name in given:
            if name not in LABEL_NAMES:
                raise TypeError(f"an emulator takes no {name}; its labels are {', '.join(LABEL_NAMES)}")
        return self.space.complete(given if labels is None else labels.as_dict())

    def _check_depths(self, log_tau: ArrayLike, outside: str) -> None:
        if isinstance(log_tau, jax.core.Tracer):
            return
        if not np.isfinite(log_tau).all():
            raise ValueError("log_tau holds NaN or infinity; every depth must be a finite number")
        complain(out_of_range("log_tau", log_tau, *self.log_tau_range), outside)


@partial(jax.jit, static_argnums=(0, 1))
def evaluate(
    network: Network,
    names: tuple[str, ...],
    variables: Variables,
    normalization: Normalization,
    labels: tuple[Float[Array, "..."], ...],
    log_tau: Float[Array, "... depth"] | None,
) -> tuple[Float[Array, "... depth"], ...]:
    """The six fields in CGS and K, in the precision of the labels.

    - ``labels``: those of ``names``.
    - ``log_tau``: as in ``Emulator.__call__``, None for the nodes of a network that has them.
    """
    inputs = label_inputs(names, labels)
    precision = inputs.dtype
    normalization = jax.tree.map(lambda constant: constant.astype(precision), normalization)
    shape = inputs.shape[:-1] if log_tau is None else jnp.broadcast_shapes(inputs.shape[:-1], log_tau.shape[:-1])
    working = min(precision, network.input_precision, key=lambda kind: jnp.finfo(kind).bits)
    stars = normalization.labels.normalize(inputs).astype(working)
    stars = jnp.broadcast_to(stars, (*shape, len(names))).reshape(-1, len(names))
    apply: Callable[..., Array] = network.apply
    depths = None
    if log_tau is not None:
        depths = normalization.log_tau.normalize(network.depth_input(log_tau)).astype(working)
    if depths is None or depths.ndim == 1:
        outputs = _in_chunks(network, lambda some: apply(variables, some[0], depths), (stars,))
    else:
        depths = jnp.broadcast_to(depths, (*shape, depths.shape[-1])).reshape(-1, depths.shape[-1])
        outputs = _in_chunks(network, lambda some: apply(variables, *some), (stars, depths))
    logarithms = normalization.fields.restore(outputs.astype(precision))
    fields = 10.0 ** logarithms.reshape(*shape, *outputs.shape[-2:])
    return tuple(jnp.moveaxis(fields, -1, 0))


@partial(jax.jit, static_argnums=(0, 1))
def differentiate(
    network: Network,
    names: tuple[str, ...],
    variables: Variables,
    normalization: Normalization,
    labels: Float[Array, "... label"],
    log_tau: Float[Array, "depth"] | None,
) -> tuple[Float[Array, "... label depth"], ...]:
    """Derivatives of ln of the six fields by the labels of ``names``; arguments as of ``evaluate``."""

    def logarithms(star: Float[Array, "label"]) -> Float[Array, "6 depth"]:
        return jnp.log(jnp.stack(evaluate(network, names, variables, normalization, tuple(star), log_tau)))

    stars = labels.reshape(-1, labels.shape[-1])
    derivatives = jax.lax.map(jax.jacfwd(logarithms), stars, batch_size=min(DIFFERENTIATED_AT_ONCE, len(stars)))
    ordered = jnp.moveaxis(derivatives, (1, 3, 2), (0, 2, 3))  # (6, model, label, depth)
    return tuple(ordered.reshape(6, *labels.shape, -1))


def _in_chunks(
    network: Network,
    function: Callable[[tuple[Array, ...]], Float[Array, "model depth 6"]],
    arrays: tuple[Float[Array, "model ..."], ...],
) -> Float[Array, "model depth 6"]:
    """``function`` of arrays with a leading model axis, a limited number of models at a time."""
    most = network.models_at_once
    if arrays[0].shape[0] <= most or jax.default_backend() != "cpu":
        return function(arrays)
    return jax.lax.map(lambda single: function(jax.tree.map(lambda x: x[None], single))[0], arrays, batch_size=most)


def save_emulator(emulator: Emulator, folder: Path | str) -> None:
    """Write an Emulator to a folder: the weights first, the description last.

    - ``folder``: made if missing.

    Each file appears whole or not at all, and the description holds checksums of the weights and of itself: a folder
    that is incomplete or damaged does not load. Raises BadFile where the folder cannot be written.

    >>> save_emulator(load_emulator(), "copy")
    >>> load_emulator("copy").kind
    'hydrostatic'
    """
    folder = Path(folder)
    variables = {"params": emulator.parameters, "scales": emulator.scales}
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in _flat(variables)}
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


def _flat(tree: Parameters, place: str = "") -> Iterator[tuple[str, Array]]:
    """Yield the arrays of nested dicts with their places, the names joined by "/"."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{place}{name}/")
        else:
            yield f"{place}{name}", value


def _nested(arrays: dict[str, Array]) -> Parameters:
    """Return the nested dicts of which ``_flat`` gave the arrays."""
    tree: dict[str, Any] = {}
    for place, value in arrays.items():
        *folders, name = place.split("/")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[name] = value
    return tree


def checksum_of(description: dict[str, Any]) -> str:
    """SHA-256 of the rest of a description."""
    rest = {key: value for key, value in description.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def load_emulator(path: Path | str = PRETRAINED) -> Emulator:
    """The Emulator in a folder that ``save_emulator`` wrote, or that of the package.

    - ``path``: the folder, or its ``emulator.json``. By default that of the package, a hydrostatic network trained on
      models of the embedded solver, not on ATLAS-12's; its ``provenance`` says which.

    Raises BadFile for a folder that is missing, incomplete, corrupt or of another form.

    >>> load_emulator()(teff=5777.0, logg=4.44).name
    'teff=5777 logg=4.44 feh=0 afe=0 vturb=2'
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
        network = KINDS[kind].network(**sizes)
        space = LabelSpace.from_box(description["label_box"])
        top, bottom = map(float, description["log_tau_range"])
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
        log_tau_range=(top, bottom),
        kind=kind,
        solar_pattern=solar_pattern,
        provenance=provenance,
    )


def _read_weights(file: Path, network: Network, labels: int, checksum: str) -> Variables:
    """The variables of ``network``, of ``labels`` labels, from an npz file; its checksum and shapes must be right."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadFile(f"{file}: cannot be read ({error.strerror}); train again or copy it anew") from error
    if hashlib.sha256(content).hexdigest() != checksum:
        raise BadFile(f"{file}: damaged (checksum differs from {DESCRIPTION_FILE}); train again or copy it anew")
    try:
        with np.load(file, allow_pickle=False) as arrays:
            # jnp.asarray would compile a copy of each shape, a tenth of a second in all
            variables = _nested({key: jax.device_put(arrays[key]) for key in arrays})
    except (OSError, ValueError, BadZipFile) as error:
        raise BadFile(f"{file}: not a weights file; train again or copy it anew") from error
    shapes = jax.tree.map(jnp.shape, {"params": {}, "scales": {}} | variables)
    if shapes != {"params": network.shapes(labels), "scales": network.shapes_of_scales()}:
        raise BadFile(f"{file}: the weights do not fit the network of {DESCRIPTION_FILE}; copy both files of one model")
    return variables
