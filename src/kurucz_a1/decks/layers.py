"""What all deck formats share: the Deck, the lines of a file, the table of layers and the card of labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.decks.numbers import exponential, fixed, parse_list, parse_row
from kurucz_a1.errors import BadFile
from kurucz_a1.numerics.quadrature import slope_over_mass

EXPECTED = "a model deck"  # for messages
NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?)"
TEFF_CARD = re.compile(rf"\s*T?EFF\s+{NUMBER}\s+GRAVITY\s*{NUMBER}(?=\s|$)(.*)")

COLUMNS = ("RHOX", "T", "P", "XNE", "ABROSS", "ACCRAD", "VTURB")
_POSITIVE = ("RHOX", "T", "P", "XNE", "ABROSS")
_ALL_COLUMNS = (*COLUMNS, "FLXCNV", "VCONV", "VELSND")
_MOST_COLUMNS = 12
_FEWEST_LAYERS = 10
DEFAULT_OPACITIES = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Deck:
    """The content of a model deck, from the surface inward; CGS and kelvin.

    - ``teff``, ``logg``: None where the deck does not state them.
    - ``radiative_acceleration``: NaN where the deck does not state it.
    - ``microturbulence``: cm s-1.
    - ``convective_flux`` (erg cm-2 s-1; ATLAS prints F / 4 pi), ``convective_velocity`` (cm s-1): zero where the deck
      lacks these columns.
    - ``density`` (g cm-3), ``sound_speed`` (cm s-1), ``tau_5000`` (optical depth at 5000 A), ``log_tau_rosseland``,
      ``geometrical_depth`` (cm): None where the deck lacks these columns.
    - ``turbulent_pressure``: dyn cm-2; None where the deck lacks this column.
    - ``turbulence``: the numbers of ATLAS's TURBULENCE ON, with which a model has turbulent pressure; None: off.
    - ``log_fractions``, ``log_offsets``: the two columns of ATLAS-12's ABUNDANCE TABLE: log10 of N / N_total for
      Z = 1..99, and dex to add (zero for hydrogen and helium). None where the deck states no abundances.
    - ``stated_feh``, ``stated_afe``: [M/H] and [alpha/M] that the deck states in so many words, else None.
    - ``program``: "ATLAS-12", "ATLAS9", "MOOG", "MARCS", "PHOENIX", or another maker that the title names.
    - ``surface_radiation_pressure``: dyn cm-2, from the PRADK card; None where it is missing.
    - ``radius``: cm, of a spherical model; None for a plane-parallel one.
    """

    title: str
    column_mass: Float[np.ndarray, "depth"]
    temperature: Float[np.ndarray, "depth"]
    gas_pressure: Float[np.ndarray, "depth"]
    electron_density: Float[np.ndarray, "depth"]
    rosseland_opacity: Float[np.ndarray, "depth"]
    radiative_acceleration: Float[np.ndarray, "depth"]
    microturbulence: Float[np.ndarray, "depth"]
    convective_flux: Float[np.ndarray, "depth"]
    convective_velocity: Float[np.ndarray, "depth"]
    density: Float[np.ndarray, "depth"] | None = None
    sound_speed: Float[np.ndarray, "depth"] | None = None
    tau_5000: Float[np.ndarray, "depth"] | None = None
    log_tau_rosseland: Float[np.ndarray, "depth"] | None = None
    geometrical_depth: Float[np.ndarray, "depth"] | None = None
    turbulent_pressure: Float[np.ndarray, "depth"] | None = None
    turbulence: tuple[float, ...] | None = None
    teff: float | None = None
    logg: float | None = None
    log_fractions: Float[np.ndarray, "99"] | None = None
    log_offsets: Float[np.ndarray, "99"] = field(default_factory=lambda: np.zeros(99))
    stated_feh: float | None = None
    stated_afe: float | None = None
    program: str = "ATLAS-12"
    opacities: tuple[int, ...] = DEFAULT_OPACITIES
    mixing_length: float = 1.25
    surface_radiation_pressure: float | None = None
    iterations: int = 0
    radius: float | None = None

    @property
    def log_number_fractions(self) -> Float[np.ndarray, "99"] | None:
        """log10 of N / N_total for Z = 1..99 with the offsets added."""
        return None if self.log_fractions is None else self.log_fractions + self.log_offsets


class DeckLines:
    """The lines of a text file, and errors that name one of them. Raises BadFile for what is not text."""

    def __init__(self, content: Content) -> None:
        self.path = content.path
        if content.kind != "text":
            raise BadFile(f"{self.path}: not plain text; expected a model deck")
        self._lines = list(content.rows)
        while not self._lines[-1].strip():
            self._lines.pop()

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: int) -> str:
        return self._lines[index]

    def rest(self, index: int) -> list[str]:
        """The lines from ``index`` on."""
        return self._lines[index:]

    def fail(self, index: int, complaint: str) -> NoReturn:
        """Raise BadFile with file and line number."""
        raise BadFile(f"{self.path}, line {index + 1}: {complaint}")


def one_of(path: str | Path, decks: Sequence[Deck | BadFile]) -> Deck:
    """The only Deck of a file. Raises the first complaint about it, and BadFile where there are more."""
    error = next((deck for deck in decks if isinstance(deck, BadFile)), None)
    if error:
        raise error
    if len(decks) > 1:
        raise BadFile(f"{path}: holds {len(decks)} models where one was expected; read it with read_decks")
    assert isinstance(decks[0], Deck)
    return decks[0]


def parse_labels(lines: DeckLines, number: int) -> tuple[float, float, str]:
    """Effective temperature, log g and the text after them on a TEFF card."""
    match = TEFF_CARD.match(lines[number])
    if not match:
        lines.fail(number, f"expected TEFF t GRAVITY g, found {lines[number][:60]!r}")
    teff, logg = float(match[1]), float(match[2])
    if not (500.0 <= teff <= 500000.0 and -3.0 <= logg <= 10.0):
        lines.fail(number, f"TEFF {teff:g} K with GRAVITY {logg:g} is no star")
    return teff, logg, match[3]


def maker(title: str) -> str | None:
    """The maker of the model by its title, or None. Networks write decks in ATLAS form too, and some say so."""
    ours = re.match(r"(\S.*?) \(kurucz_a1 \S+\)", title)
    if ours:
        return ours[1]
    return title if "kurucz-a1" in title.lower() else None


def parse_layers(
    lines: DeckLines,
    begin: int,
    end: int,
    layers: int,
    columns: Sequence[str] = COLUMNS,
    most: int = _MOST_COLUMNS,
    *,
    free: bool = False,
) -> tuple[Float[np.ndarray, "depth column"], int]:
    """The table of layers, and the number of the line after it.

    - ``columns``: those that must be there, by the names that messages use; ``most``: how many there may be.
    - ``free``: read numbers as Fortran reads a list, and skip blank lines.
    """
    if layers < _FEWEST_LAYERS:
        lines.fail(begin - 1, f"{layers} layers are no model atmosphere")
    parse = parse_list if free else parse_row
    rows: list[list[float]] = []
    number = begin
    while len(rows) < layers:
        if number >= end or lines[number].lstrip().upper().startswith(("PRADK", "RADK")):
            lines.fail(min(number, end), f"only {len(rows)} of {layers} layers are there: the deck is truncated")
        if free and not lines[number].strip():
            number += 1
            continue
        try:
            row = parse(lines[number])
        except ValueError as error:
            lines.fail(number, f"layer {len(rows) + 1} of {layers}: {error}")
        if not len(columns) <= len(row) <= most or (rows and len(row) != len(rows[0])):
            wanted = len(rows[0]) if rows else f"{len(columns)} to {most}"
            lines.fail(number, f"layer {len(rows) + 1} of {layers}: expected {wanted} numbers, found {len(row)}")
        check_row(lines, number, row, columns, rows)
        rows.append(row)
        number += 1
    return np.array(rows), number


def check_row(
    lines: DeckLines, number: int, row: Sequence[float], columns: Sequence[str], rows: Sequence[Sequence[float]]
) -> None:
    """Refuse a layer with numbers that no gas has, or that does not lie below the one before; ``rows``: those so far.

    The first column is the column mass.
    """
    layer = f"layer {len(rows) + 1}"
    if not np.all(np.isfinite(row)):
        lines.fail(number, f"{layer}: a number is not finite")
    for name, value in zip(columns, row, strict=False):
        if name in _POSITIVE and not value > 0:
            lines.fail(number, f"{layer}: {name} is {value:g}, expected a positive number")
        if name == "VTURB" and value < 0:
            lines.fail(number, f"{layer}: {name} is {value:g}, which is that of no star")
    if rows and not row[0] > rows[-1][0]:
        lines.fail(number, f"{layer}: RHOX does not increase ({row[0]:.8E} after {rows[-1][0]:.8E})")


def make_deck(table: Float[np.ndarray, "depth column"], names: Sequence[str] = _ALL_COLUMNS, **cards: Any) -> Deck:
    """The Deck of a table of layers and of what else the file says, fields of Deck by name.

    ``names``: of the columns, by default in the order of ATLAS's programs; those that no name says are ignored.
    """
    columns = dict(zip(names, table.T, strict=False))
    mass, zero = columns["RHOX"], np.zeros(len(table))
    acceleration = columns.get("ACCRAD", np.full(len(table), np.nan))
    if "PRAD" in columns:
        acceleration = slope_over_mass(mass, columns["PRAD"])
    return Deck(
        column_mass=mass,
        temperature=columns["T"],
        gas_pressure=columns["P"],
        electron_density=columns["XNE"],
        rosseland_opacity=columns["ABROSS"],
        radiative_acceleration=acceleration,
        **{
            "microturbulence": columns.get("VTURB", zero),
            "convective_flux": columns.get("FLXCNV", zero),
            "convective_velocity": columns.get("VCONV", zero),
            "density": columns.get("RHO"),
            "sound_speed": columns.get("VELSND"),
            "tau_5000": columns.get("TAU5000"),
        }
        | cards,
    )


def format_layers(
    deck: Deck, columns: int | None = None, separated: bool = False, digits: tuple[int, int] = (1, 3)
) -> Iterator[str]:
    """Yield the layers of a deck, a line each: column mass, temperature and the first ``columns`` of the others.

    - ``separated``: put a blank before negative numbers too.
    - ``digits``: after the point, of the temperature and of the others.
    """
    width = digits[1] + (8 if separated else 7)
    others = [
        deck.gas_pressure,
        deck.electron_density,
        deck.rosseland_opacity,
        deck.radiative_acceleration,
        deck.microturbulence,
        deck.convective_flux,
        deck.convective_velocity,
        *([] if deck.sound_speed is None else [deck.sound_speed]),
    ]
    for mass, temperature, *rest in zip(deck.column_mass, deck.temperature, *others[:columns], strict=True):
        numbers = "".join(exponential(value, width, digits[1]) for value in rest)
        yield f"{exponential(mass, 15, 8)}{fixed(temperature, 8 + digits[0], digits[0])}{numbers}"
