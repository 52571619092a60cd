"""Model decks: the files in which ATLAS, MOOG, MARCS and PHOENIX hand on a model atmosphere."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kurucz_a1.content import Content, read_content
from kurucz_a1.decks.atlas import format_deck, is_atlas, parse_atlas_decks
from kurucz_a1.decks.layers import DEFAULT_OPACITIES, EXPECTED, Deck, DeckLines, one_of
from kurucz_a1.decks.marcs import is_marcs, parse_marcs
from kurucz_a1.decks.moog import is_moog, parse_moog
from kurucz_a1.errors import BadFile, warn_left_out

__all__ = ["DEFAULT_OPACITIES", "Deck", "format_deck", "read_deck", "read_decks", "read_each"]

_READ = "decks of ATLAS9 and ATLAS-12, MOOG (KURUCZ, KURTYPE), MARCS and PHOENIX (ATMOS.fits)"


def _one(parse: Callable[[DeckLines], Deck]) -> Callable[[DeckLines], Iterator[Deck | BadFile]]:
    def parse_all(lines: DeckLines) -> Iterator[Deck | BadFile]:
        yield parse(lines)

    return parse_all


#: For each form of text: whether lines have it, and the models in them. A file of MOOG may quote an ATLAS card.
_FORMS = ((is_moog, _one(parse_moog)), (is_marcs, _one(parse_marcs)), (is_atlas, parse_atlas_decks))


def read_deck(path: str | Path) -> Deck:
    """The one model in the file at ``path``.

    Raises BadFile, in one line with file and line number, where the file is missing, no deck, truncated or corrupt, or
    holds several models.
    """
    return one_of(path, list(read_each(path)))


def read_decks(path: str | Path) -> Iterator[Deck]:
    """Yield each model in the file at ``path``, in order; at the end, warn (``LeftOut``) of those that cannot be read.

    Raises BadFile like ``read_deck``, but for a bad model only where the file holds no good one.
    """
    reasons, total = [], 0
    for deck in read_each(path):
        total += 1
        if isinstance(deck, BadFile):
            reasons.append(deck)
        else:
            yield deck
    if len(reasons) == total == 1:
        raise reasons[0]
    warn_left_out(str(path), "models", [str(error).removeprefix(f"{path}, ") for error in reasons], total)


def read_each(path: str | Path) -> Iterator[Deck | BadFile]:
    """Yield each model in the file at ``path``, or the BadFile that says what is wrong with it."""
    return each_in(read_content(path, EXPECTED))


def each_in(content: Content) -> Iterator[Deck | BadFile]:
    """As ``read_each``, of a file's content. Raises BadFile for a content that is no deck."""
    if content.kind == "FITS":
        from kurucz_a1.decks.phoenix import parse_phoenix  # imports astropy's FITS, which few decks need

        yield parse_phoenix(content)
        return
    if content.kind != "text":
        raise BadFile(f"{content.path}: a {content.kind} file, not plain text; expected {EXPECTED}: {_READ}")
    lines = DeckLines(content)
    for is_of_form, parse in _FORMS:
        if is_of_form(lines):
            yield from parse(lines)
            return
    lines.fail(0, f"no card of a model deck in the file; read are {_READ}")
