"""The loss: exact for atmospheres with closed-form hydrostatics, finite and helpful for impossible ones."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.emulator.losses import (
    DERIVATIVE_TOLERANCE,
    LEAST_CHANGES,
    Batch,
    DepthWeights,
    Weights,
    data_loss,
    derivative_loss,
    hydrostatic_balance,
    hydrostatic_terms,
    losses,
    physics_loss,
    robust,
    soft_log10,
    with_label_derivatives,
)
from kurucz_a1.emulator.normalization import Normalization, Range

LOGG = jnp.array([4.44, 2.0])
# Ranges chosen at will: the residual must not depend on them.
NORMALIZATION = Normalization(
    labels=Range(jnp.array([3.6, 1.0, -2.0, -0.1]), jnp.array([3.9, 5.0, 0.4, 0.5])),
    log_tau=Range(jnp.array(-6.875), jnp.array(3.0)),
    fields=Range(jnp.array([-4.0, 3.4, -1.0, 8.0, -6.0, -5.0]), jnp.array([3.0, 4.2, 7.0, 17.0, 3.0, 6.0])),
)
DEPTHS = NORMALIZATION.log_tau.normalize(jnp.linspace(-6.875, 3.0, 80))


def closed_form(power, radiation_share, weight=1.0):
    """A 'network' that is the exact solution of hydrostatic equilibrium with kappa = A P^power.

    dP/dtau = (1 - Gamma) g / (A P^power) with g_rad = Gamma g gives P^(1 + power) = (1 + power) (1 - Gamma) g tau / A.
    ``weight`` multiplies dP/dtau, to be out of equilibrium by a known factor.
    """

    def profile(depths):
        log_tau = NORMALIZATION.log_tau.restore(depths)
        gravity, scale = 10.0 ** LOGG[:, None], 1e-3
        force = weight * (1 - radiation_share) * gravity
        pressure = ((1 + power) * force * 10.0**log_tau / scale) ** (1 / (1 + power))
        opacity = scale * pressure**power
        push = jnp.broadcast_to(radiation_share * gravity, pressure.shape)
        fields = jnp.stack([pressure, pressure, pressure, pressure, opacity, push], axis=-1)
        return NORMALIZATION.fields.normalize(jnp.log10(fields))

    return profile


@partial(jax.jit, static_argnums=0)
def terms_and_loss(profile):
    fields, slopes = jax.jvp(profile, (DEPTHS,), (jnp.ones_like(DEPTHS),))
    arguments = (fields, slopes, DEPTHS, LOGG, NORMALIZATION)
    return hydrostatic_terms(*arguments), physics_loss(*arguments)


@pytest.mark.parametrize(("power", "radiation_share"), [(0.0, 1e-6), (0.6, 0.3), (0.6, 0.9)])
def test_exact_solution_has_no_residual(power, radiation_share):
    (ratio, slope), loss = terms_and_loss(closed_form(power, radiation_share))
    np.testing.assert_allclose(ratio, 1, rtol=1e-11)  # float64 logarithms and powers of numbers up to 1e8
    assert (slope > 0).all()
    assert loss < 1e-20


def test_residual_is_the_factor_out_of_equilibrium_in_dex():
    # Without opacity's dependence on pressure a pressure twice too high has twice the gradient.
    (ratio, _), _ = terms_and_loss(closed_form(0.0, 1e-9, weight=2.0))
    np.testing.assert_allclose(soft_log10(ratio), np.log10(2), atol=5e-5)  # soft_log10's own departure above 1


def test_leaving_radiation_out_would_be_a_false_residual():
    # With g_rad = 0.3 g the gas gradient alone is off by log10(0.7) = -0.155 dex in a model in perfect equilibrium.
    fields, slopes = jax.jvp(closed_form(0.6, 0.3), (DEPTHS,), (jnp.ones_like(DEPTHS),))
    blind = fields.at[..., 5].set(NORMALIZATION.fields.normalize(jnp.full(6, -30.0))[5])
    ratio, _ = hydrostatic_terms(blind, slopes, DEPTHS, LOGG, NORMALIZATION)
    np.testing.assert_allclose(np.log10(ratio), np.log10(0.7), atol=1e-8)


def test_soft_log10_is_the_logarithm_near_one():
    ratio = jnp.array([0.3, 0.9, 1.0, 1.1, 10.0, 1e6])
    np.testing.assert_allclose(soft_log10(ratio), jnp.log10(ratio), atol=5e-4)
    assert soft_log10(jnp.array(1.0)) == 0


def test_soft_log10_shows_the_way_back_from_negative_gradients():
    ratio = jnp.array([-1e12, -1e3, -1.0, 0.0, 1e-6], jnp.float32)
    value, slope = jax.vmap(jax.value_and_grad(soft_log10))(ratio)
    assert np.isfinite(value).all() and (value < 0).all() and (slope > 0).all()


@pytest.mark.parametrize("logg", [0.0, 2.0, 4.44])
def test_radiation_above_gravity_is_finite_and_can_be_in_equilibrium(logg):
    # g_rad = 1.5 g: gas pressure falls inward, dP_gas/dtau = -0.5 g/kappa, and the total still rises.
    kappa, log_tau, log_pressure = 0.5, -1.0, 3.0
    slope = -0.5 * 10**logg / kappa * 10**log_tau / 10**log_pressure
    arguments = [logg, log_pressure, slope, np.log10(kappa), logg + np.log10(1.5)]
    ratio, total_slope = hydrostatic_balance(jnp.array(log_tau), *(jnp.array(x) for x in arguments))
    np.testing.assert_allclose(ratio, 1, rtol=1e-12)
    assert total_slope > 0


def test_penalty_is_for_pressure_falling_inward_alone():
    # The published penalty compared with sign(log10(g/kappa)) and rewarded the wrong gradient where g < kappa.
    @jax.jit
    def loss(slope, log_opacity):
        fields = NORMALIZATION.fields.normalize(jnp.array([0.0, 4.0, 3.0, 12.0, log_opacity, -4.0]))
        fields = jnp.broadcast_to(fields, (1, 80, 6))
        scale = NORMALIZATION.log_tau.half_width / NORMALIZATION.fields.half_width[2]
        slopes = jnp.full((1, 80, 6), slope * scale)
        depths = NORMALIZATION.log_tau.normalize(jnp.full(80, -2.0))
        return physics_loss(fields, slopes, depths, jnp.array([2.0]), NORMALIZATION)

    for log_opacity in (1.0, 3.0):  # g above and below kappa
        assert jax.grad(loss)(-0.5, log_opacity) < 0
        assert loss(-0.5, log_opacity) > loss(-0.25, log_opacity) > loss(0.25, log_opacity)


def test_loss_of_an_absurd_network_is_finite_with_finite_gradient():
    fields = jnp.asarray(np.random.default_rng(0).normal(0, 30, (2, 80, 6)), jnp.float32)
    slopes = jnp.asarray(np.random.default_rng(1).normal(0, 1e3, (2, 80, 6)), jnp.float32)
    depths, logg = DEPTHS.astype(jnp.float32), LOGG.astype(jnp.float32)
    value, gradient = jax.jit(jax.value_and_grad(physics_loss, argnums=(0, 1)))(
        fields, slopes, depths, logg, NORMALIZATION
    )
    assert np.isfinite(value)
    assert all(np.isfinite(part).all() for part in gradient)


def test_data_weights_are_the_published_ones():
    targets = jnp.zeros((3, 80, 6))
    for index, weight in enumerate((5, 5, 5, 1, 5, 1)):
        np.testing.assert_allclose(data_loss(targets.at[..., index].set(0.1), targets), weight * 0.01)


def weights(alpha, derivatives=0.0):
    return Weights(jnp.asarray(alpha), jnp.asarray(derivatives))


def of_labels(profile):
    """A profile that does not depend on the labels."""
    return lambda labels, log_tau: profile(log_tau)


def test_a_derivative_counts_by_its_own_size():
    """Off by the tolerance of its mean over depth, each counts the same; below the floor it counts by that."""
    wanted = jnp.stack([jnp.full(80, size) for size in (1.0, -0.1, 0.01, 1e-6)])[None, None]
    found = wanted * (1.0 + DERIVATIVE_TOLERANCE)
    np.testing.assert_allclose(
        derivative_loss(found, wanted, jnp.full(1, 1e-3)), 0.75 * (np.sqrt(2.0) - 1.0), rtol=1e-5
    )


def test_a_derivative_below_its_floor_counts_as_little_as_asked():
    wanted = jnp.stack([jnp.full(80, size) for size in (1.0, 1e-6)])[None, None]
    off = jnp.full(1, 1e-3) * DERIVATIVE_TOLERANCE
    unweighted = derivative_loss(wanted.at[0, 0, 1].add(off), wanted, jnp.full(1, 1e-3))
    np.testing.assert_allclose(unweighted, (np.sqrt(2.0) - 1.0) / 2, rtol=1e-3)
    weighted = derivative_loss(wanted.at[0, 0, 1].add(off), wanted, jnp.full(1, 1e-3), weight_below_floor=0.2)
    np.testing.assert_allclose(weighted, 0.2 * unweighted, rtol=1e-6)


def test_losses_mix_and_need_no_derivative_without_physics():
    profile = closed_form(0.6, 0.1, weight=1.5)
    batch = Batch(jnp.zeros((2, 4)), DEPTHS, profile(DEPTHS) + 0.1, LOGG)
    full = losses(of_labels(profile), batch, NORMALIZATION, weights(0.25))
    np.testing.assert_allclose(full.total, 0.75 * full.data + 0.25 * full.physics)
    assert full.physics > 1e-4 and full.derivatives == 0
    plain = losses(of_labels(profile), batch, NORMALIZATION, weights(0.0), with_physics=False)
    np.testing.assert_allclose([plain.total, plain.physics], [full.data, 0])


def test_robust_loss_is_the_square_of_small_errors_and_the_size_of_large_ones():
    np.testing.assert_allclose(robust(jnp.full(5, 1e-3)), 0.5e-6, rtol=1e-5)
    np.testing.assert_allclose(robust(jnp.full(5, -1e4)), 1e4, rtol=1e-3)


def test_errors_in_units_of_tolerances_are_robust_and_count_by_depth():
    batch = Batch(jnp.zeros((2, 4)), None, jnp.zeros((2, 80, 4)), LOGG)
    by_depth = DepthWeights(jnp.linspace(0.0, 2.0, 80), jnp.ones(80))

    def total(off):
        profile = lambda labels, log_tau: jnp.broadcast_to(off[:, None], (2, 80, 4))  # noqa: E731
        return losses(profile, batch, NORMALIZATION, weights(0.0), with_physics=False, depth_weights=by_depth).total

    np.testing.assert_allclose(total(jnp.ones(80)), np.sqrt(2.0) - 1.0, rtol=1e-6)
    # the last depth holds 2/80 of the weight
    np.testing.assert_allclose(total(jnp.zeros(80).at[-1].set(1.0)), (np.sqrt(2.0) - 1.0) / 40, rtol=1e-6)
    assert total(jnp.zeros(80).at[0].set(1.0)) == 0


def test_derivatives_by_the_labels_are_exact_and_count():
    """A profile that is quadratic in the labels has derivatives known in closed form."""
    labels = jnp.array([[0.1, -0.2, 0.3, 0.4], [0.5, 0.6, -0.7, 0.8]])
    matrix = jnp.arange(24.0).reshape(6, 4) / 10.0

    def profile(labels, log_tau):
        return (labels**2 @ matrix.T)[:, None, :] * (1.0 + log_tau[None, :, None])

    depths = jnp.linspace(-1.0, 1.0, 5)
    expected = 2.0 * labels[:, None, :, None] * matrix[None, :, :, None] * (1.0 + depths)
    every = jnp.broadcast_to(jnp.arange(4), (2, 4))
    fields, found = with_label_derivatives(lambda labels: profile(labels, depths), labels, every)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    some = jnp.array([[2, 0], [1, 3]])
    _, found = with_label_derivatives(lambda labels: profile(labels, depths), labels, some)
    np.testing.assert_allclose(found[0], expected[0][:, [2, 0]], rtol=1e-12)
    np.testing.assert_allclose(found[1], expected[1][:, [1, 3]], rtol=1e-12)
    # off by the tolerance of the least size that counts, here more than the derivatives themselves
    floor = 1e5 * np.asarray(LEAST_CHANGES) / (np.log(10.0) * NORMALIZATION.fields.half_width)
    ranges = NORMALIZATION._replace(
        fields=Range(NORMALIZATION.fields.minimum / 1e5, NORMALIZATION.fields.maximum / 1e5)
    )
    assert np.abs(expected).max() < floor.min()
    batch = Batch(labels, depths, fields, LOGG, expected + DERIVATIVE_TOLERANCE * floor[:, None, None])
    for chosen in (None, some):
        result = losses(
            profile, batch, ranges, weights(0.0, 3.0), with_physics=False, with_derivatives=True, chosen=chosen
        )
        np.testing.assert_allclose(result, (3.0 * (np.sqrt(2.0) - 1.0), 0.0, 0.0, np.sqrt(2.0) - 1.0), atol=1e-12)
