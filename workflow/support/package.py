"""What the rules take from the package, whose own imports Snakemake's environment need not have."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kurucz_a1"


def load(name):
    """The module ``kurucz_a1.<name>``, imported without the package around it; it must do with the standard library."""
    spec = spec_from_file_location(name, SOURCE / f"{name}.py")
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


made_from = load("made_from").made_from
