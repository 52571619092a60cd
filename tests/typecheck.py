"""Arguments and results of the package checked against their annotations, shapes included, while the tests run."""

import jax
from beartype import BeartypeConf, beartype
from jaxtyping import install_import_hook

#: Folders of the package that hold arrays; pydantic checks the settings.
FOLDERS = (
    *("labels", "numerics", "physics", "lines", "atmosphere", "decks", "atlas12", "grid", "dataset"),
    *("emulator", "spectrum", "inference", "evaluation", "validation", "figures", "report"),
)
# An int may stand for a float, as in mypy.
check = beartype(conf=BeartypeConf(is_pep484_tower=True))
_register_dataclass = jax.tree_util.register_dataclass


def _register_unchecked(kind, *arguments, **keywords):
    """JAX rebuilds a pytree around leaves of any kind, so the fields of one are not checked."""
    kind.__no_type_check__ = True
    return _register_dataclass(kind, *arguments, **keywords)


def install():
    """Check every module in FOLDERS that is imported from now on."""
    jax.tree_util.register_dataclass = _register_unchecked
    install_import_hook([f"kurucz_a1.{folder}" for folder in FOLDERS], "tests.typecheck.check")
