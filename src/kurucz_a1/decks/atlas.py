"""Decks of ATLAS9 and ATLAS-12, classic and Fortran 90: cards, layers, BEGIN."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import read_content
from kurucz_a1.decks.layers import (
    COLUMNS,
    EXPECTED,
    NUMBER,
    TEFF_CARD,
    Deck,
    DeckLines,
    format_layers,
    make_deck,
    maker,
    one_of,
    parse_labels,
    parse_layers,
)
from kurucz_a1.decks.numbers import exponential, fixed, parse_row
from kurucz_a1.decks.opacity import density_and_tau_5000
from kurucz_a1.errors import BadFile
from kurucz_a1.physics.abundances import SYMBOLS

# In some files of Kurucz's grids cards lack their first letter.
BEGIN_CARD = re.compile(r"\s*B?EGIN(?=\s|$)")
_DECK6 = re.compile(r"\s*R?EAD\s+DECK6\s*(\d+)(?=\s|$)(.*)")
_DECK_OTHER = re.compile(r"\s*R?EAD\s+DECK")
_PRADK = ("PRADK", "RADK")
_SCALE = re.compile(rf"\s*ABUNDANCE\s+SCALE\s+{NUMBER}(?=\s|$)")
_CHANGE = re.compile(r"ABUNDANCE\s+CHANGE\s(.*)$")
_CHANGE_PAIR = re.compile(r"\s*(\d{1,2})\s*([+-]?\d*\.\d+)(?=\s|$)")
_TABLE_LIGHT = re.compile(r"\s*1\s*H\s+(\d*\.\d+)\s+2\s*HE\s+(\d*\.\d+)\s*$", re.IGNORECASE)
_TABLE_ENTRY = re.compile(r"\s*(\d{1,2})\s*([A-Za-z]{1,2})\s*([+-]?\d*\.\d{3})\s*([+-]?\d*\.\d{3})")
_TURBULENCE = re.compile(r"TURBULENCE\s+ON\b(.*)", re.IGNORECASE)
_ITERATION = re.compile(r"ITERATION\s+(\d+)")

_OLD_NAMES = {"ACCRAD": "PRAD"}  # older programs printed the radiation pressure itself
_BEYOND = ("FLXCNV", "VCONV", "VELSND")  # columns that the card does not name where a deck has them

_FORTRAN90_HEADING = (
    "    RHOX         T         P       XNE     ABROSS    ACCRAD     VTURB    FLXCNV     VCONV       RHO   TAU5000"
)

_Table = tuple[Float[np.ndarray, "99"], Float[np.ndarray, "99"]]  # as of Deck.log_fractions and log_offsets


def is_atlas(lines: DeckLines, begin: int = 0) -> bool:
    """Whether a line of a file, from ``begin`` on, is a card that only decks have."""
    return any(_DECK_OTHER.match(line) or TEFF_CARD.match(line) for line in lines.rest(begin))


def read_atlas_deck(path: str | Path) -> Deck:
    """The one model in a deck of an ATLAS program. Raises BadFile as ``decks.deck.read_deck``."""
    lines = DeckLines(read_content(path, EXPECTED))
    if not is_atlas(lines):
        lines.fail(0, "no READ DECK6 card in the file: this is not an ATLAS model deck")
    return one_of(path, list(parse_atlas_decks(lines)))


def parse_atlas_decks(lines: DeckLines) -> Iterator[Deck | BadFile]:
    """Yield each model of a file of decks, or what is wrong with it."""
    begin = 0
    for start, end in _models(lines):
        begin = end + 1
        try:
            yield parse_atlas(lines, start, end)
        except BadFile as error:
            yield error
    if is_atlas(lines, begin):
        complaint = "the file ends before the BEGIN card that closes a model: it is truncated"
        yield BadFile(f"{lines.path}, line {len(lines)}: {complaint}")


def _models(lines: DeckLines) -> Iterator[tuple[int, int]]:
    """First line and BEGIN card of each model; that of one without BEGIN is the last line before the next TEFF card."""
    begin, has_layers = 0, False
    for number, line in enumerate(lines.rest(0)):
        if BEGIN_CARD.match(line):
            yield begin, number
            begin, has_layers = number + 1, False
        elif _DECK_OTHER.match(line):
            has_layers = True
        elif has_layers and TEFF_CARD.match(line):
            yield begin, number - 1
            begin, has_layers = number, False


def parse_atlas(lines: DeckLines, begin: int, end: int) -> Deck:
    """The model on lines begin..end, the last of which is its BEGIN card."""
    if not BEGIN_CARD.match(lines[end]):
        lines.fail(end, "the next model begins before the BEGIN card that closes this one")
    starts = [k for k in range(begin, end) if _DECK_OTHER.match(lines[k])]
    if len(starts) != 1:
        complaint = "a second READ DECK card before BEGIN" if starts else "BEGIN without a READ DECK6 card before it"
        lines.fail(starts[1] if starts else end, complaint)
    header = _DECK6.match(lines[starts[0]])
    if not header:
        lines.fail(starts[0], "expected READ DECK6 and the number of layers; other decks lack the radiation field")
    first_row = starts[0] + 1
    names = _column_names(lines, starts[0], header[2])
    table, after = parse_layers(lines, first_row, end, int(header[1]), names[: len(COLUMNS)])
    names = names if len(names) == table.shape[1] else (*names[: len(COLUMNS)], *_BEYOND)
    pressure, after = _parse_radiation_pressure(lines, _not_blank(lines, after))
    after = _not_blank(lines, after)
    if after != end:
        lines.fail(after, f"expected PRADK or BEGIN after the {header[1]} layers, found {lines[after][:40]!r}")
    iteration = _ITERATION.search(lines[end])
    cards = _parse_cards(lines, begin, starts[0])
    return make_deck(
        table,
        names,
        surface_radiation_pressure=pressure,
        iterations=int(iteration[1]) if iteration else 0,
        **cards,
    )


def _not_blank(lines: DeckLines, number: int) -> int:
    """The number of the next line that is not blank."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _column_names(lines: DeckLines, number: int, text: str) -> tuple[str, ...]:
    """The names of the columns on the READ DECK6 card; those of ATLAS-12 where it has none."""
    names = tuple(re.split(r"[\s,]+", text.strip().upper())) if text.strip() else COLUMNS
    expected = [{name, _OLD_NAMES.get(name, name)} for name in COLUMNS]
    if len(names) < len(COLUMNS) or any(name not in known for name, known in zip(names, expected, strict=False)):
        lines.fail(number, f"expected the columns {', '.join(COLUMNS)}, found {text.strip()[:60]!r}")
    return names


