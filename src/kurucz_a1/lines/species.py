"""The lines of a list by species, those that the gas of a model can hold."""

from collections.abc import Iterator
from typing import NamedTuple

from kurucz_a1.lines.elements import ATOMIC_NUMBER, constituents, is_atom
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, MOLECULES


class SpeciesLines(NamedTuple):
    """All lines of one species: its name such as "Fe 1" (Fe II) or "CH 0", and its ionization energy in eV (None for
    molecules)."""

    name: str
    lines: LineList
    ionization_energy: float | None


def absorbers_of(lines: LineList) -> list[tuple[str, int]]:
    """(formula, ion stage) of every species of a LineList that the equation of state knows, hydrogen excepted."""
    known = {constituents(molecule) for molecule in MOLECULES}
    pairs = sorted({(str(name), int(stage)) for name, stage in zip(lines.species, lines.ion_stage, strict=True)})
    return [
        (name, stage)
        for name, stage in pairs
        if name != "H" and ((name in ELEMENTS and stage < 3) or (constituents(name) in known and not is_atom(name)))
    ]


def by_species(lines: LineList) -> Iterator[SpeciesLines]:
    """SpeciesLines of each of ``absorbers_of`` a LineList, except ions whose own ionization energy is not known."""
    for formula, stage in absorbers_of(lines):
        energy = None
        if is_atom(formula):
            energies = IONIZATION_ENERGIES[ATOMIC_NUMBER[formula] - 1]
            if stage >= len(energies) or energies[stage] < 0:
                continue
            energy = energies[stage]
        chosen = lines[(lines.species == formula) & (lines.ion_stage == stage)]
        yield SpeciesLines(f"{formula} {stage}", chosen, energy)
