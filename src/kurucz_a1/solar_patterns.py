"""The elements of the gas, and solar abundances by several authors as one table.

Without JAX, so that settings may read it too.
"""

import csv

from kurucz_a1.files import packaged


def packaged_columns(path: str) -> dict[str, list[str]]:
    """{name: values} of a packaged csv table, whose lines that start with # are comments.

    - ``path``: as for ``files.packaged``.
    """
    text = packaged(path).read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    return {key: [row[key] for row in rows] for key in rows[0]}


#: Elements that take part in the equation of state, in the order of every axis of length 26.
ELEMENTS = (
    *("H", "He", "C", "N", "O", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl"),
    *("Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn"),
)
#: {name of the pattern, or "symbol", "atomic_number": values of Z = 1..99}.
SOLAR_PATTERNS = packaged_columns("physics/data/solar_patterns.csv")
#: Names of the solar patterns.
PATTERNS = tuple(name for name in SOLAR_PATTERNS if name not in ("atomic_number", "symbol"))
#: The pattern of the embedded solver, and of models that name none.
DEFAULT_PATTERN = "asplund2009"
