"""Model decks as Atmosphere: read those of ATLAS-12 and its kin, write what the programs of the field read."""

from kurucz_a1.decks.models import check_decks, from_deck, read_deck, read_decks, to_deck
from kurucz_a1.decks.written import ONE_MODEL, PROGRAMS, not_held, write_deck

__all__ = [
    "ONE_MODEL",
    "PROGRAMS",
    "check_decks",
    "from_deck",
    "not_held",
    "read_deck",
    "read_decks",
    "to_deck",
    "write_deck",
]
