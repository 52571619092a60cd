"""The model atmosphere: six quantities at each depth, and the labels they belong to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.fields import BY_NAME, EXTRA_NAMES, FIELD_NAMES
from kurucz_a1.labels import LABELS, Labels
from kurucz_a1.labels.less_sure import caution

if TYPE_CHECKING:
    import xarray


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True, repr=False)
class Atmosphere(Labels):
    """One model atmosphere, or many with leading axes; it has the labels of ``Labels`` too.

    - Depths run from the surface inward; ``log_tau`` is log10 of the Rosseland optical depth.
    - ``number_fractions``: N/N_total of Z = 1..99; None where they follow from the labels and ``solar_pattern``.
    - ``label_jacobian``: derivative of ln of each of FIELD_NAMES by each of ``jacobian_labels`` at fixed optical depth,
      per unit of the label; None where the source gives none.
    - ``extra``: what a deck holds besides, by the names and in the units of ``fields.EXTRA_FIELDS``: ``radius`` of a
      spherical model (cm), density, microturbulence of each layer, convection. Physics does not use it.
    - ``source``: what made the model ("solver", "ATLAS-12", "pinn", ...).
    - ``solar_pattern``: the solar abundances that the labels refer to.
    """

    log_tau: Float[Array, "*models depth"]
    column_mass: Float[Array, "*models depth"]  # g cm-2
    temperature: Float[Array, "*models depth"]  # K
    gas_pressure: Float[Array, "*models depth"]  # dyn cm-2
    electron_density: Float[Array, "*models depth"]  # cm-3
    rosseland_opacity: Float[Array, "*models depth"]  # cm2 g-1
    radiative_acceleration: Float[Array, "*models depth"]  # cm s-2
    number_fractions: Float[Array, "*models 99"] | None = None
    label_jacobian: Float[Array, "*models 6 label depth"] | None = None
    extra: dict[str, Float[Array, "..."]] = field(default_factory=dict)
    jacobian_labels: tuple[str, ...] = field(default=(), metadata={"static": True})
    source: str = field(default="unknown", metadata={"static": True})
    solar_pattern: str = field(default="asplund2009", metadata={"static": True})

    def __getitem__(self, index: Any) -> "Atmosphere":
        """The model or models at ``index`` of the leading axes."""
        return jax.tree.map(lambda leaf: leaf[index], self)

    @property
    def caution(self) -> str:
        """Why models of the embedded solver among these are less sure than others, in one line; empty if none is."""
        return caution(self) if self.source == "solver" else ""

    def to_dataset(self) -> "xarray.Dataset":
        """The same numbers as a Dataset with CF attributes and dimensions (model,) depth, without optional labels that
        have their defaults.

        Raises ValueError where there is more than one leading axis.
        """
        import xarray  # with pandas, which a model alone does without: a fifth of the time to import this package

        depth_shape = np.shape(self.temperature)
        if len(depth_shape) > 2:
            raise ValueError(f"to_dataset takes at most one leading axis, this atmosphere has shape {depth_shape}")
        model = ("model",) if len(depth_shape) == 2 else ()
        variables: dict[str, Any] = {}
        for name in ("log_tau", *FIELD_NAMES):
            values = np.broadcast_to(np.asarray(getattr(self, name)), depth_shape)
            variables[name] = ((*model, "depth"), values, _attributes(name))
        for name, label in self.told().items():
            variables[name] = (model, np.broadcast_to(np.asarray(label), depth_shape[:-1]), _attributes(name))
        if self.number_fractions is not None:
            attributes = {"units": "1", "long_name": "number fraction of each element, N / N_total, Z = 1..99"}
            values = np.broadcast_to(np.asarray(self.number_fractions), (*depth_shape[:-1], 99))
            variables["number_fractions"] = ((*model, "element"), values, attributes)
        for name, extra in self.extra.items():
            values = np.asarray(extra)
            trailing = values.shape[len(model) :]
            axes = ("depth",) if trailing == depth_shape[len(model) :] else tuple(f"{name}_item" for _ in trailing)
            variables[name] = ((*model, *axes), values, _attributes(name))
        coordinates = {}
        if self.label_jacobian is not None:
            coordinates = {"quantity": list(FIELD_NAMES), "label": list(self.jacobian_labels)}
            values = np.asarray(self.label_jacobian, dtype=np.float32)
            variables["label_jacobian"] = ((*model, "quantity", "label", "depth"), values, JACOBIAN_ATTRIBUTES)
        attributes = {"Conventions": "CF-1.11", "source": self.source, "solar_pattern": self.solar_pattern}
        if self.caution:
            attributes["caution"] = self.caution
        return xarray.Dataset(variables, coords=coordinates, attrs=attributes)


# No single unit: they differ by label. Single precision, which is finer than the derivatives are converged to.
JACOBIAN_ATTRIBUTES = {
    "long_name": "derivative of the natural logarithm of the quantity by the label at held optical depth, "
    "per unit of the label",
}


def _attributes(name: str) -> dict[str, str]:
    entry = BY_NAME[name]
    return {"units": entry.units, "long_name": entry.long_name}


def with_labels(dataset: "xarray.Dataset", names: Collection[str]) -> "xarray.Dataset":
    """A Dataset of models (model,) with the labels of these names: those that it lacks have their defaults."""
    absent = {label.name: label.default for label in LABELS if label.name in names and label.name not in dataset}
    shape = dataset["teff"].shape
    return dataset.assign({name: ("model", np.full(shape, value), _attributes(name)) for name, value in absent.items()})


def from_dataset(dataset: "xarray.Dataset") -> Atmosphere:
    """The Atmosphere in a Dataset of the form that ``to_dataset`` gives; a label that it lacks has its default.

    Raises KeyError where a variable is missing.

    >>> depths = {name: jnp.ones(80) for name in ("log_tau", *FIELD_NAMES)}
    >>> sun = from_dataset(Atmosphere(teff=5777.0, logg=4.44, **depths).to_dataset())
    >>> sun.name, sun.temperature.shape
    ('teff=5777 logg=4.44 feh=0 afe=0 vturb=2', (80,))
    """
    names = (
        "log_tau",
        *FIELD_NAMES,
        *(label.name for label in LABELS if label.name in dataset or label.default is None),
    )
    arrays = {name: jnp.asarray(dataset[name].values, dtype=jnp.float64) for name in names}
    shape = arrays["teff"].shape
    for label in LABELS:
        if label.default is not None and label.name not in arrays:
            arrays[label.name] = jnp.full(shape, label.default)
    for name in ("number_fractions", "label_jacobian"):
        if name in dataset:
            arrays[name] = jnp.asarray(dataset[name].values, dtype=jnp.float64)
    extra = {name: jnp.asarray(dataset[name].values, dtype=jnp.float64) for name in EXTRA_NAMES if name in dataset}
    return Atmosphere(
        **arrays,
        extra=extra,
        jacobian_labels=tuple(map(str, dataset["label"].values)) if "label_jacobian" in dataset else (),
        source=str(dataset.attrs.get("source", "unknown")),
        solar_pattern=str(dataset.attrs.get("solar_pattern", "asplund2009")),
    )


def stack(atmospheres: Sequence[Atmosphere]) -> Atmosphere:
    """One Atmosphere with a leading axis of models from several with the same depths and source.

    Of ``extra`` it has what all of them hold in the same shape.
    """

    def shapes(model: Atmosphere) -> set[tuple[str, tuple[int, ...]]]:
        return {(name, np.shape(value)) for name, value in model.extra.items()}

    common = sorted(name for name, _ in set.intersection(*map(shapes, atmospheres)))
    models = [replace(model, extra={name: model.extra[name] for name in common}) for model in atmospheres]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *models)
