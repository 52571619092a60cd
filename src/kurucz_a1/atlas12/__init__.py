"""Files of the programs ATLAS9 and ATLAS-12: model decks as plain numpy arrays. Knows nothing of JAX."""
