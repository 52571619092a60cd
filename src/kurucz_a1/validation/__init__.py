"""Tables that validate the physics and the solver, one module per quantity of docs/validation.md."""
