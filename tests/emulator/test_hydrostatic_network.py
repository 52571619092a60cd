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
from kurucz_a1.emulator.hydrostatic import (
    OUTPUTS,
    TOLERANCES,
    HydrostaticNetwork,
    derivatives_of_outputs,
    nodes,
    outputs_of,
    profiles,
    scales_of,
    targets_of,
)
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
    outputs, share = outputs_of(labels.T, fields)
    found = dict(zip(FIELD_NAMES, np.exp(profiles(jnp.asarray(outputs), jnp.asarray(10.0 ** labels[1]))), strict=True))
    assert share.max() > 0.05
    for name in ("temperature", "electron_density", "rosseland_opacity"):
        np.testing.assert_allclose(found[name], by_name[name], rtol=1e-12)
    # above the first depth opacity is not constant there
    mass = by_name["column_mass"] - by_name["column_mass"][:, :1]
    np.testing.assert_allclose((found["column_mass"] - found["column_mass"][:, :1])[:, 1:], mass[:, 1:], rtol=2e-6)
    weight = 10.0 ** labels[1][:, None] * found["column_mass"]
    np.testing.assert_allclose(found["gas_pressure"], (1.0 - share) * weight, rtol=1e-9)
    # the derivative of a spline; the mass above the first depth, another one here, has gone by a thousand times it
    deep = by_name["column_mass"] > 1e3 * by_name["column_mass"][:, :1]
    acceleration = by_name["radiative_acceleration"]
    np.testing.assert_allclose(found["radiative_acceleration"][deep], acceleration[deep], rtol=5e-3)


def test_pressure_may_fall_inward_where_radiation_pushes_harder_than_gravity_pulls():
    """kappa = 0.4, and radiation carries up to 0.9 of the pressure near tau 3: all is known in closed form."""

    def shares(log_tau):
        """P_rad/(g m), and its derivative by log10 tau."""
        bump = 0.6 * np.exp(-(((log_tau - 0.5) / 0.4) ** 2))
        return 0.3 + bump, -2.0 * (log_tau - 0.5) / 0.4**2 * bump

    values = np.stack([np.zeros(80), np.full(80, np.log(0.4)), np.zeros(80), logit(shares(nodes())[0])])
    gravity, log_tau = 1e3, np.linspace(-6.8, 2.9, 600)
    found = np.exp(profiles(jnp.asarray(values), jnp.asarray(gravity), jnp.asarray(log_tau)))
    mass, _, pressure, _, _, acceleration = found
    share, slope = shares(log_tau)
    # splines through nodes 0.125 apart follow a bump 0.4 wide to 5e-4, up to nine times as much of what gas carries
    np.testing.assert_allclose(mass, 10.0**log_tau / 0.4, rtol=1e-9)
    np.testing.assert_allclose(pressure, (1.0 - share) * gravity * mass, rtol=5e-3)
    np.testing.assert_allclose(acceleration, gravity * (share + slope / np.log(10.0)), rtol=1e-2, atol=2e-2 * gravity)
    assert acceleration.max() > 1.2 * gravity and (np.diff(pressure) < 0).any() and (pressure > 0).all()


def test_targets_are_outputs_in_units_of_their_tolerances(grey):
    """And their derivatives those of the outputs of models with other labels."""
    labels, fields = labels_and_fields(grey)
    step = 1e-4
    for index in range(1, 4):
        moved = [labels.copy(), labels.copy()]
        moved[0][:, index] -= step
        moved[1][:, index] += step
        ends = [outputs_of(each, grey_models(*each.T))[0] for each in moved]
        _, share = outputs_of(labels, fields)
        exact = derivatives_of_outputs(grey["label_jacobian"].values, share)[:, :, index]
        expected = (ends[1] - ends[0]) / (2.0 * step)
        known = np.broadcast_to((share > 1e-5)[:, None], exact.shape)  # else it is a difference of nearly equal numbers
        np.testing.assert_allclose(exact[known], expected[known], atol=2e-4 * np.abs(expected).max())
    scales = {"mean": np.zeros((4, 80))}
    targets, _ = targets_of(labels, fields, None, scales, np.ones_like(labels))
    np.testing.assert_allclose(targets[..., 0] * TOLERANCES[0], np.log(grey["temperature"].values), rtol=1e-12)


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
    assert (np.diff(models.column_mass) > 0).all() and (models.gas_pressure > 0).all()
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
    assert (again.kind, again.network) == ("hydrostatic", HydrostaticNetwork(32, 2, 80))


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


def test_jacobian_is_that_of_the_models(emulator):
    """Against jax.jacfwd of the models, for stars in any shape; with names and units."""
    labels = random_labels(emulator, 6)
    stars = {name: values.reshape(2, 3) for name, values in labels.items()}
    found = emulator.jacobian(**stars)
    assert found.labels == ("teff", "logg", "feh", "afe")
    assert list(found.units.values()) == ["per K", "per dex(cm s-2)", "per dex", "per dex"]
    assert found.stacked().shape == (2, 3, 6, 4, 80)

    def log_fields(star):
        model = emulator(**dict(zip(found.labels, star, strict=True)))
        return jnp.log(jnp.stack([getattr(model, name) for name in FIELD_NAMES]))

    columns = jnp.stack(list(labels.values()), axis=-1)
    expected = jnp.moveaxis(jax.vmap(jax.jacfwd(log_fields))(columns), -1, 2).reshape(2, 3, 6, 4, 80)
    np.testing.assert_allclose(found.stacked(), expected, rtol=1e-4, atol=1e-6)  # float32 products in another order
    deep = emulator.jacobian(**stars, log_tau=LOG_TAU[60:62])
    np.testing.assert_allclose(deep.gas_pressure, found.gas_pressure[..., 60:62], rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match="one array of depths"):
        emulator.jacobian(**stars, log_tau=np.zeros((2, 1, 4)))


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
    # g_rad is there what P = (1 - P_rad/(g m)) g m makes it: at the first depth itself it is a derivative from below
    carried = 1.0 - top.gas_pressure[0] / (10.0 ** SUN["logg"] * top.column_mass[0])
    np.testing.assert_allclose(above.radiative_acceleration, carried * 10.0 ** SUN["logg"], rtol=1e-4)
    for name in set(FIELD_NAMES) - {"radiative_acceleration"}:
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
    assert initialize(network, jax.random.key(0), 4)["output"]["kernel"].shape == (8, 320)


def test_few_models_have_few_components(grey):
    labels, fields = labels_and_fields(grey)
    sizes = np.abs(scales_of(labels[:6], fields[:6], prepare(grey).normalization)["components"]).max(axis=2)
    assert sizes[:, :5].min() > 0 and sizes[:, 6:].max() == 0
