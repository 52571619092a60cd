"""The network that is hydrostatic by construction: in equilibrium trained or not, the same on any depths, derivable."""

import json
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from grey_atmospheres import LOG_TAU, grey_dataset, grey_labels, grey_models, grey_stars
from scipy.special import logit

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import load_emulator, save_emulator
from kurucz_a1.emulator.hydrostatic import GREATEST_SHARE, OUTPUTS, HydrostaticNetwork, profiles, scales_of
from kurucz_a1.emulator.modules import initialize
from kurucz_a1.emulator.training import train
from kurucz_a1.emulator.training_data import prepare
from kurucz_a1.errors import BadFile
from kurucz_a1.evaluation.exact_integral import identity
from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual

SUN = {"teff": 5772.0, "logg": 4.44, "feh": 0.0, "afe": 0.0}


@pytest.fixture(scope="module")
def emulator(trained_hydrostatic):
    return load_emulator(trained_hydrostatic)


def fields_of(atmosphere):
    return np.stack([np.asarray(getattr(atmosphere, name)) for name in FIELD_NAMES])


def random_labels(emulator, count):
    labels = np.array(grey_labels(4 * count, seed=5))
    labels = labels[:, emulator.space.contains(grey_stars(*labels))][:, :count]
    return dict(zip(("teff", "logg", "feh", "afe"), labels, strict=True))


def test_mass_and_pressure_are_those_of_the_models_it_learns_from():
    """Opacity and radiation of grey models, integrated here by Gauss-Legendre on splines and there by Runge-Kutta."""
    labels = np.array(grey_labels(16, seed=2))
    fields = grey_models(*labels)
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(fields, -1, 0), strict=True))
    gravity = 10.0 ** labels[1]
    share = by_name["radiative_acceleration"] / gravity[:, None]
    outputs = [np.log(by_name[name]) for name in ("temperature", "rosseland_opacity", "electron_density")]
    outputs.append(logit(share / GREATEST_SHARE))
    found = profiles(jnp.asarray(np.stack(outputs, axis=1)), jnp.asarray(gravity))
    calm = share.max(axis=1) < 0.8  # radiation that carries nearly all of a last cell is hard to integrate
    assert calm.sum() > 8
    for name, values in zip(FIELD_NAMES, found, strict=True):
        values, expected = np.exp(values), by_name[name]
        if name in ("column_mass", "gas_pressure"):  # above the first depth opacity is not constant there
            values, expected = values - values[:, :1], expected - expected[:, :1]
        # 3e-7 of the splines
        np.testing.assert_allclose(values[calm], expected[calm], rtol=2e-6, err_msg=name)


@pytest.mark.parametrize("depths", [80, 800])
def test_in_equilibrium_after_a_few_epochs(emulator, depths):
    log_tau = np.linspace(LOG_TAU[0], LOG_TAU[-1], depths)
    labels = random_labels(emulator, 20) | {"logg": np.linspace(3.5, 4.9, 20)}  # radiation carries but a part there
    models = emulator(**labels, log_tau=log_tau)
    # what is hoped for of the real network; column mass and radiation pressure here from splines of other quantities
    assert max(identity(models[k]).max() for k in range(20)) < 5e-5
    if depths == 800:  # 80 are too few to differentiate what so short a training left between the depths
        assert np.median(hydrostatic_residual(models, "C")[:, 1:-1]) < 2e-5


def test_in_equilibrium_with_weights_that_mean_nothing(emulator):
    key = jax.random.key(3)
    wild = jax.tree.map(lambda leaf: leaf + 0.1 * jax.random.normal(key, leaf.shape), emulator.parameters)
    broken = replace(emulator, parameters=wild)
    models = broken(**random_labels(emulator, 50))
    assert np.isfinite(fields_of(models)).all()
    assert (np.diff(models.column_mass) > 0).all() and (np.diff(models.gas_pressure) > 0).all()
    gravity = 10.0 ** np.asarray(models.logg)[:, None]
    assert (models.gas_pressure < gravity * models.column_mass).all()


@pytest.mark.parametrize("count", [40, 800])
def test_the_same_atmosphere_on_any_depths(emulator, count):
    models = emulator(**random_labels(emulator, 10))
    log_tau = np.union1d(LOG_TAU[::2] if count == 40 else LOG_TAU, np.linspace(LOG_TAU[0], LOG_TAU[-1], count))
    places = np.searchsorted(log_tau, LOG_TAU[::2])
    other = emulator(**random_labels(emulator, 10), log_tau=log_tau)
    np.testing.assert_allclose(fields_of(other)[..., places], fields_of(models)[..., ::2], rtol=1e-9)


