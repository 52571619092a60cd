"""Running ATLAS-12: cards, arguments, printed output, and the convergence of its models."""
