"""What a gas and a ray do: pure functions on JAX arrays, CGS units, float64."""
