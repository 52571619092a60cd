"""The published mistakes: each does what the authors' code does, and none is there unless it is named."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from test_losses import DEPTHS, LOGG, NORMALIZATION, closed_form

from kurucz_a1.emulator import load_emulator
from kurucz_a1.emulator.fitting import Objective, start
from kurucz_a1.emulator.losses import physics_loss
from kurucz_a1.emulator.modules import _many_masks
from kurucz_a1.emulator.network import AtmosphereNetwork
from kurucz_a1.emulator.published import DESCRIPTIONS, below_first_depth, pressure_gradient_loss
from kurucz_a1.emulator.training import prepare_task, train
from kurucz_a1.emulator.training_data import prepare
from kurucz_a1.settings import MISTAKES, EmulatorSettings, PublishedSettings


def loss_of(profile, *mistakes):
    fields, slopes = jax.jvp(profile, (DEPTHS,), (jnp.ones_like(DEPTHS),))
    return float(physics_loss(fields, slopes, DEPTHS, LOGG, NORMALIZATION, frozenset(mistakes)))


def test_every_mistake_is_described_and_the_default_makes_none():
    assert set(DESCRIPTIONS) == set(MISTAKES)
    assert EmulatorSettings().mistakes == ()
    assert set(PublishedSettings().mistakes) == set(MISTAKES)


def test_without_radiation_a_model_in_equilibrium_has_a_residual():
    """With 0.3 of gravity carried by radiation it is log10 0.7, at every depth."""
    balanced = closed_form(0.6, 0.3)
    assert loss_of(balanced) < 1e-20
    assert loss_of(balanced, "radiation_left_out") == pytest.approx(np.log10(0.7) ** 2, rel=1e-3)


def test_wrong_signs_reward_the_wrong_gradient():
    """Where g < kappa their penalty asks for pressure that falls inward, and their residual does not see the sign."""

    def constant(slope, log_opacity):
        fields = NORMALIZATION.fields.normalize(jnp.array([0.0, 4.0, 3.0, 12.0, log_opacity, -30.0]))
        fields = jnp.broadcast_to(fields, (1, 80, 6))
        scale = NORMALIZATION.log_tau.half_width / NORMALIZATION.fields.half_width[2]
        slopes = jnp.full((1, 80, 6), slope * scale)
        depths = NORMALIZATION.log_tau.normalize(jnp.full(80, -2.0))
        mistakes = frozenset({"wrong_signs"})
        return float(physics_loss(fields, slopes, depths, jnp.array([2.0]), NORMALIZATION, mistakes))

    for log_opacity, wrong in ((1.0, False), (3.0, True)):  # g above and below kappa
        falling, rising = constant(-0.5, log_opacity), constant(0.5, log_opacity)
        assert (falling < rising) == wrong
        assert abs(falling - rising) == pytest.approx(0.1 * 0.5, rel=1e-5)  # the penalty alone


def test_optical_depth_from_the_first_depth():
    log_tau = np.linspace(-6.875, 3.0, 80)
    shifted = below_first_depth(log_tau)
    assert shifted[0] == pytest.approx(-30.0)
    np.testing.assert_allclose(10 ** shifted[1:], 10 ** log_tau[1:] - 10 ** log_tau[0], rtol=1e-12)
    network = AtmosphereNetwork(first_log_tau=-6.875)
    np.testing.assert_allclose(network.depth_input(jnp.asarray(log_tau)), shifted, rtol=1e-10)
    # nine tenths of the depths share the last third of the range
    scaled = (shifted + 30.0) / (shifted[-1] + 30.0)
    assert scaled[1] > 0.68
    np.testing.assert_array_equal(AtmosphereNetwork().depth_input(jnp.asarray(log_tau)), log_tau)


def test_validation_without_gradient_takes_pressure_differences():
    """P = 10^5 tau^0.5: the differences over depths 5 to 74, in dyn cm-2."""
    log_tau = np.linspace(-6.875, 3.0, 80)
    tau, pressure = 10**log_tau, 1e5 * 10 ** (0.5 * log_tau)
    fields = NORMALIZATION.fields.normalize(jnp.array([0.0, 4.0, 3.0, 12.0, 0.0, 0.0]) * jnp.ones((1, 80, 1)))
    of_pressure = (jnp.log10(pressure) - NORMALIZATION.fields.middle[2]) / NORMALIZATION.fields.half_width[2]
    fields = fields.at[..., 2].set(of_pressure)
    found = pressure_gradient_loss(fields, DEPTHS, NORMALIZATION)
    steps = (np.diff(pressure) / np.diff(tau))[5:-5]
    assert found == pytest.approx(steps.mean(), rel=1e-9)


def objectives(grey, small_options, *mistakes):
    settings = EmulatorSettings(**small_options, mistakes=mistakes, dropout=0.3)
    data = prepare(grey, with_derivatives=False, from_first_depth="zero_optical_depth" in mistakes)
    objective, constants, training, _ = prepare_task("published", settings, data)
    parameters = start(objective.network, 0, len(data.space.free)).parameters
    return objective, parameters, constants, training


def test_two_passes_have_masks_of_their_own(grey, small_options):
    """With one mask the pressure of the physics loss is that of the data loss; with two they are of two networks."""
    key = jax.random.key(1)
    one, *arguments = objectives(grey, small_options)
    two, *_ = objectives(grey, small_options, "two_dropout_masks")
    assert two == Objective(one.network, True, False, frozenset({"two_dropout_masks"}))
    first, second = one.of_batch(*arguments, key), two.of_batch(*arguments, key)
    assert abs(second.physics - first.physics) > 1e-3 * first.physics
    # without dropout masks do not matter
    for a, b in zip(one.of_validation(*arguments), two.of_validation(*arguments), strict=True):
        assert a == b


def test_masks_leave_out_their_share_at_each_depth_on_its_own():
    mask = np.asarray(_many_masks(jax.random.key(3), (64, 80, 98), 0.1))  # 98: no multiple of four
    count = mask.size
    # five standard deviations of a binomial, and what 2^-16 rounds off
    assert abs((~mask).mean() - 0.1) < 5 * np.sqrt(0.1 * 0.9 / count) + 2**-16
    for axis in range(3):  # neighbours are dropped together as often as by chance
        both = (~mask & ~np.roll(mask, 1, axis=axis)).mean()
        assert abs(both - 0.01) < 5 * np.sqrt(0.01 * 0.99 / count)
    assert (mask != np.asarray(_many_masks(jax.random.key(4), mask.shape, 0.1))).any()


def test_validation_alone_is_without_gradient(grey, small_options):
    plain, *arguments = objectives(grey, small_options)
    broken, *_ = objectives(grey, small_options, "validation_without_gradient")
    key = jax.random.key(1)
    assert broken.of_batch(*arguments, key).total == plain.of_batch(*arguments, key).total
    assert broken.of_validation(*arguments).physics > 1e3 * plain.of_validation(*arguments).physics  # cgs, not dex^2


def test_a_published_network_is_kept_as_it_ends(grey, small_options, tmp_path):
    options = small_options | PublishedSettings().plain() | {"patience": 1}
    train(grey, options, tmp_path / "last", "published")
    curve = pd.read_csv(tmp_path / "last" / "learning_curve.csv")
    assert len(curve) == small_options["epochs"]  # its validation stops nothing
    network = load_emulator(tmp_path / "last")
    assert network.kind == "published" and network.network.first_log_tau == -6.875
    sun = network(teff=5777.0, logg=4.0)
    assert np.isfinite(sun.temperature).all()
    # what it answers at one depth does not depend on the others
    np.testing.assert_allclose(
        network(teff=5777.0, logg=4.0, log_tau=[-1.0]).temperature[0], sun.temperature[47], rtol=1e-6
    )
    train(grey, options | {"keep": "best", "patience": 100}, tmp_path / "best", "published")
    best = load_emulator(tmp_path / "best")(teff=5777.0, logg=4.0)
    first = int(curve["validation_loss"].idxmin())
    assert (first == len(curve) - 1) == bool(np.array_equal(best.temperature, sun.temperature))
