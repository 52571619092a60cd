"""Model decks: the text files in which ATLAS9, ATLAS-12 and their kin hand on a model atmosphere."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kurucz_a1.decks.numbers import exponential, fixed, parse_row
from kurucz_a1.errors import BadFile
from kurucz_a1.physics.abundances import SYMBOLS

_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?)"
_TEFF = re.compile(rf"\s*TEFF\s+{_NUMBER}\s+GRAVITY\s*{_NUMBER}(?=\s|$)(.*)")
_DECK6 = re.compile(r"\s*READ\s+DECK6\s*(\d+)(?=\s|$)")
_DECK_OTHER = re.compile(r"\s*READ\s+DECK")
_BEGIN = re.compile(r"\s*BEGIN(?=\s|$)")
_NTAU = re.compile(r"\s*ntau\s*=\s*(\d+)\s*$", re.IGNORECASE)
_SCALE = re.compile(rf"\s*ABUNDANCE\s+SCALE\s+{_NUMBER}(?=\s|$)")
_CHANGE = re.compile(r"ABUNDANCE\s+CHANGE\s(.*)$")
_CHANGE_PAIR = re.compile(r"\s*(\d{1,2})\s*([+-]?\d*\.\d+)(?=\s|$)")
_TABLE_LIGHT = re.compile(r"\s*1\s*H\s+(\d*\.\d+)\s+2\s*HE\s+(\d*\.\d+)\s*$", re.IGNORECASE)
_TABLE_ENTRY = re.compile(r"\s*(\d{1,2})\s*([A-Za-z]{1,2})\s*([+-]?\d*\.\d{3})\s*([+-]?\d*\.\d{3})")
_ITERATION = re.compile(r"ITERATION\s+(\d+)")

_COLUMNS = ("RHOX", "T", "P", "XNE", "ABROSS", "ACCRAD", "VTURB")
_POSITIVE = ("RHOX", "T", "P", "XNE", "ABROSS")
_MOST_COLUMNS = 11  # the Fortran 90 ATLAS-12 adds RHO and TAU5000 to FLXCNV and VCONV
_FEWEST_LAYERS = 10
_WHOLE_LIST = 91  # of abundances in a file for MOOG: helium to uranium; a shorter one changes some of MOOG's own
DEFAULT_OPACITIES = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Deck:
    """What a model deck says. Arrays are numpy, from the surface inward, shape (depth,); CGS and kelvin.

    teff, logg: None where the deck has no TEFF card. microturbulence: cm s-1. convective_flux: erg cm-2 s-1 and
    convective_velocity: cm s-1, zero where the deck has no such columns.
    log_fractions: log10 of N / N_total for Z = 1..99 before the offset, log_offsets: dex to add to it (the two columns
    of ATLAS-12's ABUNDANCE TABLE; hydrogen and helium have no offset); None where the deck states no abundances.
    stated_metallicity: [M/H] that a deck without abundances names, else None.
    program: "ATLAS-12", "ATLAS9", "MOOG" or the title of a deck that says that another maker wrote it.
    surface_radiation_pressure: dyn cm-2, the PRADK card; None where it is missing.
    """

    title: str
    column_mass: np.ndarray
    temperature: np.ndarray
    gas_pressure: np.ndarray
    electron_density: np.ndarray
    rosseland_opacity: np.ndarray
    radiative_acceleration: np.ndarray
    microturbulence: np.ndarray
    convective_flux: np.ndarray
    convective_velocity: np.ndarray
    teff: float | None = None
    logg: float | None = None
    log_fractions: np.ndarray | None = None
    log_offsets: np.ndarray = field(default_factory=lambda: np.zeros(99))
    stated_metallicity: float | None = None
    program: str = "ATLAS-12"
    opacities: tuple = DEFAULT_OPACITIES
    mixing_length: float = 1.25
    surface_radiation_pressure: float | None = None
    iterations: int = 0

    @property
    def log_number_fractions(self):
        """log10 of N / N_total for Z = 1..99 with the offsets added, shape (99,), or None."""
        return None if self.log_fractions is None else self.log_fractions + self.log_offsets


def read_deck(path):
    """The one model in the file at ``path`` as a Deck.

    Raises BadFile, in one line with file and line number, where the file is missing, no deck, truncated or corrupt, or
    holds several models.
    """
    decks = list(read_decks(path))
    if len(decks) > 1:
        raise BadFile(f"{path}: holds {len(decks)} models where one was expected; read it with read_decks")
    return decks[0]


def read_decks(path):
    """Each model in the file at ``path``, in order, as a Deck. Raises BadFile like ``read_deck``."""
    lines = _Lines(path)
    begin = 0
    found = False
    for end in range(len(lines)):
        if _BEGIN.match(lines[end]):
            yield _parse(lines, begin, end)
            begin, found = end + 1, True
    rest = range(begin, len(lines))
    if any(_DECK_OTHER.match(lines[k]) or _TEFF.match(lines[k]) for k in rest) and not _is_moog(lines, begin):
        lines.fail(len(lines) - 1, "the file ends before the BEGIN card that closes a model: it is truncated")
    if not found:
        if not _is_moog(lines, begin):
            lines.fail(0, "no READ DECK6 card in the file: this is not an ATLAS model deck")
        yield _parse_moog(lines)


class _Lines:
    """The lines of a text file, and complaints about one of them."""

    def __init__(self, path):
        self.path = Path(path)
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            raise BadFile(f"{path}: no such file; expected a model deck") from None
        except OSError as error:
            raise BadFile(f"{path}: cannot be read as a model deck ({error.strerror})") from error
        if not content.strip():
            raise BadFile(f"{path}: the file is empty; expected a model deck")
        try:
            text = content.decode("ascii")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise BadFile(f"{path}, line {line}: not plain text; expected a model deck") from None
        self._lines = re.split(r"\r\n|\n|\r", text)
        while not self._lines[-1].strip():
            self._lines.pop()

    def __len__(self):
        return len(self._lines)

    def __getitem__(self, index):
        return self._lines[index]

    def fail(self, index, complaint):
        raise BadFile(f"{self.path}, line {index + 1}: {complaint}")


def _parse(lines, begin, end):
    """The model on lines begin..end, the last of which is its BEGIN card."""
    starts = [k for k in range(begin, end) if _DECK_OTHER.match(lines[k])]
    if len(starts) != 1:
        complaint = "a second READ DECK card before BEGIN" if starts else "BEGIN without a READ DECK6 card before it"
        lines.fail(starts[1] if starts else end, complaint)
    header = _DECK6.match(lines[starts[0]])
    if not header:
        lines.fail(starts[0], "expected READ DECK6 and the number of layers; other decks lack the radiation field")
    first_row = starts[0] + 1
    table, after = _parse_rows(lines, first_row, end, int(header[1]))
    pressure, after = _parse_radiation_pressure(lines, after)
    if after != end:
        lines.fail(after, f"expected PRADK or BEGIN after the {header[1]} layers, found {lines[after][:40]!r}")
    iteration = _ITERATION.search(lines[end])
    cards = _parse_cards(lines, begin, starts[0])
    return _make(
        table,
        surface_radiation_pressure=pressure,
        iterations=int(iteration[1]) if iteration else 0,
        **cards,
    )


def _parse_cards(lines, begin, end):
    """What the cards before the layers say, as keyword arguments of Deck. Cards of other programs are passed over."""
    found = {"title": "", "teff": None, "logg": None}
    changes, scale, table = {}, 1.0, None
    number = begin
    while number < end:
        line = lines[number]
        word = line.split(maxsplit=1)[0].upper() if line.strip() else ""
        if word == "TEFF":
            found["teff"], found["logg"], _ = _parse_labels(lines, number)
        elif word == "TITLE":
            found["title"] = line.split(None, 1)[1].strip() if len(line.split(None, 1)) > 1 else ""
        elif word == "OPACITY" and "IFOP" in line:
            found["opacities"] = _parse_opacities(lines, number)
        elif word == "CONVECTION":
            found["mixing_length"] = _parse_convection(lines, number)
        elif word == "ABUNDANCE" and "TABLE" in line.upper():
            table, number = _parse_table(lines, number + 1, end)
            continue
        elif word == "ABUNDANCE":
            if "SCALE" in line:
                scale = _parse_scale(lines, number)
            changes.update(_parse_changes(lines, number))
        number += 1
    title = found["title"]
    if table is not None:
        found["log_fractions"], found["log_offsets"] = table
    elif changes:
        # Only ATLAS9 leaves the scale to be applied; ATLAS-12 punches abundances that contain it.
        dex = 0.0 if title.upper().startswith("ATLAS12") else np.log10(scale)
        found["log_fractions"], found["log_offsets"] = _from_changes(lines, end, changes, dex)
    if "log_fractions" in found:
        _check_sum(lines, end, found)
    found["program"] = _program(title, table is not None)
    return found


def _parse_labels(lines, number):
    """Effective temperature, log g and the text after them on a TEFF card."""
    match = _TEFF.match(lines[number])
    if not match:
        lines.fail(number, f"expected TEFF t GRAVITY g, found {lines[number][:60]!r}")
    teff, logg = float(match[1]), float(match[2])
    if not (500.0 <= teff <= 500000.0 and -3.0 <= logg <= 10.0):
        lines.fail(number, f"TEFF {teff:g} K with GRAVITY {logg:g} is no star")
    return teff, logg, match[3]


def _parse_opacities(lines, number):
    switches = lines[number].split("IFOP", 1)[1].split()
    if len(switches) != 20 or not set(switches) <= {"0", "1"}:
        lines.fail(number, "expected 20 switches 0 or 1 after OPACITY IFOP")
    return tuple(int(switch) for switch in switches)


def _parse_convection(lines, number):
    words = lines[number].split()
    try:
        return float(words[2]) if words[1].upper() in ("ON", "OVER") else 0.0
    except (IndexError, ValueError):
        lines.fail(number, f"expected CONVECTION ON and the mixing length, found {lines[number][:60]!r}")


def _parse_scale(lines, number):
    match = _SCALE.match(lines[number])
    if not match or not float(match[1]) > 0:
        lines.fail(number, f"expected ABUNDANCE SCALE and a positive number, found {lines[number][:60]!r}")
    return float(match[1])


def _parse_changes(lines, number):
    """{atomic number: abundance} of one ABUNDANCE card."""
    match = _CHANGE.search(lines[number])
    if not match:
        if "SCALE" in lines[number]:
            return {}
        lines.fail(number, f"expected ABUNDANCE SCALE, CHANGE or TABLE, found {lines[number][:60]!r}")
    text, position, changes = match[1].rstrip(), 0, {}
    while position < len(text):
        pair = _CHANGE_PAIR.match(text, position)
        if not pair or not 1 <= int(pair[1]) <= 99:
            lines.fail(number, f"expected pairs of atomic number and abundance, found {text[position:][:30]!r}")
        changes[int(pair[1])] = float(pair[2])
        position = pair.end()
    return changes


def _parse_table(lines, number, end):
    """Two columns of the ABUNDANCE TABLE, each (99,), and the number of the line after it."""
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


def _from_changes(lines, number, changes, dex):
    """The table's two columns from ABUNDANCE CHANGE cards: H and He as fractions, the others as log10."""
    missing = [z for z in range(1, 100) if z not in changes]
    if missing:
        lines.fail(number, f"the ABUNDANCE CHANGE cards leave out Z = {missing[0]} ({len(missing)} of 99 missing)")
    if not all(0.0 < changes[z] < 1.0 for z in (1, 2)):
        lines.fail(number, "the number fractions of H and He must lie between 0 and 1")
    values = np.array([changes[z] for z in range(1, 100)])
    values[:2] = np.log10(values[:2])
    return values, np.where(np.arange(1, 100) > 2, dex, 0.0)


def _check_sum(lines, number, found):
    logarithms = found["log_fractions"] + found["log_offsets"]
    largest = int(np.argmax(logarithms))
    if logarithms[largest] > 0.0:
        lines.fail(
            number, f"log10 N/N_total of Z = {largest + 1} is {logarithms[largest]:g}, expected a number below 0"
        )
    total = np.sum(10.0**logarithms)
    if abs(total - 1.0) > 0.05:  # decks edited by hand are off by up to 0.004
        lines.fail(number, f"the number fractions of the elements sum to {total:.3f}, not to 1")


def _program(title, has_table):
    """Who wrote the deck."""
    return _maker(title) or ("ATLAS-12" if has_table or title.upper().startswith("ATLAS12") else "ATLAS9")


def _maker(title):
    """Who a title says has made the model, or None. Networks write decks in ATLAS form too, some of which say so."""
    ours = re.match(r"(\S.*?) \(kurucz_a1 \S+\)", title)
    if ours:
        return ours[1]
    return title if "kurucz-a1" in title.lower() else None


def _parse_rows(lines, begin, end, layers):
    """The table of layers, shape (layers, columns), and the number of the line after it."""
    if layers < _FEWEST_LAYERS:
        lines.fail(begin - 1, f"{layers} layers are no model atmosphere")
    rows = []
    for number in range(begin, begin + layers):
        if number >= end or lines[number].lstrip().upper().startswith("PRADK"):
            lines.fail(min(number, end), f"only {len(rows)} of {layers} layers are there: the deck is truncated")
        try:
            row = parse_row(lines[number])
        except ValueError as error:
            lines.fail(number, f"layer {len(rows) + 1} of {layers}: {error}")
        if not len(_COLUMNS) <= len(row) <= _MOST_COLUMNS or (rows and len(row) != len(rows[0])):
            wanted = len(rows[0]) if rows else f"{len(_COLUMNS)} to {_MOST_COLUMNS}"
            lines.fail(number, f"layer {len(rows) + 1} of {layers}: expected {wanted} numbers, found {len(row)}")
        _check_row(lines, number, row, rows)
        rows.append(row)
    return np.array(rows), begin + layers


def _check_row(lines, number, row, rows):
    layer = f"layer {len(rows) + 1}"
    for name, value in zip(_COLUMNS, row, strict=False):
        if not np.isfinite(value):
            lines.fail(number, f"{layer}: {name} is not finite")
        if name in _POSITIVE and not value > 0:
            lines.fail(number, f"{layer}: {name} is {value:g}, expected a positive number")
    if rows and not row[0] > rows[-1][0]:
        lines.fail(number, f"{layer}: RHOX does not increase ({row[0]:.8E} after {rows[-1][0]:.8E})")


def _parse_radiation_pressure(lines, number):
    words = lines[number].split()
    if not words or words[0].upper() != "PRADK":
        return None, number
    try:
        (value,) = parse_row(" ".join(words[1:]))
    except ValueError:
        lines.fail(number, f"expected PRADK and one number, found {lines[number][:40]!r}")
    return value, number + 1


def _is_moog(lines, begin):
    return begin == 0 and lines[0].strip().upper() == "KURUCZ"


def _parse_moog(lines):
    """The model in a file for MOOG: KURUCZ, labels, ntau, layers, vturb, NATOMS n [M/H], NMOL."""
    if len(lines) < 4 or not _NTAU.match(lines[2]):
        lines.fail(min(2, len(lines) - 1), "expected ntau= and the number of layers")
    teff, logg, rest = _parse_labels(lines, 1)
    table, after = _parse_rows(lines, 3, len(lines), int(_NTAU.match(lines[2])[1]))
    tail = [line.split() for line in lines[after:]]
    if not tail or [words[0].upper() for words in tail[1:] if words][:1] != ["NATOMS"]:
        lines.fail(min(after, len(lines) - 1), "expected the microturbulence, then NATOMS")
    try:
        count, metallicity = int(tail[1][1]), float(tail[1][2])
    except (IndexError, ValueError):
        lines.fail(after + 1, "expected NATOMS, a count and [M/H]")
    found = {"log_fractions": _parse_moog_abundances(lines, after + 2, count)} if count >= _WHOLE_LIST else {}
    title = rest.strip().removeprefix("LTE").strip()
    found |= {"title": title, "program": _maker(title) or "MOOG", "stated_metallicity": metallicity}
    return _make(table, teff=teff, logg=logg, **found)


def _parse_moog_abundances(lines, number, count):
    """log10 of N/N_total (99,) from a list of pairs, atomic number and log10 of N/N_H + 12, of all from helium on."""
    first, words = number, []
    while len(words) < 2 * count and number < len(lines):
        words += lines[number].split()
        number += 1
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    pairs = dict(zip(values[::2], values[1::2], strict=False))
    lightest = 2 - (pairs.get(1.0) == 12.0)
    whole = len(values) == 2 * count and set(pairs) == set(range(lightest, min(lightest + count, 100)))
    if not whole or not all(-30.0 <= value <= 13.0 for value in pairs.values()):
        lines.fail(min(first, len(lines) - 1), f"expected {count} pairs of atomic number and abundance, from helium on")
    relative = np.full(99, -20.0)
    relative[0] = 0.0
    for z, value in pairs.items():
        relative[int(z) - 1] = value - 12.0
    return relative - np.log10(np.sum(10.0**relative))


def _make(table, **cards):
    layers, columns = table.shape
    zero = np.zeros(layers)
    return Deck(
        column_mass=table[:, 0],
        temperature=table[:, 1],
        gas_pressure=table[:, 2],
        electron_density=table[:, 3],
        rosseland_opacity=table[:, 4],
        radiative_acceleration=table[:, 5],
        microturbulence=table[:, 6],
        convective_flux=table[:, 7] if columns > 8 else zero,
        convective_velocity=table[:, 8] if columns > 8 else zero,
        **cards,
    )


def format_deck(deck, table=True, separated=False, note=""):
    """The text of a deck as the classic ATLAS-12 punches it, ending in a newline.

    table: without its ABUNDANCE TABLE it has the form of ATLAS9; separated: a blank before each number of a layer, for
    programs that do not read by columns; note: after LTE on the first card.

    The form rounds: Teff to 1 K, log g to 1e-5, temperature to 0.1 K, column mass to 9 digits, the rest to 4 digits;
    abundances to 0.001 dex in the table, to 0.01 without.
    Raises ValueError where a number does not fit its field or the deck lacks labels or abundances.
    """
    if deck.teff is None or deck.logg is None or deck.log_fractions is None:
        raise ValueError("a deck needs an effective temperature, a log g and abundances")
    total = deck.log_number_fractions
    light = [fixed(10.0**value, 8, 5) for value in total[:2]]
    heavy = [f"{z:3d}{fixed(total[z - 1], 7, 2)}" for z in range(3, 100)]
    text = [
        f"TEFF {fixed(deck.teff, 7, 0)}  GRAVITY{fixed(deck.logg, 8, 5)} LTE {note}",
        f"TITLE {deck.title[:74]:<74}",
        " OPACITY IFOP" + "".join(f"{switch:2d}" for switch in deck.opacities),
        f" CONVECTION ON {fixed(deck.mixing_length, 6, 2)} TURBULENCE OFF  0.00  0.00  0.00  0.00",
        f"ABUNDANCE SCALE   1.00000 ABUNDANCE CHANGE 1{light[0]} 2{light[1]}",
        *(" ABUNDANCE CHANGE" + "".join(heavy[k : k + 6]) for k in range(0, 97, 6)),
        *(_format_table(deck) if table else []),
        f"READ DECK6{len(deck.column_mass):3d} RHOX,T,P,XNE,ABROSS,ACCRAD,VTURB",
        *format_layers(deck, separated=separated),
        f"PRADK{exponential(deck.surface_radiation_pressure or 0.0, 11, 4)}",
        f"BEGIN                    ITERATION{deck.iterations:4d} COMPLETED",
    ]
    return "\n".join(text) + "\n"


def _format_table(deck):
    symbols = [*SYMBOLS]
    symbols[92] = "NP"  # as the program spells it
    light = [fixed(10.0**value, 10, 6) for value in deck.log_fractions[:2]]
    yield " ABUNDANCE TABLE"
    yield f"    1H {light[0]}       2He{light[1]}"
    entries = [
        f"{z:5d}{symbols[z - 1]:<2}{fixed(deck.log_fractions[z - 1], 7, 3)}{fixed(deck.log_offsets[z - 1], 6, 3)}"
        for z in range(3, 100)
    ]
    for k in range(0, len(entries), 5):
        yield "".join(entries[k : k + 5])


def format_layers(deck, columns=None, separated=False):
    """The layers of a deck, a line each: column mass, temperature and the first so many of the other columns.

    separated: negative numbers do not touch the number before them.
    """
    width = 11 if separated else 10
    table = zip(
        deck.gas_pressure,
        deck.electron_density,
        deck.rosseland_opacity,
        deck.radiative_acceleration,
        deck.microturbulence,
        deck.convective_flux,
        deck.convective_velocity,
        strict=True,
    )
    for mass, temperature, rest in zip(deck.column_mass, deck.temperature, table, strict=True):
        numbers = "".join(exponential(value, width, 3) for value in rest[:columns])
        yield f"{exponential(mass, 15, 8)}{fixed(temperature, 9, 1)}{numbers}"
