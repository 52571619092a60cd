"""Products in float32 keep float32's digits wherever they run."""

import jax
import jax.numpy as jnp

import kurucz_a1  # noqa: F401


def test_float32_products_ask_for_all_their_digits():
    """A GPU otherwise multiplies ten bits of them, and the Newton iteration of one star in five does not settle."""
    a = jnp.ones((4, 4), dtype=jnp.float32)
    assert "precision = [HIGHEST, HIGHEST]" in jax.jit(jnp.matmul).lower(a, a).as_text()
