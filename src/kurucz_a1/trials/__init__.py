"""Many trainings on equal terms: the weight of the physics loss, the published mistakes, the networks side by side."""
