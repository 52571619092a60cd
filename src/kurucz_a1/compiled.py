"""The folder in which compiled code stays for the next process: to compile the solver takes longer than to solve.

``KURUCZ_A1_COMPILED`` names it, ``off`` is for none; by default it lies in the user's folder of caches
(``~/.cache/kurucz_a1/compiled``). In it each kind of processor and version of the compiler has a folder of its own.
A folder that JAX itself was given stays (``JAX_COMPILATION_CACHE_DIR``). All may be deleted at any time.
"""

import hashlib
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LEAST_SECONDS = "0.5"  # of compilation, below which nothing is kept


def keep_compiled_code() -> None:
    """Have JAX keep compiled code, unless the user said otherwise. Does nothing where JAX was imported before."""
    folder = os.environ.get("KURUCZ_A1_COMPILED") or _users_folder()
    if folder is None or folder == "off" or "JAX_COMPILATION_CACHE_DIR" in os.environ or "jax" in sys.modules:
        return
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(Path(folder).absolute() / of_this_machine())
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", _LEAST_SECONDS)


def of_this_machine() -> str:
    """Name for this kind of processor and compiler: compiled code of one kind must not be run on another."""
    try:
        flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        flags = platform.processor()
    try:
        compiler = version("jaxlib")
    except PackageNotFoundError:
        compiler = "unknown"
    return f"{platform.machine()}-{hashlib.sha256(flags.encode()).hexdigest()[:8]}-{compiler}"


def _users_folder() -> str | None:
    """The default, None where there is no home that can be written to."""
    home = os.path.expanduser("~")
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    writable = os.access(next((f for f in (caches, home) if os.path.isdir(f)), "/"), os.W_OK)
    return os.path.join(caches, "kurucz_a1", "compiled") if writable else None
