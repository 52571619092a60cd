"""Models of MARCS (Gustafsson et al. 2008, A&A 486, 951) in their own form, plane-parallel and spherical."""

import re
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kurucz_a1.decks.layers import NUMBER, Deck, DeckLines, check_row, maker
from kurucz_a1.decks.numbers import parse_row
from kurucz_a1.numerics.quadrature import slope_over_mass
from kurucz_a1.physics.constants import BOLTZMANN, KILOMETRE_PER_SECOND, STEFAN_BOLTZMANN

_MARK = re.compile(r"Number of depth points\s*$")
_CARDS = {  # what identifies the line of a card behind its number
    "teff": r"Teff\b",
    "gravity": r"Surface gravity\b",
    "vturb": r"Microturbulence\b",
    "radius": r"(?:1 cm radius|Radius)\b",
}
_METALLICITY = re.compile(rf"\s*{NUMBER}\s*{NUMBER}\s+Metallicity")
_MARCS_MIXING_LENGTH = 1.5  # of every model of MARCS's grid
_MIXING_LENGTH = re.compile(rf"\s*{NUMBER}\s.*convection parameters")
_FIRST = ("k", "lgTauR", "lgTau5", "Depth", "T", "Pe", "Pg", "Prad", "Pturb")
_SECOND = ("k", "lgTauR", "KappaRoss", "Density", "Mu", "Vconv", "Fconv/F", "RHOX")
_TITLE_OF_ABUNDANCES = "Logarithmic chemical number abundances"
_ELEMENTS = 92
_ABSENT = -90.0  # and below, in log10 N/N_H + 12
_PLANE_PARALLEL = 10.0  # cm; such models state a radius of 1 cm
_LEAST_LAYERS = 10


def is_marcs(lines: DeckLines) -> bool:
    """Whether a file states a number of depth points as MARCS does."""
    return any(_MARK.search(line) for line in lines.rest(0)[:60])


def parse_marcs(lines: DeckLines) -> Deck:
    """The model in a file of MARCS.

    Radiative acceleration is the slope of the radiation pressure, electron density follows from pressure and
    temperature, convective flux (over 4 pi, as in ATLAS decks) from its share and Teff.
    """
    cards = {name: _card(lines, name) for name in _CARDS}
    end = next(k for k, line in enumerate(lines.rest(0)) if _MARK.search(line))
    layers = _layer_count(lines, end)
    fractions = _parse_abundances(lines, end)
    structure, after = _parse_table(lines, end + 1, layers, _FIRST)
    gas, _ = _parse_table(lines, after, layers, _SECOND)
    mass = gas["RHOX"]
    begin = after + 1
    for k, row in enumerate(zip(mass, structure["T"], structure["Pg"], gas["KappaRoss"], strict=True)):
        check_row(lines, begin + k, row, ("RHOX", "T", "P", "ABROSS"), [[value] for value in mass[:k]])
    if not np.all((structure["Pe"] > 0) & (gas["Density"] > 0)):
        place = int(np.argmin((structure["Pe"] > 0) & (gas["Density"] > 0)))
        lines.fail(begin + place, f"layer {place + 1}: electron pressure and density must be positive")
    stated = next((match for line in lines.rest(0)[:end] if (match := _METALLICITY.match(line))), None)
    convection = next((match for line in lines.rest(0)[:end] if (match := _MIXING_LENGTH.match(line))), None)
    _, _, title = lines[0].strip().partition(" ")  # behind the name of the model
    program = maker(title) or "MARCS"
    usual = _MARCS_MIXING_LENGTH if program == "MARCS" else Deck.mixing_length
    radius = cards["radius"] if cards["radius"] > _PLANE_PARALLEL else None
    return Deck(
        title=lines[0].strip(),
        column_mass=mass,
        temperature=structure["T"],
        gas_pressure=structure["Pg"],
        electron_density=structure["Pe"] / (BOLTZMANN * structure["T"]),
        rosseland_opacity=gas["KappaRoss"],
        radiative_acceleration=slope_over_mass(mass, structure["Prad"]),
        microturbulence=np.full(layers, cards["vturb"] * KILOMETRE_PER_SECOND),
        convective_flux=gas["Fconv/F"] * STEFAN_BOLTZMANN * cards["teff"] ** 4 / (4.0 * np.pi),
        convective_velocity=gas["Vconv"],
        density=gas["Density"],
        tau_5000=10.0 ** structure["lgTau5"],
        log_tau_rosseland=structure["lgTauR"],
        geometrical_depth=structure["Depth"],
        turbulent_pressure=structure["Pturb"] if np.any(structure["Pturb"]) else None,
        teff=cards["teff"],
        logg=float(np.log10(cards["gravity"])),
        log_fractions=fractions,
        stated_feh=float(stated[1]) if stated else None,
        stated_afe=float(stated[2]) if stated else None,
        program=program,
        mixing_length=float(convection[1]) if convection else usual,
        surface_radiation_pressure=float(structure["Prad"][0]),
        radius=radius,
    )


