"""The grey atmospheres of tests/emulator."""

from tests.emulator.grey_atmospheres import grey  # noqa: F401
