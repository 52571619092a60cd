"""The two formats of MOOG for ATLAS models (Sneden 1973, ApJ 184, 839): KURUCZ, and KURTYPE, which lacks opacities.

They are read as MOOG reads them. Line 2 is a title. Of line 3 what follows column 10 counts, of a layer the first five
numbers (four of KURTYPE). Gas pressures whose last is less than ten times the first, and electron densities whose last
is less than twenty times the first, are logarithms; electron densities below 1e7 are pressures. Then come the
microturbulence, of all layers or of each, in km s-1 if it is below 100; a number of abundances and [M/H] of the
elements that are not among them; and these abundances as log10 N/N_H + 12.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kurucz_a1.decks.layers import (
    TEFF_CARD,
    Deck,
    DeckLines,
    format_layers,
    make_deck,
    maker,
    parse_labels,
    parse_layers,
)
from kurucz_a1.decks.numbers import exponential, fixed, parse_list
from kurucz_a1.decks.opacity import rosseland_opacity
from kurucz_a1.labels import SUN
from kurucz_a1.physics.abundances import number_fractions
from kurucz_a1.physics.constants import BOLTZMANN, KILOMETRE_PER_SECOND

_FORMS = {"KURUCZ": ("RHOX", "T", "PGAS", "NE", "ABROSS"), "KURTYPE": ("RHOX", "T", "PGAS", "NE")}
_OTHER_FORMS = ("BEGN", "NEWMARCS", "WEBMARCS", "WEB2MARC", "NEXTGEN", "KUR-PADOVA", "GENERIC")
_HEADER = 10  # columns of a form's name, and those before the numbers of NTAU and NATOMS
_LEAST_RATIOS = {"PGAS": 10.0, "NE": 20.0}  # of the last to the first; a column below holds logarithms
_LARGEST_LOGARITHM = 25.0
_LEAST_DENSITY = 1e7  # cm-3; below are electron pressures
_LEAST_SPEED = 100.0  # cm s-1; below are km s-1
_DIGITS = (2, 4)  # after the point; MOOG reads layers without columns
_FIELD = 13  # columns of a microturbulence
_OF_A_DECK = 7  # numbers of a layer cut from a deck; MOOG skips the last two, ACCRAD and VTURB
_LARGEST = 60.0  # of log10 N/N_H + 12 by its size; MOOG takes -99 and the like for absent elements
_WHOLE_LIST = 91  # abundances, helium to uranium; a shorter list changes some of MOOG's own
MOST_LAYERS = 100
HEAVIEST = 92  # of the elements that are listed; MOOG knows 95
_AFTER_TEMPERATURE = 2  # columns of a KURTYPE layer: gas pressure, electron density
_WAVELENGTH = 5000.0  # A, of the optical depths that MOOG computes itself from a KURTYPE model


def is_moog(lines: DeckLines) -> bool:
    """Whether the first line of a file names one of MOOG's forms."""
    return _form(lines) in (*_FORMS, *_OTHER_FORMS)


def _form(lines: DeckLines) -> str:
    words = lines[0].split(maxsplit=1)
    return words[0].upper() if words else ""


def parse_moog(lines: DeckLines) -> Deck:
    """The model in a file for MOOG; the opacities of KURTYPE are this package's. Raises BadFile for other forms."""
    form = _form(lines)
    if form not in _FORMS:
        lines.fail(0, f"MOOG's form {form} is not read; KURUCZ and KURTYPE are")
    if len(lines) < 4:
        lines.fail(len(lines) - 1, "the file ends before the layers: it is truncated")
    teff, logg, title = parse_labels(lines, 1) if TEFF_CARD.match(lines[1]) else (None, None, lines[1])
    begin = 3 if form == "KURUCZ" else 4  # KURTYPE names a wavelength first
    count = _count(lines, 2, "NTAU")[0]
    table, after = parse_layers(lines, begin, len(lines), count, _FORMS[form], free=True)
    if _is_layer(lines, after, table):
        lines.fail(after, f"another layer, though NTAU is {count}")
    columns = {name: table[:, k] for k, name in enumerate(_FORMS[form])}
    columns["P"] = _linear(lines, begin, columns.pop("PGAS"), "PGAS")
    columns["XNE"] = _electron_density(lines, begin, columns.pop("NE"), columns["T"])
    if form == "KURUCZ" and table.shape[1] >= _OF_A_DECK:
        columns["ACCRAD"] = table[:, 5]
    turbulence, after = _parse_microturbulence(lines, after, len(table))
    given, feh = _count(lines, after, "NATOMS")
    log_fractions = _parse_abundances(lines, after + 1, given, feh) if given else None
    if form == "KURTYPE":
        fractions = number_fractions(replace(SUN, feh=feh)) if log_fractions is None else 10.0**log_fractions
        columns["ABROSS"] = rosseland_opacity(
            columns["T"], columns["P"], fractions, float(np.median(turbulence)) / KILOMETRE_PER_SECOND
        )
        if not np.all(np.isfinite(columns["ABROSS"])):
            place = int(np.argmin(np.isfinite(columns["ABROSS"])))
            lines.fail(begin + place, f"layer {place + 1}: no gas has this temperature and pressure")
    title = title.strip().removeprefix("LTE").strip()
    return make_deck(
        np.stack(list(columns.values()), axis=1),
        list(columns),
        microturbulence=turbulence,
        teff=teff,
        logg=logg,
        log_fractions=log_fractions,
        title=title,
        program=maker(title) or "MOOG",
        stated_feh=feh if given < _WHOLE_LIST else None,
        stated_afe=None if given else 0.0,
    )


