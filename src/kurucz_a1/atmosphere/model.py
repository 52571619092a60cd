"""The model atmosphere: six quantities at each depth, and the labels they belong to."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.labels import LABEL_NAMES, LABELS, Labels


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Atmosphere(Labels):
    """One model atmosphere, or many with leading axes.

    Depth arrays have shape (..., depth), ordered from the surface inward; the labels, those of ``Labels``, have shape
    (...).

    log_tau: log10 of the Rosseland optical depth; column_mass: g cm-2; temperature: K; gas_pressure: dyn cm-2;
    electron_density: cm-3; rosseland_opacity: cm2 g-1; radiative_acceleration: cm s-2.
    number_fractions: N/N_total of Z = 1..99, shape (..., 99), where the source states them, else None (then the
    labels and ``solar_pattern`` say what they are).
    label_jacobian: derivative of the natural logarithm of each of FIELD_NAMES by each of
    ``jacobian_labels`` at held optical depth, per unit of the label, shape (..., 6, label, depth), where the source
    gives it, else None.
    source: who made the model ("solver", "ATLAS-12", "pinn", ...).
    """

    log_tau: jax.Array
    column_mass: jax.Array
    temperature: jax.Array
    gas_pressure: jax.Array
    electron_density: jax.Array
    rosseland_opacity: jax.Array
    radiative_acceleration: jax.Array
    number_fractions: jax.Array | None = None
    label_jacobian: jax.Array | None = None
    jacobian_labels: tuple[str, ...] = field(default=(), metadata={"static": True})
    source: str = field(default="unknown", metadata={"static": True})
    solar_pattern: str = field(default="asplund2009", metadata={"static": True})

    def __getitem__(self, index):
        """The model or models at ``index`` of the leading axes."""
        return jax.tree.map(lambda leaf: leaf[index], self)

    def to_dataset(self):
        """The same numbers as an xarray Dataset with CF attributes, dimensions (model,) depth.

        Raises ValueError if there is more than one leading axis.
        """
        depth_shape = np.shape(self.temperature)
        if len(depth_shape) > 2:
            raise ValueError(f"to_dataset takes at most one leading axis, this atmosphere has shape {depth_shape}")
        model = ("model",) if len(depth_shape) == 2 else ()
        variables = {}
        for name in ("log_tau", *FIELD_NAMES):
            values = np.broadcast_to(np.asarray(getattr(self, name)), depth_shape)
            variables[name] = ((*model, "depth"), values, _attributes(name))
        for name in LABEL_NAMES:
            values = np.broadcast_to(np.asarray(getattr(self, name)), depth_shape[:-1])
            variables[name] = (model, values, _attributes(name))
        if self.number_fractions is not None:
            attributes = {
                "units": "1",
                "long_name": "number fraction of each element, N / N_total, Z = 1..99",
            }
            values = np.broadcast_to(np.asarray(self.number_fractions), (*depth_shape[:-1], 99))
            variables["number_fractions"] = ((*model, "element"), values, attributes)
        coordinates = {}
        if self.label_jacobian is not None:
            coordinates = {"quantity": list(FIELD_NAMES), "label": list(self.jacobian_labels)}
            values = np.asarray(self.label_jacobian, dtype=np.float32)
            variables["label_jacobian"] = ((*model, "quantity", "label", "depth"), values, _JACOBIAN_ATTRIBUTES)
        attributes = {"Conventions": "CF-1.11", "source": self.source, "solar_pattern": self.solar_pattern}
        return xr.Dataset(variables, coords=coordinates, attrs=attributes)


# No single unit: they differ by label. Single precision, which is finer than the derivatives are converged to.
_JACOBIAN_ATTRIBUTES = {
    "long_name": "derivative of the natural logarithm of the quantity by the label at held optical depth, "
    "per unit of the label",
}


def _attributes(name):
    entry = BY_NAME[name]
    return {"units": entry.units, "long_name": entry.long_name}


def from_dataset(dataset):
    """The Atmosphere held by a Dataset of the form that ``to_dataset`` gives; a label that it lacks has its default."""
    names = (
        "log_tau",
        *FIELD_NAMES,
        *(label.name for label in LABELS if label.name in dataset or label.default is None),
    )
    arrays = {name: jnp.asarray(dataset[name].values, dtype=jnp.float64) for name in names}
    shape = arrays["teff"].shape
    arrays |= {label.name: jnp.full(shape, label.default) for label in LABELS if label.name not in arrays}
    for name in ("number_fractions", "label_jacobian"):
        if name in dataset:
            arrays[name] = jnp.asarray(dataset[name].values, dtype=jnp.float64)
    return Atmosphere(
        **arrays,
        jacobian_labels=tuple(map(str, dataset["label"].values)) if "label_jacobian" in dataset else (),
        source=str(dataset.attrs.get("source", "unknown")),
        solar_pattern=str(dataset.attrs.get("solar_pattern", "asplund2009")),
    )


def stack(atmospheres):
    """One Atmosphere with a leading model axis out of several of equal depth and source."""
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *atmospheres)
