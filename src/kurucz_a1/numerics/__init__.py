"""General numerics: splines, quadrature, tridiagonal systems and the Voigt function. No physics."""
