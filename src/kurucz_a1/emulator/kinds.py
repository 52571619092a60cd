"""The kinds of networks: which settings each is trained with, and which network these describe."""

from collections.abc import Mapping
from typing import Any

from kurucz_a1.emulator.hydrostatic import HydrostaticNetwork
from kurucz_a1.emulator.network import AtmosphereNetwork
from kurucz_a1.errors import BadConfig
from kurucz_a1.settings import EmulatorSettings, HydrostaticSettings

Network = AtmosphereNetwork | HydrostaticNetwork
TrainingSettings = EmulatorSettings | HydrostaticSettings
SETTINGS_OF: dict[str, type[EmulatorSettings] | type[HydrostaticSettings]] = {
    "pinn": EmulatorSettings,
    "mlp": EmulatorSettings,
    "hydrostatic": HydrostaticSettings,
}


def read_training_settings(settings: TrainingSettings | Mapping[str, Any], kind: str) -> TrainingSettings:
    """The settings of a training of this kind, from the settings themselves or a dictionary with some of them.

    Raises BadConfig for an unknown kind or setting, and for values out of range.
    """
    if kind not in SETTINGS_OF:
        raise BadConfig(f"emulator kind {kind!r} is unknown; known are {', '.join(SETTINGS_OF)}")
    return SETTINGS_OF[kind].read(settings)


def network_of(settings: TrainingSettings) -> Network:
    """The network that the settings describe."""
    if isinstance(settings, HydrostaticSettings):
        return HydrostaticNetwork(settings.width, settings.layers, settings.components)
    return AtmosphereNetwork(settings.label_width, settings.depth_width, settings.dropout)


def what_matters(settings: TrainingSettings, seed: int) -> dict[str, Any]:
    """The settings that the result of a training depends on, and its seed, as plain values."""
    return {**settings.plain("threads", "memory", "gpu"), "seed": seed}
