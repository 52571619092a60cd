"""Damaged copies of a file: what editors, transfers and other programs do to it, and worse."""

import numpy as np

_SEPARATORS = (b" ", b"\t", b",", b";", b"'", b"\n", b"\r\n")
_STRANGE = b"\x00\xff\xe9*-+.eEdDxX#!'\",;_0123456789 \t"


def mutate(data: bytes, generator: np.random.Generator) -> bytes:
    """``data`` after one to four random damages, the same for the same state of the generator."""
    damages = (_characters, _digits, _rows, _cut, _separators, _blocks)
    for _ in range(generator.integers(1, 5)):
        data = damages[generator.integers(len(damages))](data, generator)
    return data


def _place(data: bytes, generator: np.random.Generator) -> int:
    return int(generator.integers(max(len(data), 1)))


def _characters(data: bytes, generator: np.random.Generator) -> bytes:
    """Delete, insert or change up to five bytes at one place."""
    place, count = _place(data, generator), int(generator.integers(1, 6))
    new = bytes(generator.choice(list(_STRANGE), count).tolist())
    return [
        data[:place] + data[place + count :],
        data[:place] + new + data[place:],
        data[:place] + new + data[place + count :],
    ][generator.integers(3)]


def _digits(data: bytes, generator: np.random.Generator) -> bytes:
    """Change one digit to another, or to a sign, point or star."""
    places = [place for place, byte in enumerate(data) if 48 <= byte < 58]
    if not places:
        return data
    place = places[generator.integers(len(places))]
    return data[:place] + bytes([generator.choice(list(b"0123456789-.*"))]) + data[place + 1 :]


def _rows(data: bytes, generator: np.random.Generator) -> bytes:
    """Delete, repeat or swap rows."""
    rows = data.split(b"\n")
    first, second = generator.integers(len(rows), size=2)
    kind = generator.integers(3)
    if kind == 0:
        del rows[first]
    elif kind == 1:
        rows.insert(second, rows[first])
    else:
        rows[first], rows[second] = rows[second], rows[first]
    return b"\n".join(rows)


def _cut(data: bytes, generator: np.random.Generator) -> bytes:
    """Cut the end off, or the beginning, or take only a piece away."""
    first, second = sorted((_place(data, generator), _place(data, generator)))
    return [data[:first], data[second:], data[:first] + data[min(second, first + 30) :]][generator.integers(3)]


def _separators(data: bytes, generator: np.random.Generator) -> bytes:
    """Replace one separator by another, everywhere or in one place."""
    old, new = (_SEPARATORS[k] for k in generator.integers(len(_SEPARATORS), size=2))
    return data.replace(old, new, -1 if generator.integers(4) == 0 else 1)


def _blocks(data: bytes, generator: np.random.Generator) -> bytes:
    """Repeat, delete or overwrite some bytes, up to a block of FITS, with any bytes."""
    place, length = _place(data, generator), int(generator.integers(1, 1 + generator.choice([4, 80, 2880])))
    end = min(place + length, len(data))
    new = [data[place:end], b"", generator.bytes(min(end - place, 16)) + data[min(place + 16, end) : end]]
    kind = int(generator.integers(3))
    return data[:end] + new[0] + data[end:] if kind == 0 else data[:place] + new[kind] + data[end:]
