"""What physics and solver can show, numbers in, tables out: one module a quantity of docs/validation.md."""
