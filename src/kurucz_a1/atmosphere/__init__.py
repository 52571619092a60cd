"""A model atmosphere: the data type, its depth grid, hydrostatic integration and the LTE solver."""

from kurucz_a1.atmosphere.model import Atmosphere, from_dataset, stack

__all__ = ["Atmosphere", "from_dataset", "stack"]