def test_depths_of_their_own_and_any_order(emulator):
    own = emulator(
        teff=jnp.array([5500.0, 6000.0]), logg=4.0, log_tau=jnp.array([[-4.0, -2.0, 0.0], [-3.0, 1.0, -1.0]])
    )
    second = emulator(teff=6000.0, logg=4.0, log_tau=[-3.0, -1.0, 1.0])
    np.testing.assert_allclose(fields_of(own)[:, 1], fields_of(second)[:, [0, 2, 1]], rtol=1e-5)  # float32 products


def test_many_models_are_those_one_by_one(emulator):
    many = emulator(teff=jnp.linspace(5000.0, 7000.0, 600), logg=4.2)  # more than are evaluated at once, no multiple
    one = emulator(teff=7000.0, logg=4.2)
    np.testing.assert_allclose(fields_of(many)[:, -1], fields_of(one), rtol=1e-5)


def test_save_and_load_are_identical(emulator, tmp_path):
    save_emulator(emulator, tmp_path / "copy")
    again = load_emulator(tmp_path / "copy")
    np.testing.assert_array_equal(fields_of(again(**SUN)), fields_of(emulator(**SUN)))
    assert (again.kind, again.network) == ("hydrostatic", HydrostaticNetwork(32, 2, 48))


def test_derivatives_in_labels_and_depth(emulator):
    def log_fields(labels, log_tau):
        atmosphere = emulator(teff=labels[0], logg=labels[1], feh=labels[2], afe=labels[3], log_tau=log_tau)
        return jnp.log(jnp.stack([getattr(atmosphere, name) for name in FIELD_NAMES]))

    labels, log_tau = jnp.array([5772.0, 4.44, 0.0, 0.0]), jnp.linspace(-5.0, 1.0, 7)
    forward = jax.jacfwd(log_fields, argnums=(0, 1))(labels, log_tau)
    reverse = jax.jit(jax.jacrev(log_fields, argnums=(0, 1)))(labels, log_tau)
    for one, other in zip(forward, reverse, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)  # float32 products in another order
    for index, step in enumerate((20.0, 0.02, 0.02, 0.02)):
        shift = jnp.zeros(4).at[index].set(step)
        slope = (log_fields(labels + shift, log_tau) - log_fields(labels - shift, log_tau)) / (2.0 * step)
        np.testing.assert_allclose(forward[0][..., index], slope, rtol=0.01, atol=1e-4 / step)
    slope = (log_fields(labels, log_tau + 1e-3) - log_fields(labels, log_tau - 1e-3)) / 2e-3
    np.testing.assert_allclose(jnp.einsum("fdd->fd", forward[1]), slope, rtol=1e-4, atol=1e-4)


def test_vmap_and_jit_with_the_emulator_as_argument(emulator):
    teff = jnp.array([5000.0, 5772.0, 6500.0])
    direct = emulator(teff=teff, logg=4.44).gas_pressure
    mapped = jax.vmap(lambda t: emulator(teff=t, logg=4.44).gas_pressure)(teff)
    np.testing.assert_allclose(mapped, direct, rtol=1e-5)
    compiled = jax.jit(lambda model, t: model(teff=t, logg=4.44).gas_pressure)(emulator, teff)
    np.testing.assert_allclose(compiled, direct, rtol=1e-5)


def test_derivatives_of_the_models_help(small_hydrostatic, tmp_path):
    """Fewer models are needed where their derivatives are learnt too: errors in models not seen fall by a quarter.

    Of pressure, which depends on all labels; temperature of these models depends on one alone, which is hard to learn.
    """
    truth = np.array(grey_labels(200, seed=9))
    errors = {}
    for weight in (0.0, 1.0):
        options = small_hydrostatic | {"epochs": 150, "batch_size": 8, "derivatives": weight, "learning_rate": 5e-3}
        train(grey_dataset(40), options, tmp_path / str(weight), "hydrostatic")
        emulator = load_emulator(tmp_path / str(weight))
        inside = truth[:, emulator.space.contains(grey_stars(*truth))]
        models = emulator(**dict(zip(("teff", "logg", "feh", "afe"), inside, strict=True)))
        errors[weight] = np.median(np.abs(np.log(models.gas_pressure / grey_models(*inside)[..., 2])))
    assert errors[1.0] < 0.75 * errors[0.0]