def _parse_cards(lines: DeckLines, begin: int, end: int) -> dict[str, Any]:
    """The cards before the layers, as keyword arguments of Deck. Cards of other programs are skipped."""
    stated: dict[str, Any] = {"title": "", "teff": None, "logg": None}
    changes: dict[int, float] = {}
    scale, table = 1.0, None
    number = begin
    while number < end:
        line = lines[number]
        word = line.split(maxsplit=1)[0].upper() if line.strip() else ""
        if word in ("TEFF", "EFF"):
            stated["teff"], stated["logg"], _ = parse_labels(lines, number)
        elif word == "TITLE":
            stated["title"] = line.split(None, 1)[1].strip() if len(line.split(None, 1)) > 1 else ""
        elif word == "OPACITY" and "IFOP" in line:
            stated["opacities"] = _parse_opacities(lines, number)
        elif word == "CONVECTION":
            stated["mixing_length"] = _parse_convection(lines, number)
            stated["turbulence"] = _parse_turbulence(lines, number)
        elif word == "ABUNDANCE" and "TABLE" in line.upper():
            table, number = _parse_table(lines, number + 1, end)
            continue
        elif word == "ABUNDANCE":
            if "SCALE" in line:
                scale = _parse_scale(lines, number)
            changes.update(_parse_changes(lines, number))
        number += 1
    title = stated["title"]
    if table is not None:
        stated["log_fractions"], stated["log_offsets"] = table
    elif changes:
        # Only ATLAS9 leaves the scale to be applied; ATLAS-12 punches abundances that contain it.
        dex = 0.0 if title.upper().startswith("ATLAS12") else np.log10(scale)
        stated["log_fractions"], stated["log_offsets"] = _from_changes(lines, end, changes, dex)
    if "log_fractions" in stated:
        _check_sum(lines, end, stated)
    stated["program"] = _program(title, table is not None)
    return stated


def _parse_opacities(lines: DeckLines, number: int) -> tuple[int, ...]:
    switches = lines[number].split("IFOP", 1)[1].split()
    if len(switches) != 20 or not set(switches) <= {"0", "1"}:
        lines.fail(number, "expected 20 switches 0 or 1 after OPACITY IFOP")
    return tuple(int(switch) for switch in switches)


def _parse_convection(lines: DeckLines, number: int) -> float:
    words = lines[number].split()
    try:
        return float(words[2]) if words[1].upper() in ("ON", "OVER") else 0.0
    except (IndexError, ValueError):
        lines.fail(number, f"expected CONVECTION ON and the mixing length, found {lines[number][:60]!r}")


def _parse_turbulence(lines: DeckLines, number: int) -> tuple[float, ...] | None:
    match = _TURBULENCE.search(lines[number])
    if not match:
        return None
    try:
        return tuple(float(word) for word in match[1].split())
    except ValueError:
        lines.fail(number, f"expected numbers after TURBULENCE ON, found {match[1][:40]!r}")


