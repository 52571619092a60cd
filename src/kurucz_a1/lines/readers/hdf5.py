"""HDF5 files in memory, and the formulas that Korg's lists hold as atomic numbers."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Shaped

from kurucz_a1.content import Content
from kurucz_a1.errors import BadFile
from kurucz_a1.extras import needs
from kurucz_a1.lines.elements import canonical_name, molecule_name
from kurucz_a1.physics.abundances import SYMBOLS

_DAMAGES = (OSError, KeyError, RuntimeError, ValueError, TypeError, OverflowError, MemoryError)


def names_in(content: Content) -> list[str]:
    """The names at the root of an HDF5 file; none where it is damaged."""
    with needs("spectrum"):
        import h5py  # heavy, and needed by these forms only

    try:
        with h5py.File(io.BytesIO(content.data), "r") as file:
            return [str(name) for name in file]
    except _DAMAGES:
        return []


def holds(content: Content, names: Sequence[str]) -> bool:
    """Whether the content is HDF5 with datasets of these names."""
    return content.kind == "HDF5" and set(names) <= set(names_in(content))


def datasets(content: Content, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The datasets of these names, which the file ``holds``.

    Raises BadFile where one is damaged, is no column of numbers, or is not as long as the others.
    """
    with needs("spectrum"):
        import h5py

    try:
        with h5py.File(io.BytesIO(content.data), "r") as file:
            columns = {name: np.asarray(file[name][...]) for name in names}
    except _DAMAGES as error:
        raise BadFile(f"{content.path}: a damaged HDF5 file ({str(error)[:80]}); get it again") from error
    numeric = all(np.issubdtype(column.dtype, np.number) for column in columns.values())
    lengths = {len(column) for name, column in columns.items() if column.ndim == 1 and name != "formula"}
    if not numeric or len(lengths) != 1:
        raise BadFile(f"{content.path}: its datasets {', '.join(names)} are not columns of numbers of one length")
    return columns


def formulas(path: Path, numbers: Shaped[np.ndarray, "..."], count: int) -> Shaped[np.ndarray, "line"]:
    """Formulas of rows of atomic numbers, 0 where there is no further atom. Raises BadFile for an unknown one."""
    if numbers.ndim != 2 or count not in numbers.shape:
        raise BadFile(f"{path}: its dataset formula does not hold the atoms of {count} lines")
    rows = numbers if numbers.shape[0] == count else numbers.T
    different, index = np.unique(rows.astype(int), axis=0, return_inverse=True)
    names = []
    for row in different:
        atoms = [int(z) for z in row if z]
        known = atoms and all(1 <= z <= len(SYMBOLS) for z in atoms)
        name = canonical_name(molecule_name(atoms)) if known else None
        if name is None:
            raise BadFile(f"{path}: its dataset formula holds {row.tolist()}, which are no atomic numbers")
        names.append(name)
    return np.array(names, dtype="U8")[index.ravel()]