def test_normalised_derivatives_are_those_of_normalised_fields(grey):
    data = prepare(grey)
    labels = np.stack([grey[name].values for name in ("teff", "logg", "feh", "afe")])
    step, base = 1e-4, labels[:, :3]
    for index in range(4):
        ends = []
        for sign in (1.0, -1.0):
            inputs = np.stack([np.log10(base[0]), *base[1:]], axis=-1)
            inputs[:, index] += sign * step * np.asarray(data.normalization.labels.half_width)[index]
            moved = grey_models(10.0 ** inputs[:, 0], *inputs[:, 1:].T)
            ends.append(np.asarray(data.normalization.fields.normalize(np.log10(moved))))
        expected = np.moveaxis((ends[0] - ends[1]) / (2.0 * step), -1, 1)
        found = np.asarray(data.training.derivatives[:3, :, index])
        np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())  # of the differences


def test_above_the_first_depth_opacity_is_constant(emulator):
    """m = tau/kappa and P = (g - g_rad) m there, as in ATLAS-12, however far above."""
    top = emulator(**SUN)
    with pytest.warns(UserWarning, match="log_tau"):
        above = emulator(**SUN, log_tau=np.array([-9.0, -7.0]), outside="warn")
    for name in FIELD_NAMES:
        factor = 10.0 ** (np.array([-9.0, -7.0]) - LOG_TAU[0]) if name in ("column_mass", "gas_pressure") else 1.0
        np.testing.assert_allclose(getattr(above, name), getattr(top, name)[0] * factor, rtol=1e-9, err_msg=name)


@pytest.mark.parametrize(("kind", "derivatives"), [("hydrostatic", False), ("mlp", True)])
def test_with_and_without_derivatives(grey, small_options, small_hydrostatic, tmp_path, capsys, kind, derivatives):
    options = (small_hydrostatic if kind == "hydrostatic" else small_options | {"derivatives": 1e-3}) | {"epochs": 3}
    history = train(grey if derivatives else grey.drop_vars("label_jacobian"), options, tmp_path, kind)
    assert ("with label derivatives" in capsys.readouterr().out) == derivatives
    assert (history["training_derivative_loss"].iloc[-1] > 0) == derivatives
    assert json.loads(load_emulator(tmp_path).provenance)["with_derivatives"] == derivatives


def test_models_on_other_depths_are_refused(grey, small_hydrostatic, tmp_path):
    with pytest.raises(BadFile, match="do not stand on the 80 standard depths"):
        train(grey.isel(depth=slice(0, 40)), small_hydrostatic, tmp_path, "hydrostatic")


def labels_and_fields(dataset):
    labels = np.stack([dataset[name].values for name in ("teff", "logg", "feh", "afe")], axis=-1)
    return labels, np.stack([dataset[name].values for name in FIELD_NAMES], axis=-1)


def test_components_make_up_the_models_and_their_derivatives(grey):
    """20 of them, and what is left is small; in their units a network's outputs are of order one."""
    scales = scales_of(*labels_and_fields(grey), prepare(grey).normalization, grey["label_jacobian"].values)
    output = OUTPUTS.index("rosseland_opacity")
    components, field = scales["components"][output], FIELD_NAMES.index("rosseland_opacity")
    models = np.log(grey["rosseland_opacity"].values) - scales["mean"][output]
    slopes = grey["label_jacobian"].values[:, field, 1]
    for profiles_ in (models, slopes):
        left = [profiles_ - profiles_ @ np.linalg.pinv(some) @ some for some in (components[:5], components[:20])]
        few, many = (np.abs(rest).max() / np.abs(profiles_).max() for rest in left)
        assert many < min(few, 1e-3)
    assert 0.1 < (models @ np.linalg.pinv(components[:20])).std() < 3.0
    network = HydrostaticNetwork(8, 1, 80)
    assert network.shapes_of_scales() == {name: np.shape(value) for name, value in scales.items()}
    assert initialize(network, jax.random.key(0), 4)["Dense_1"]["kernel"].shape == (8, 320)


def test_few_models_have_few_components(grey):
    labels, fields = labels_and_fields(grey)
    sizes = np.abs(scales_of(labels[:6], fields[:6], prepare(grey).normalization)["components"]).max(axis=2)
    assert sizes[:, :5].min() > 0 and sizes[:, 6:].max() == 0
