"""Neural model atmospheres that can be made, checked and trusted.

The public names below are imported on first use, so that ``import kurucz_a1`` stays quick.
Units are CGS and kelvin throughout; logarithmic labels are in dex.
"""

import os
import sys
from importlib import import_module
from typing import Any

from kurucz_a1.compiled import keep_compiled_code

# HDF5 locks each file that it opens, and fails where the file system has no locks. Files are written once, under names
# of their own, and need none. HDF5 reads this when it is first used; a value that the user set stays.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

keep_compiled_code()
_JAX = {
    # A structure integrated over nine decades of optical depth needs float64; JAX has it only as a global switch.
    "jax_enable_x64": True,
    # Where float32 suffices it means float32: on a GPU products would keep ten bits of it, and one model in six fails.
    "jax_default_matmul_precision": "highest",
}
for _name, _value in _JAX.items():
    os.environ[_name.upper()] = str(_value)  # read when JAX is imported, which the settings do without
    if "jax" in sys.modules:
        sys.modules["jax"].config.update(_name, _value)

__version__ = "0.1.0"

_PUBLIC = {
    "Atmosphere": "kurucz_a1.atmosphere",
    "NotConverged": "kurucz_a1.atmosphere",
    "solve": "kurucz_a1.atmosphere",
    "check_decks": "kurucz_a1.decks",
    "read_deck": "kurucz_a1.decks",
    "read_decks": "kurucz_a1.decks",
    "write_deck": "kurucz_a1.decks",
    "load_emulator": "kurucz_a1.emulator",
    "Emulator": "kurucz_a1.emulator",
    "Labels": "kurucz_a1.labels",
    "synthesize": "kurucz_a1.spectrum",
    "Spectrum": "kurucz_a1.spectrum",
    "hydrostatic_residual": "kurucz_a1.evaluation",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'kurucz_a1' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *_PUBLIC]