def _count(lines: DeckLines, number: int, word: str) -> tuple[int, float]:
    """The count on the line of NTAU or NATOMS, and [M/H], which follows it on the latter."""
    text = lines[number] if number < len(lines) else ""
    wanted = "the number of layers" if word == "NTAU" else "a count and [M/H]"
    match = re.match(rf"\s*{word}\s*=?\s*(\d+)(?![\d.])[\s,]*(\S*)", text, re.IGNORECASE)
    if not match:  # MOOG skips the word, whatever it is
        match = re.match(r"\s*(\d+)(?![\d.])[\s,]*(\S*)", text[_HEADER:])
    try:
        assert match is not None
        return int(match[1]), 0.0 if word == "NTAU" else float(match[2])
    except (AssertionError, ValueError):
        lines.fail(min(number, len(lines) - 1), f"expected {word} and {wanted}, found {text[:60]!r}")


def _is_layer(lines: DeckLines, number: int, table: Float[np.ndarray, "depth column"]) -> bool:
    """Whether a line is a layer below those of the table."""
    try:
        row = parse_list(lines[number]) if number < len(lines) else []
    except ValueError:
        return False
    return len(row) == table.shape[1] and bool(row[0] > table[-1, 0] and 0.5 < row[1] / table[-1, 1] < 2.0)


def _linear(lines: DeckLines, begin: int, values: Float[np.ndarray, "depth"], name: str) -> Float[np.ndarray, "depth"]:
    """A column of pressures or densities, taken from its logarithms where it holds these."""
    is_logarithmic = values[0] != 0.0 and values[-1] / values[0] < _LEAST_RATIOS[name]
    bad = ~(np.abs(values) < _LARGEST_LOGARITHM) if is_logarithmic else ~(values > 0)
    if bad.any():
        place = int(np.argmax(bad))
        wrong = "neither this nor its logarithm" if is_logarithmic else "not a positive number"
        lines.fail(begin + place, f"layer {place + 1}: {name} is {values[place]:g}, {wrong}")
    return 10.0**values if is_logarithmic else values


def _electron_density(
    lines: DeckLines, begin: int, values: Float[np.ndarray, "depth"], temperature: Float[np.ndarray, "depth"]
) -> Float[np.ndarray, "depth"]:
    density = _linear(lines, begin, values, "NE")
    is_pressure = density < _LEAST_DENSITY
    if is_pressure[-1] and not is_pressure.all():
        place = int(np.argmax(~is_pressure))
        lines.fail(begin + place, f"layer {place + 1}: an electron density, {density[place]:g}, among pressures")
    return density / (BOLTZMANN * temperature) if is_pressure[-1] else density


def _parse_microturbulence(lines: DeckLines, number: int, layers: int) -> tuple[Float[np.ndarray, "depth"], int]:
    """cm s-1 of each layer, and the number of the line after them: one value, or one of each layer, six a line."""

    def values_on(number: int) -> list[float]:
        words: list[str] = lines[number].split() if number < len(lines) else []
        try:
            return [float(words[0].upper().replace("D", "E")), *map(float, words[1:])]
        except (IndexError, ValueError):
            lines.fail(min(number, len(lines) - 1), f"expected the microturbulence, found {' '.join(words)[:40]!r}")

    values = values_on(number)
    number += 1
    if len(values) > 1 and values[1] != 0.0:
        while len(values) < layers:
            values += values_on(number)
            number += 1
        if len(values) != layers:
            lines.fail(number - 1, f"expected a microturbulence of each of {layers} layers, found {len(values)}")
    else:
        values = values[:1] * layers
    speeds = np.array(values) * (KILOMETRE_PER_SECOND if values[0] < _LEAST_SPEED else 1.0)
    if not (np.all(speeds >= 0.0) and np.all(speeds < 1e8)):
        lines.fail(number - 1, f"a microturbulence of {values[0]:g} is that of no star")
    return speeds, number