def _card(lines: DeckLines, name: str) -> float:
    """The positive number on the line of a card."""
    pattern = re.compile(rf"\s*{NUMBER}\s+{_CARDS[name]}")
    for number, line in enumerate(lines.rest(0)[:20]):
        match = pattern.match(line)
        if match:
            value = float(match[1].upper().replace("D", "E"))
            if not (value > 0 or (name == "vturb" and value == 0)):
                lines.fail(number, f"{value:g} is no {name} of a star")
            return value
    lines.fail(0, f"a model of MARCS without the line of its {name}")


def _layer_count(lines: DeckLines, number: int) -> int:
    match = re.match(r"\s*(\d+)\s+Number", lines[number])
    if not match or int(match[1]) < _LEAST_LAYERS:
        lines.fail(number, f"expected the number of depth points, at least {_LEAST_LAYERS}")
    return int(match[1])


def _parse_abundances(lines: DeckLines, end: int) -> Float[np.ndarray, "99"]:
    """log10 of N/N_total from log10 N/N_H + 12 of hydrogen to uranium."""
    begin = next((k + 1 for k in range(end) if lines[k].strip().startswith(_TITLE_OF_ABUNDANCES)), None)
    if begin is None:
        lines.fail(end, f"the line {_TITLE_OF_ABUNDANCES!r} is missing")
    try:
        values = np.array([value for line in lines.rest(begin)[: end - begin] for value in parse_row(line)])
    except ValueError as error:
        lines.fail(begin, f"abundances: {error}")
    if len(values) != _ELEMENTS or values[0] != 12.0 or np.any(values > 13.0):
        lines.fail(begin, f"expected the abundances of {_ELEMENTS} elements, hydrogen 12.00, found {len(values)}")
    relative = np.full(99, -20.0)
    relative[:_ELEMENTS] = np.where(values < _ABSENT, -20.0, values - 12.0)
    return relative - np.log10(np.sum(10.0**relative))


def _parse_table(
    lines: DeckLines, number: int, layers: int, columns: Sequence[str]
) -> tuple[dict[str, Float[np.ndarray, "depth"]], int]:
    """The columns of one of the tables below "Model structure", whose heading is on one of the next two lines, by
    name, and the number of the line after it."""
    heading = next((k for k in (number, number + 1) if k < len(lines) and lines[k].split() == [*columns]), None)
    if heading is None:
        lines.fail(min(number, len(lines) - 1), f"expected the heading {' '.join(columns)}")
    rows = []
    for k in range(1, layers + 1):
        text = lines[heading + k] if heading + k < len(lines) else ""
        match = re.match(r"\s*(\d+)(.*)", text)
        if not match or int(match[1]) != k:
            lines.fail(min(heading + k, len(lines) - 1), f"expected layer {k} of {layers}, found {text.strip()[:40]!r}")
        try:
            row = parse_row(match[2])
        except ValueError as error:
            lines.fail(heading + k, f"layer {k} of {layers}: {error}")
        if len(row) != len(columns) - 1 or not np.all(np.isfinite(row)):
            lines.fail(heading + k, f"layer {k} of {layers}: expected {len(columns)} numbers, found {len(row) + 1}")
        rows.append(row)
    return dict(zip(columns[1:], np.array(rows).T, strict=True)), heading + layers + 1
