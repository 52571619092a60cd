"""Types that annotations share. Names of axes and their lengths are in CONTRIBUTING.md."""

import jax
import numpy as np
from jaxtyping import Float

#: An array of JAX or of NumPy; as in ``Float[AnyArray, "depth"]``.
AnyArray = jax.Array | np.ndarray
#: One real number, traced or not.
Scalar = float | Float[AnyArray, ""]
#: One real number or an array of any shape.
Real = float | Float[AnyArray, "..."]