def _parse_abundances(lines: DeckLines, number: int, count: int, feh: float) -> Float[np.ndarray, "99"]:
    """log10 of N/N_total: of ``count`` elements from pairs of atomic number and log10 of N/N_H + 12, of the others
    those of Asplund et al. (2009), which MOOG has, with [M/H]."""
    first = number
    words: list[str] = []
    while len(words) < 2 * count and number < len(lines):
        words += lines[number].replace(",", " ").split()
        number += 1
    del words[2 * count :]  # a remark
    try:
        values = np.array([float(word.upper().replace("D", "E")) for word in words])
    except ValueError:
        values = np.array([])
    numbers, abundances = values[::2], values[1::2]
    is_list = len(values) == 2 * count and np.all((numbers >= 1) & (numbers <= 99) & (numbers == np.round(numbers)))
    if not is_list or len(set(numbers)) != count or not np.all(np.abs(abundances) <= _LARGEST):
        lines.fail(min(first, len(lines) - 1), f"expected {count} pairs of atomic number and abundance")
    relative = np.log10(np.maximum(np.asarray(number_fractions(replace(SUN, feh=feh))), 1e-20))
    relative -= relative[0]
    if count >= _WHOLE_LIST:
        relative[1:] = -20.0
    relative[numbers.astype(int) - 1] = np.maximum(abundances - 12.0, -20.0)
    if relative[0] != 0.0:
        lines.fail(first, f"hydrogen has an abundance of {relative[0] + 12.0:g}, not of 12")
    return relative - np.log10(np.sum(10.0**relative))


def format_moog(deck: Deck, feh: float, kurtype: bool = False) -> str:
    """The text of a Deck for MOOG, with every abundance from helium on, ending in a newline.

    - ``feh``: dex, beside the number of abundances; MOOG applies it to none, since all are listed.
    - ``kurtype``: leave out the opacities, which MOOG then computes.

    Layers of a Deck without radiative acceleration have the five numbers that MOOG reads. Raises ValueError where a
    number does not fit, labels or abundances are missing, there are too many layers, or MOOG would take a column for
    something else.
    """
    layers, total = len(deck.column_mass), deck.log_number_fractions
    if deck.teff is None or deck.logg is None or total is None:
        raise ValueError("a deck needs an effective temperature, a log g and abundances")
    if layers > MOST_LAYERS:
        raise ValueError(f"MOOG takes {MOST_LAYERS} layers, the model has {layers}")
    _check_meanings(deck)
    states_acceleration = np.all(np.isfinite(deck.radiative_acceleration))
    columns = _AFTER_TEMPERATURE if kurtype else _OF_A_DECK - 2 if states_acceleration else _AFTER_TEMPERATURE + 1
    rows = format_layers(deck, columns, separated=True, digits=_DIGITS)
    text = [
        "KURTYPE" if kurtype else "KURUCZ",
        f"TEFF {fixed(deck.teff, 7, 0)}  GRAVITY{fixed(deck.logg, 8, 5)} LTE {deck.title}",
        f"NTAU={layers:10d}",
        *([f"{_WAVELENGTH:10.1f}"] if kurtype else []),
        *rows,
        *_microturbulence(deck.microturbulence),
        f"NATOMS    {HEAVIEST - 1:5d} {fixed(feh, 7, 3)}",
        *_abundances(total),
        f"NMOL      {0:5d}",
    ]
    return "\n".join(text) + "\n"


def _check_meanings(deck: Deck) -> None:
    """Raise ValueError where MOOG would take pressures for logarithms, densities for pressures or cm for km."""
    if deck.gas_pressure[-1] < _LEAST_RATIOS["PGAS"] * deck.gas_pressure[0]:
        raise ValueError("the gas pressure rises less than tenfold: MOOG would take it for its logarithm")
    if deck.electron_density[-1] < _LEAST_RATIOS["NE"] * deck.electron_density[0]:
        raise ValueError("the electron density rises less than twentyfold: MOOG would take it for its logarithm")
    if deck.electron_density[-1] < _LEAST_DENSITY:
        raise ValueError("the electron density is below 1e7 cm-3: MOOG would take it for a pressure")
    if 0.0 < deck.microturbulence[0] < _LEAST_SPEED:
        raise ValueError("the microturbulence is below 100 cm s-1: MOOG would take it for km s-1")


def _abundances(logarithms: Float[np.ndarray, "99"]) -> Iterator[str]:
    """log10 N/N_H + 12 of helium and all heavier elements, six a line."""
    numbers = range(2, HEAVIEST + 1)
    entries = [f"{z:4d} {fixed(np.clip(logarithms[z - 1] - logarithms[0] + 12.0, -9.0, 99.0), 7, 3)}" for z in numbers]
    for k in range(0, len(entries), 6):
        yield "".join(entries[k : k + 6])


def _microturbulence(speeds: Float[np.ndarray, "depth"]) -> Iterator[str]:
    """One for all layers, or six a line where they differ."""
    values = speeds[:1] if np.all(speeds == speeds[0]) else speeds
    for k in range(0, len(values), 6):
        yield "".join(exponential(value, _FIELD, 3) for value in values[k : k + 6])
