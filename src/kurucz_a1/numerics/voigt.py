"""The Voigt function, and its asymptotic series for the wings."""

import jax
import jax.numpy as jnp
import numpy as np


def _weideman_coefficients(order):
    """Expansion of the Faddeeva function by Weideman (1994, SIAM J. Numer. Anal. 31, 1497), section 4.

    Returns the length L and the polynomial coefficients, highest power first.
    """
    points = 2 * order
    length = np.sqrt(order / np.sqrt(2.0))
    angle = np.arange(-points + 1, points) * np.pi / points
    t = length * np.tan(angle / 2)
    samples = np.concatenate([[0.0], np.exp(-(t**2)) * (length**2 + t**2)])
    transform = np.real(np.fft.fft(np.fft.fftshift(samples))) / (2 * points)
    return length, transform[1 : order + 1][::-1].copy()


_ORDER = 32
_LENGTH, _COEFFICIENTS = _weideman_coefficients(_ORDER)
_FAR = 64.0  # beyond |z|^2 = 64 four levels of the continued fraction are good to 1e-7


def voigt(a, v):
    """Voigt function H(a, v), the real part of the Faddeeva function of v + i a.

    a: damping parameter >= 0; v: distance from line centre in Doppler widths; both broadcast. H(0, 0) = 1 and the
    integral over v is sqrt(pi). Relative error below 1e-6 for a > 1e-8 or |v| < 5. Differentiable to any order.
    Near the centre: Weideman (1994); far from it: Laplace's continued fraction (Gautschi 1970, SIAM J. Numer.
    Anal. 7, 187).
    """
    return _voigt(*jnp.broadcast_arrays(jnp.asarray(a, dtype=float), jnp.asarray(v, dtype=float)))


@jax.custom_jvp
def _voigt(a, v):
    return _faddeeva(a, v)[0]


@_voigt.defjvp
def _voigt_along(values, along):
    """By w' = -2 z w + 2 i / sqrt(pi); its terms cancel to 1 / |z|^2, which leaves an error of 1e-5 at |z| = 8."""
    a, v = values
    real, imaginary = _faddeeva(a, v)
    by_v = -2.0 * (v * real - a * imaginary)
    by_a = 2.0 * (v * imaginary + a * real) - 2.0 / np.sqrt(np.pi)
    return real, by_a * along[0] + by_v * along[1]


def _faddeeva(a, v):
    """Real and imaginary part of the Faddeeva function of v + i a."""
    far = a * a + v * v > _FAR
    # Each branch sees a harmless argument where the other is taken, so that derivatives stay finite.
    outer = _faddeeva_far(jnp.where(far, a, 1.0), jnp.where(far, v, 10.0))
    inner = _faddeeva_near(jnp.where(far, 1.0, a), jnp.where(far, 0.0, v))
    return tuple(jnp.where(far, *both) for both in zip(outer, inner, strict=True))


def _faddeeva_near(a, v):
    """Weideman's series in real arithmetic: w(z) = 2 p(Z) / (L - iz)^2 + 1 / (sqrt(pi) (L - iz))."""
    # L - i z = (L + a) - i v and L + i z = (L - a) + i v
    inverse_norm = 1.0 / ((_LENGTH + a) ** 2 + v * v)
    ratio_real = ((_LENGTH - a) * (_LENGTH + a) - v * v) * inverse_norm
    ratio_imaginary = 2.0 * _LENGTH * v * inverse_norm
    real, imaginary = jnp.full_like(a, _COEFFICIENTS[0]), jnp.zeros_like(a)
    for coefficient in _COEFFICIENTS[1:]:
        real, imaginary = (
            real * ratio_real - imaginary * ratio_imaginary + coefficient,
            real * ratio_imaginary + imaginary * ratio_real,
        )
    inverse_real, inverse_imaginary = (_LENGTH + a) * inverse_norm, v * inverse_norm
    square_real = inverse_real**2 - inverse_imaginary**2
    square_imaginary = 2.0 * inverse_real * inverse_imaginary
    return (
        2.0 * (real * square_real - imaginary * square_imaginary) + inverse_real / np.sqrt(np.pi),
        2.0 * (real * square_imaginary + imaginary * square_real) + inverse_imaginary / np.sqrt(np.pi),
    )


def _faddeeva_far(a, v):
    """Continued fraction w(z) = i / sqrt(pi) / (z - 1/2 / (z - 1 / (z - 3/2 / z)))."""
    real, imaginary = v, a
    for numerator in (1.5, 1.0, 0.5):
        scale = numerator / (real * real + imaginary * imaginary)
        real, imaginary = v - scale * real, a + scale * imaginary
    norm = real * real + imaginary * imaginary
    return imaginary / norm / np.sqrt(np.pi), real / norm / np.sqrt(np.pi)


def voigt_wing(a, v):
    """The Voigt function where v is above 8: two terms of its asymptotic series, good to 0.4 % for a below 1."""
    return a / jnp.sqrt(jnp.pi) / (v * v + a * a) * (1.0 + 1.5 / (v * v + a * a))
