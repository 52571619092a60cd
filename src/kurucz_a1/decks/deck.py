"""Model decks: the text files in which ATLAS9, ATLAS-12 and their kin hand on a model atmosphere."""

from collections.abc import Iterator
from pathlib import Path

from kurucz_a1.decks.atlas import BEGIN_CARD, begins_atlas, format_deck, parse_atlas
from kurucz_a1.decks.layers import DEFAULT_OPACITIES, Deck, DeckLines
from kurucz_a1.decks.moog import is_moog, parse_moog
from kurucz_a1.errors import BadFile

__all__ = ["DEFAULT_OPACITIES", "Deck", "format_deck", "read_deck", "read_decks"]


def read_deck(path: str | Path) -> Deck:
    """The one model in the file at ``path``.

    Raises BadFile, in one line with file and line number, where the file is missing, no deck, truncated or corrupt, or
    holds several models.
    """
    decks = list(read_decks(path))
    if len(decks) > 1:
        raise BadFile(f"{path}: holds {len(decks)} models where one was expected; read it with read_decks")
    return decks[0]


def read_decks(path: str | Path) -> Iterator[Deck]:
    """Yield each model in the file at ``path``, in order. Raises BadFile like ``read_deck``."""
    lines = DeckLines(path)
    begin = 0
    for end in range(len(lines)):
        if BEGIN_CARD.match(lines[end]):
            yield parse_atlas(lines, begin, end)
            begin = end + 1
    if not begin and is_moog(lines):
        yield parse_moog(lines)
        return
    if any(begins_atlas(line) for line in lines.rest(begin)):
        lines.fail(len(lines) - 1, "the file ends before the BEGIN card that closes a model: it is truncated")
    if not begin:
        lines.fail(0, "no READ DECK6 card in the file: this is not an ATLAS model deck")