def _parse_scale(lines: DeckLines, number: int) -> float:
    match = _SCALE.match(lines[number])
    if not match or not float(match[1]) > 0:
        lines.fail(number, f"expected ABUNDANCE SCALE and a positive number, found {lines[number][:60]!r}")
    return float(match[1])


def _parse_changes(lines: DeckLines, number: int) -> dict[int, float]:
    """{atomic number: abundance} of one ABUNDANCE card."""
    match = _CHANGE.search(lines[number])
    if not match:
        if "SCALE" in lines[number]:
            return {}
        lines.fail(number, f"expected ABUNDANCE SCALE, CHANGE or TABLE, found {lines[number][:60]!r}")
    text, position = match[1].rstrip(), 0
    changes: dict[int, float] = {}
    while position < len(text):
        pair = _CHANGE_PAIR.match(text, position)
        if not pair or not 1 <= int(pair[1]) <= 99:
            lines.fail(number, f"expected pairs of atomic number and abundance, found {text[position:][:30]!r}")
        changes[int(pair[1])] = float(pair[2])
        position = pair.end()
    return changes


def _parse_table(lines: DeckLines, number: int, end: int) -> tuple[_Table, int]:
    """Both columns of the ABUNDANCE TABLE, and the number of the line after it."""
    light = _TABLE_LIGHT.match(lines[number]) if number < end else None
    if not light or not all(0.0 < float(light[k]) < 1.0 for k in (1, 2)):
        lines.fail(number, "expected the number fractions of H and He, as in '1H 0.92 2He 0.078'")
    values = [np.log10(float(light[1])), np.log10(float(light[2]))]
    offsets = [0.0, 0.0]
    number += 1
    while len(values) < 99:
        if number >= end:
            lines.fail(number, f"the ABUNDANCE TABLE ends after {len(values)} of 99 elements")
        text, position = lines[number].rstrip(), 0
        while position < len(text):
            entry = _TABLE_ENTRY.match(text, position)
            due = len(values) + 1
            if not entry or due > 99 or int(entry[1]) != due or entry[2].upper() != SYMBOLS[due - 1].upper():
                expected = f"{due}{SYMBOLS[due - 1]}, abundance and offset" if due <= 99 else "the end of the table"
                lines.fail(number, f"expected {expected}, found {text[position : position + 20]!r}")
            values.append(float(entry[3]))
            offsets.append(float(entry[4]))
            position = entry.end()
        number += 1
    return (np.array(values), np.array(offsets)), number


def _from_changes(lines: DeckLines, number: int, changes: dict[int, float], dex: float) -> _Table:
    """Both columns from ABUNDANCE CHANGE cards, which give H and He as fractions and the others as log10."""
    missing = [z for z in range(1, 100) if z not in changes]
    if missing:
        lines.fail(number, f"the ABUNDANCE CHANGE cards leave out Z = {missing[0]} ({len(missing)} of 99 missing)")
    if not all(0.0 < changes[z] < 1.0 for z in (1, 2)):
        lines.fail(number, "the number fractions of H and He must lie between 0 and 1")
    values = np.array([changes[z] for z in range(1, 100)])
    values[:2] = np.log10(values[:2])
    return values, np.where(np.arange(1, 100) > 2, dex, 0.0)


def _check_sum(lines: DeckLines, number: int, stated: dict[str, Any]) -> None:
    logarithms = stated["log_fractions"] + stated["log_offsets"]
    largest = int(np.argmax(logarithms))
    if logarithms[largest] > 0.0:
        lines.fail(
            number, f"log10 N/N_total of Z = {largest + 1} is {logarithms[largest]:g}, expected a number below 0"
        )
    total = np.sum(10.0**logarithms)
    if abs(total - 1.0) > 0.05:  # decks edited by hand are off by up to 0.004
        lines.fail(number, f"the number fractions of the elements sum to {total:.3f}, not to 1")


def _program(title: str, has_table: bool) -> str:
    """The program that wrote the deck."""
    return maker(title) or ("ATLAS-12" if has_table or title.upper().startswith("ATLAS12") else "ATLAS9")


def _parse_radiation_pressure(lines: DeckLines, number: int) -> tuple[float | None, int]:
    """The number on the PRADK card, if there is one, and the number of the next line."""
    words = lines[number].split()
    if not words or words[0].upper() not in _PRADK:
        return None, number
    try:
        (value,) = parse_row(" ".join(words[1:]))
    except ValueError:
        lines.fail(number, f"expected PRADK and one number, found {lines[number][:40]!r}")
    return value, number + 1


