"""Running ATLAS-12: cards, arguments, what it prints, and when a model of it has converged."""
