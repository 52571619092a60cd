"""The fixtures of grey_atmospheres.py, for all tests of the emulator."""

from grey_atmospheres import grey, small_hydrostatic, small_options, trained, trained_hydrostatic  # noqa: F401
