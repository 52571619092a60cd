"""The kinds of networks: which settings each is trained with, and which network these describe."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kurucz_a1.emulator.direct import DirectNetwork
from kurucz_a1.emulator.hydrostatic import HydrostaticNetwork
from kurucz_a1.emulator.network import AtmosphereNetwork
from kurucz_a1.errors import BadConfig
from kurucz_a1.settings import DirectSettings, EmulatorSettings, HydrostaticSettings

Network = AtmosphereNetwork | DirectNetwork | HydrostaticNetwork
TrainingSettings = EmulatorSettings | DirectSettings | HydrostaticSettings


class Kind(NamedTuple):
    """A kind of network: its class, the settings of its training, and whether these hold a physics loss."""

    network: type[Network]
    settings: type[EmulatorSettings] | type[DirectSettings] | type[HydrostaticSettings]
    with_physics: bool = False


KINDS = {
    "pinn": Kind(AtmosphereNetwork, EmulatorSettings, with_physics=True),
    "published": Kind(AtmosphereNetwork, EmulatorSettings, with_physics=True),
    "mlp": Kind(AtmosphereNetwork, EmulatorSettings),
    "direct": Kind(DirectNetwork, DirectSettings),
    "hydrostatic": Kind(HydrostaticNetwork, HydrostaticSettings),
}


def read_training_settings(settings: TrainingSettings | Mapping[str, Any], kind: str) -> TrainingSettings:
    """The settings of a training of this kind, from the settings themselves or a dictionary with some of them.

    Raises BadConfig for an unknown kind or setting, and for values out of range.
    """
    if kind not in KINDS:
        raise BadConfig(f"emulator kind {kind!r} is unknown; known are {', '.join(KINDS)}")
    return KINDS[kind].settings.read(settings)


def network_of(settings: TrainingSettings, first_log_tau: float) -> Network:
    """The network that the settings describe.

    - ``first_log_tau``: of the models that it learns from.
    """
    if isinstance(settings, HydrostaticSettings):
        return HydrostaticNetwork(settings.width, settings.layers, settings.components)
    if isinstance(settings, DirectSettings):
        return DirectNetwork(settings.width, settings.dropout)
    origin = first_log_tau if "zero_optical_depth" in settings.mistakes else None
    return AtmosphereNetwork(settings.label_width, settings.depth_width, settings.dropout, origin)


def what_matters(settings: TrainingSettings, seed: int) -> dict[str, Any]:
    """The settings that the result of a training depends on, and its seed, as plain values."""
    return {**settings.plain("threads", "memory", "gpu"), "seed": seed}
