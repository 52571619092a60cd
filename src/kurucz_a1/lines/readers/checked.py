"""From the rows of a file to a LineList: what cannot be read or cannot be true is left out, and named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int

from kurucz_a1.errors import BadFile, warn_left_out
from kurucz_a1.lines.line_list import LineList, make_line_list

LONGEST = 1e7  # A
LOWEST_LOG_GF, HIGHEST_LOG_GF = -25.0, 5.0  # Kurucz's lists reach -22
HIGHEST_ENERGY = 1e3  # eV
# Largest damping constants (s-1; s-1 cm3) and cross sections (Bohr radii squared) that a line can have.
_LARGEST = {"gamma_rad": 1e15, "gamma_stark": 1.0, "gamma_vdw": 1e-4, "abo_sigma": 1e5}
_SMALLEST_SIGMA = 20.0

#: What a row states: formula, ion stage, and the numbers of its form.
Stated = tuple[str, int, tuple[float, ...]]


@dataclass(frozen=True)
class Gathered:
    """The rows that were read, and why the others were not.

    - ``place``, ``species``, ``stage``, ``numbers``: by line: row of the file, formula, ion stage, numbers.
    - ``left``: (row, what is wrong with it) of each line that is left out.
    """

    place: list[int] = field(default_factory=list)
    species: list[str] = field(default_factory=list)
    stage: list[int] = field(default_factory=list)
    numbers: list[tuple[float, ...]] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)

    def add(self, place: int, stated: Stated) -> None:
        """Take in what the row at ``place`` states."""
        self.place.append(place)
        self.species.append(stated[0])
        self.stage.append(stated[1])
        self.numbers.append(stated[2])

    def extend(self, other: "Gathered") -> None:
        """Take in the rows of another part of the file."""
        for mine, more in zip(vars(self).values(), vars(other).values(), strict=True):
            mine.extend(more)

    def columns(self, count: int) -> Float[np.ndarray, "{count} line"]:
        """The numbers, one row each."""
        return np.array(self.numbers, dtype=float).reshape(-1, count).T


def gather(rows: Iterable[tuple[int, str]], read: Callable[[str], Stated | None]) -> Gathered:
    """What ``read`` makes of (row number, row) pairs; None is no line, and a ValueError says why one is left out."""
    gathered = Gathered()
    for place, row in rows:
        try:
            stated = read(row)
        except ValueError as error:
            gathered.left.append((place, f"row {place}: {error} in {row.strip()[:60]!r}"))
            continue
        if stated is not None:
            gathered.add(place, stated)
    return gathered


def checked(
    path: Path,
    gathered: Gathered,
    wavelength: Float[np.ndarray, "line"],
    energy: Float[np.ndarray, "line"],
    log_gf: Float[np.ndarray, "line"],
    **damping: Float[np.ndarray, "line"],
) -> LineList:
    """The LineList of a file, without the lines whose numbers cannot be true; one warning, LeftOut, counts those.

    - ``wavelength``: A, vacuum; ``energy``: of the lower level, eV; ``damping``: as ``make_line_list`` takes it.

    Raises BadFile where nothing is left.
    """
    return checked_columns(
        path, gathered.place, gathered.species, gathered.stage, wavelength, energy, log_gf, damping, gathered.left
    )


def checked_columns(
    path: Path,
    place: Sequence[int] | Int[np.ndarray, "line"],
    species: Sequence[str] | np.ndarray,
    stage: Sequence[int] | Int[np.ndarray, "line"],
    wavelength: Float[np.ndarray, "line"],
    energy: Float[np.ndarray, "line"],
    log_gf: Float[np.ndarray, "line"],
    damping: Mapping[str, Float[np.ndarray, "line"]],
    left: Sequence[tuple[int, str]] = (),
) -> LineList:
    """As ``checked``, for columns; ``place``: the row of each line, ``left``: (row, reason) of those left out before.

    Damping of hydrogen is dropped: its lines are from Stark theory, and lists put other things there.
    """
    names, ions = np.asarray(species, dtype="U8"), np.asarray(stage, dtype=int)
    if not len(names) and not left:
        raise BadFile(f"{path}: no spectral line in it")
    hydrogen = names == "H"
    damping = {name: np.where(hydrogen, np.nan, values) for name, values in damping.items()}
    good, wrong = _plausible(wavelength, ions, energy, log_gf, damping)
    reasons = sorted(
        [*left, *((int(place[k]), f"row {place[k]}: {wrong(k)}") for k in map(int, np.flatnonzero(~good)))]
    )
    warn_left_out(str(path), "lines", [reason for _, reason in reasons], len(names) + len(left))
    return make_line_list(
        wavelength[good],
        names[good],
        ions[good],
        energy[good],
        log_gf[good],
        **{name: values[good] for name, values in damping.items()},
    )


def _plausible(
    wavelength: Float[np.ndarray, "line"],
    stage: Int[np.ndarray, "line"],
    energy: Float[np.ndarray, "line"],
    log_gf: Float[np.ndarray, "line"],
    damping: Mapping[str, Float[np.ndarray, "line"]],
) -> tuple[Bool[np.ndarray, "line"], Callable[[int], str]]:
    """Where all numbers can be true, and a function that says what is wrong with the others, by index."""
    tests: list[tuple[str, np.ndarray, np.ndarray]] = [
        ("a vacuum wavelength of {:g} A", wavelength, (wavelength > 0) & (wavelength <= LONGEST)),
        ("a lower level at {:g} eV", energy, (energy >= 0) & (energy <= HIGHEST_ENERGY)),
        ("a log gf of {:g}", log_gf, (log_gf >= LOWEST_LOG_GF) & (log_gf <= HIGHEST_LOG_GF)),
        ("the ion stage {:g}", stage.astype(float), (stage >= 0) & (stage < 99)),
    ]
    for name, largest in _LARGEST.items():
        if name in damping:
            values = damping[name]
            smallest = _SMALLEST_SIGMA if name == "abo_sigma" else 0.0
            tests.append((f"{name} of {{:g}}", values, np.isnan(values) | ((values >= smallest) & (values <= largest))))
    good = np.all([passed for _, _, passed in tests], axis=0)

    def wrong(index: int) -> str:
        text, values, _ = next(test for test in tests if not test[2][index])
        return text.format(values[index]) + " cannot be"

    return good, wrong
