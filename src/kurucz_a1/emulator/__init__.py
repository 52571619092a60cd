"""The emulators: networks, losses, training, and the saved model with its public call."""

from typing import Any

from kurucz_a1.emulator.saved import Emulator, load_emulator, save_emulator

__all__ = ["Emulator", "load_emulator", "save_emulator", "train"]


def __getattr__(name: str) -> Any:
    # Training needs optimiser and checkpoint libraries; a saved emulator does not.
    if name == "train":
        from kurucz_a1.emulator.training import train

        return train
    raise AttributeError(f"module 'kurucz_a1.emulator' has no attribute {name!r}")
