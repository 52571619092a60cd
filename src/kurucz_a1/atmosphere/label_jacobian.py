"""Derivatives of a model atmosphere by its labels, whoever computed them."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.labels import BY_NAME


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class LabelJacobian:
    """Derivatives of ln of each quantity of an ``Atmosphere`` at fixed Rosseland optical depth, per unit of the label.

    ``labels``: the names of the labels, in the order of the axis "label".
    """

    column_mass: Float[Array, "*models label depth"]
    temperature: Float[Array, "*models label depth"]
    gas_pressure: Float[Array, "*models label depth"]
    electron_density: Float[Array, "*models label depth"]
    rosseland_opacity: Float[Array, "*models label depth"]
    radiative_acceleration: Float[Array, "*models label depth"]
    labels: tuple[str, ...] = field(metadata={"static": True})

    @property
    def units(self) -> dict[str, str]:
        """{name of a label: unit of the derivatives by it}: "per K", "per dex"; "1" for a label without a unit."""
        of_labels = {name: BY_NAME[name].units for name in self.labels}
        return {name: "1" if unit == "1" else f"per {unit}" for name, unit in of_labels.items()}

    def stacked(self) -> Float[Array, "*models 6 label depth"]:
        """All quantities in the order of FIELD_NAMES, as ``Atmosphere.label_jacobian`` holds them."""
        return jnp.stack([getattr(self, name) for name in FIELD_NAMES], axis=-3)
