"""Types that annotations share.

Arrays state their axes by name, as in ``Float[Array, "depth nu"]``: ``depth``, ``nu`` (frequency), ``wavelength``,
``line``, ``species``, ``molecule``, ``level``, ``rank``, ``angle``, ``node``, ``points`` (any axes). Lengths that
physics fixes stand as numbers: 26 elements of the equation of state, 99 of the periodic table, 6 stages of ionisation.
"""

import jax
import numpy as np
from jaxtyping import Float

#: An array of JAX or of NumPy; as in ``Float[AnyArray, "depth"]``.
AnyArray = jax.Array | np.ndarray
#: One real number, traced or not.
Scalar = float | Float[AnyArray, ""]
#: One real number or an array of any shape.
Real = float | Float[AnyArray, "..."]