def format_deck(deck: Deck, table: bool = True, separated: bool = False, note: str = "") -> str:
    """The text of a deck as the classic ATLAS-12 punches it, ending in a newline.

    - ``table``: False leaves out the ABUNDANCE TABLE: the format of ATLAS9.
    - ``separated``: put a blank before each number of a layer, for programs that do not read by columns.
    - ``note``: follows LTE on the first card.

    The format rounds Teff to 1 K, log g to 1e-5, temperature to 0.1 K, column mass to 9 digits, the rest to 4 digits,
    abundances to 0.001 dex in the table and to 0.01 without.
    Raises ValueError where a number does not fit its field or the deck lacks labels or abundances.
    """
    total = deck.log_number_fractions
    if deck.teff is None or deck.logg is None or deck.log_fractions is None or total is None:
        raise ValueError("a deck needs an effective temperature, a log g and abundances")
    light = [fixed(10.0**value, 8, 5) for value in total[:2]]
    heavy = [f"{z:3d}{fixed(total[z - 1], 7, 2)}" for z in range(3, 100)]
    has_sound = deck.sound_speed is not None
    turbulence = "OFF" if deck.turbulence is None else "ON "
    turbulence += "".join(fixed(value, 6, 2) for value in (deck.turbulence or (0.0,) * 4))
    text = [
        f"TEFF {fixed(deck.teff, 7, 0)}  GRAVITY{fixed(deck.logg, 8, 5)} LTE {note}",
        f"TITLE {deck.title[:74]:<74}",
        " OPACITY IFOP" + "".join(f"{switch:2d}" for switch in deck.opacities),
        f" CONVECTION ON {fixed(deck.mixing_length, 6, 2)} TURBULENCE {turbulence}",
        f"ABUNDANCE SCALE   1.00000 ABUNDANCE CHANGE 1{light[0]} 2{light[1]}",
        *(" ABUNDANCE CHANGE" + "".join(heavy[k : k + 6]) for k in range(0, 97, 6)),
        *(_format_table(deck.log_fractions, deck.log_offsets) if table else []),
        f"READ DECK6{len(deck.column_mass):3d} {','.join(COLUMNS)}" + (", FLXCNV,VCONV,VELSND" if has_sound else ""),
        *format_layers(deck, separated=separated),
        f"PRADK{exponential(deck.surface_radiation_pressure or 0.0, 11, 4)}",
        f"BEGIN                    ITERATION{deck.iterations:4d} COMPLETED",
    ]
    return "\n".join(text) + "\n"


def format_fortran90(deck: Deck) -> str:
    """The text of a deck as the Fortran 90 ATLAS-12 writes it, ending in a newline: with density and optical depth at
    5000 A, which are this package's where the deck has none.

    The format rounds Teff to 1 K, log g to 1e-4, temperature to 0.01 K, column mass to 6 digits, the rest to 4 digits,
    abundances to 0.001 dex. Raises ValueError as ``format_deck``.
    """
    if deck.teff is None or deck.logg is None or deck.log_fractions is None:
        raise ValueError("a deck needs an effective temperature, a log g and abundances")
    columns = [deck.gas_pressure, deck.electron_density, deck.rosseland_opacity, deck.radiative_acceleration]
    columns += [deck.microturbulence, deck.convective_flux, deck.convective_velocity, *density_and_tau_5000(deck)]
    rows = [
        f"{exponential(mass, 25, 5)}{fixed(temperature, 10, 2)}{''.join(exponential(value, 10, 3) for value in rest)}"
        for mass, temperature, *rest in zip(deck.column_mass, deck.temperature, *columns, strict=True)
    ]
    text = [
        f"TEFF {fixed(deck.teff, 7, 0)}  GRAVITY{fixed(deck.logg, 8, 4)} LTE ",
        f"TITLE {deck.title[:74]:<74}",
        *_format_table(deck.log_fractions, deck.log_offsets),
        f"READ DECK6{len(rows):4d}{_FORTRAN90_HEADING}",
        *rows,
        f"PRADK{exponential(deck.surface_radiation_pressure or 0.0, 11, 4)}",
        f"BEGIN                    ITERATION{deck.iterations:4d} COMPLETED",
    ]
    return "\n".join(text) + "\n"


def _format_table(fractions: Float[np.ndarray, "99"], offsets: Float[np.ndarray, "99"]) -> Iterator[str]:
    symbols = [*SYMBOLS]
    symbols[92] = "NP"  # as the program spells it
    light = [fixed(10.0**value, 10, 6) for value in fractions[:2]]
    yield " ABUNDANCE TABLE"
    yield f"    1H {light[0]}       2He{light[1]}"
    entries = [
        f"{z:5d}{symbols[z - 1]:<2}{fixed(fractions[z - 1], 7, 3)}{fixed(offsets[z - 1], 6, 3)}" for z in range(3, 100)
    ]
    for k in range(0, len(entries), 5):
        yield "".join(entries[k : k + 5])
