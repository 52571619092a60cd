"""Damage to the bytes of a file, as transfers, editors and programs do it."""

import numpy as np


def mutate(data: bytes, generator: np.random.Generator) -> bytes:
    """The bytes with one to three changes: bytes replaced, inserted, repeated, left out or cut off at an end."""
    changed = bytearray(data)
    for _ in range(generator.integers(1, 4)):
        place = int(generator.integers(0, len(changed) + 1))
        length = int(generator.integers(1, 1 + generator.choice([1, 4, 80, 2880])))
        match int(generator.integers(0, 7)):
            case 0 | 1:
                for k in range(place, min(place + min(length, 4), len(changed))):
                    changed[k] = int(generator.integers(0, 256))
            case 2:
                # text for text: digits, signs, separators
                new = bytes(generator.choice(list(b"0123456789+-.,;eEDd \t'\"/=nan*"), size=min(length, 8)).tolist())
                changed[place : place + len(new)] = new
            case 3:
                changed[place:place] = generator.bytes(min(length, 16))
            case 4:
                changed[place:place] = changed[place : place + length]
            case 5:
                del changed[place : place + length]
            case 6:
                del changed[max(1, place) :]
    return bytes(changed)
