"""The lines of a list by species, those that the gas of a model can hold."""

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from kurucz_a1.errors import LeftOut
from kurucz_a1.lines.elements import ATOMIC_NUMBER, constituents, is_atom
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, KNOWN_STAGES, MOLECULES, STAGES

_SHOWN = 5  # absorbers that a message names


class SpeciesLines(NamedTuple):
    """All lines of one species: its name such as "Fe 1" (Fe II) or "CH 0", and its ionization energy in eV (None for
    molecules)."""

    name: str
    lines: LineList
    ionization_energy: float | None


def absorbers_of(lines: LineList) -> list[tuple[str, int]]:
    """(formula, ion stage) of every species of a LineList that the equation of state knows, hydrogen excepted."""
    return [(name, stage) for name, stage in species_of(lines) if name != "H" and _in_tables(name, stage)]


def warn_of_absent(lines: LineList, place: str) -> None:
    """Warn, in one line, of the lines of a LineList whose absorbers opacity tables leave out, hydrogen excepted.

    - ``place``: where the lines are from, for the message.
    """
    absent = [(name, stage) for name, stage in species_of(lines) if name != "H" and not _in_tables(name, stage)]
    if absent:
        count = sum(((lines.species == name) & (lines.ion_stage == stage)).sum() for name, stage in absent)
        warn_of_species(place, int(count), len(lines), absent)


def warn_of_species(place: str, count: int, total: int, absent: Sequence[tuple[str, int]]) -> None:
    """Warn, in one line, that ``count`` of ``total`` lines are left out, those of the ``absent`` (formula, ion stage),
    which the gas of a model does not hold."""
    shown = ", ".join(f"{name} {'+' * stage}".strip() for name, stage in absent[:_SHOWN])
    others = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
    warnings.warn(
        f"{place}: {count} of {total} lines left out, those of {shown}{others}: the gas holds no such absorbers",
        LeftOut,
        stacklevel=3,
    )


def species_of(lines: LineList) -> list[tuple[str, int]]:
    """(formula, ion stage) of every species of a LineList."""
    pairs = np.unique(np.rec.fromarrays([lines.species, lines.ion_stage]))
    return [(str(name), int(stage)) for name, stage in pairs]


def _in_tables(name: str, stage: int) -> bool:
    if is_atom(name):
        return name in ELEMENTS and stage < STAGES and bool(KNOWN_STAGES[ATOMIC_NUMBER[name] - 1, stage])
    return stage == 0 and constituents(name) in {constituents(molecule) for molecule in MOLECULES}


def by_species(lines: LineList) -> Iterator[SpeciesLines]:
    """SpeciesLines of each of ``absorbers_of`` a LineList, except ions whose own ionization energy is not known."""
    for formula, stage in absorbers_of(lines):
        energy = None
        if is_atom(formula):
            energies = IONIZATION_ENERGIES[ATOMIC_NUMBER[formula] - 1]
            if energies[stage] < 0:
                continue
            energy = energies[stage]
        chosen = lines[(lines.species == formula) & (lines.ion_stage == stage)]
        yield SpeciesLines(f"{formula} {stage}", chosen, energy)
