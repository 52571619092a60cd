"""The network is the paper's: its size, and what its output may depend on."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import erf

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import modules
from kurucz_a1.emulator.hydrostatic import HydrostaticNetwork
from kurucz_a1.emulator.modules import initialize
from kurucz_a1.emulator.network import AtmosphereNetwork, count_parameters

Network = AtmosphereNetwork | HydrostaticNetwork


# Sizes of the published network: the models behind the paper's figures, and the released one.
@pytest.mark.parametrize(("label_width", "depth_width", "count"), [(128, 64, 244_102), (512, 512, 6_707_206)])
def test_parameter_count(label_width, depth_width, count):
    network = AtmosphereNetwork(label_width, depth_width)
    parameters = jax.eval_shape(lambda key: initialize(network, key, 4), jax.random.key(0))
    assert count_parameters(parameters) == count


@partial(jax.jit, static_argnums=0)
def apply(network, *arguments):
    return network.apply(*arguments)


thinned = partial(jax.jit, static_argnums=0)(modules.apply)


@pytest.fixture(scope="module")
def small():
    network = AtmosphereNetwork(16, 8)
    return network, initialize(network, jax.random.key(1), 4)


def _by_hand(parameters, labels, log_tau):
    """The paper's network for one point in numpy float64, on the concatenated features."""

    def dense(x, layer):
        return x @ np.asarray(layer["kernel"], float) + np.asarray(layer["bias"], float)

    def gelu(x):
        return 0.5 * x * (1 + erf(x / np.sqrt(2)))

    def layer_norm(x, layer):
        x = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
        return x * np.asarray(layer["scale"], float) + np.asarray(layer["bias"], float)

    encoder = parameters["LabelEncoder_0"]
    x = np.asarray(labels, float)
    for number in range(2):
        x = gelu(layer_norm(dense(x, encoder[f"Dense_{number}"]), encoder[f"LayerNorm_{number}"]))
    depth = np.array([log_tau], float)
    for number in range(2):
        depth = gelu(dense(depth, parameters["DepthEncoder_0"][f"Dense_{number}"]))
    x = gelu(dense(np.concatenate([x, depth]), parameters["PairDense_0"]))
    return dense(gelu(dense(x, parameters["Dense_0"])), parameters["Dense_1"])


def test_agrees_with_layers_written_out(small):
    network, parameters = small
    labels = jnp.array([[0.3, -0.4, 0.9, 0.1], [-0.8, 0.2, 0.0, 0.5]], jnp.float32)
    log_tau = jnp.array([-1.0, -0.2, 0.7], jnp.float32)
    output = apply(network, {"params": parameters}, labels, log_tau)
    expected = [[_by_hand(parameters, label, depth) for depth in np.asarray(log_tau)] for label in np.asarray(labels)]
    # float32 against float64: five layers of sums of order one.
    np.testing.assert_allclose(output, expected, atol=3e-6)


def test_a_common_and_an_own_depth_grid_give_the_same(small):
    network, parameters = small
    labels = jax.random.uniform(jax.random.key(2), (5, 4), jnp.float32, -1, 1)
    log_tau = jnp.linspace(-1, 1, 9, dtype=jnp.float32)
    common = apply(network, {"params": parameters}, labels, log_tau)
    own = apply(network, {"params": parameters}, labels, jnp.tile(log_tau, (5, 1)))
    np.testing.assert_allclose(common, own, atol=1e-6)  # float32 sums in another order


def test_each_depth_stands_alone(small):
    network, parameters = small
    labels = jnp.zeros((4,), jnp.float32)
    log_tau = jnp.linspace(-1, 1, 9, dtype=jnp.float32)
    whole = apply(network, {"params": parameters}, labels, log_tau)
    part = apply(network, {"params": parameters}, labels, log_tau[3:4])
    np.testing.assert_allclose(whole[3:4], part, atol=1e-6)


def test_dropout_thins_all_depths_of_a_model_alike(small):
    _, parameters = small
    network = AtmosphereNetwork(16, 8, dropout=0.5)
    labels = jnp.full((2, 4), 0.5, jnp.float32)
    log_tau = jnp.zeros((7,), jnp.float32)
    output = thinned(network, {"params": parameters}, labels, log_tau, jax.random.key(3))
    np.testing.assert_allclose(output, jnp.broadcast_to(output[:, :1], output.shape), atol=1e-6)
    assert not np.allclose(output[0], output[1], atol=1e-3)


NETWORKS = [AtmosphereNetwork(16, 8), AtmosphereNetwork(128, 64), HydrostaticNetwork(32, 2, 12), HydrostaticNetwork()]


@pytest.mark.parametrize("count", [4, 5])
@pytest.mark.parametrize("network", NETWORKS)
def test_a_saved_network_gives_the_bits_of_the_one_that_is_trained(network: Network, count: int) -> None:
    """``apply`` of the network, without Flax, against the modules in Flax, on random weights."""
    variables = {"params": moved(initialize(network, jax.random.key(1), count)), "scales": random_scales(network)}
    labels = jax.random.uniform(jax.random.key(2), (300, count), jnp.float32, -1, 1)
    common = jnp.linspace(-1, 1, 40, dtype=jnp.float32)
    for log_tau in (common, common + 0.01 * labels[:, :1]):
        trained = thinned(network, variables, labels, log_tau)
        assert np.isfinite(trained).all() and np.std(trained) > 0.01
        found = apply(network, variables, labels, log_tau)
        assert found.shape == (300, 40, len(FIELD_NAMES))
        if isinstance(network, HydrostaticNetwork):  # which learns what is behind the fields
            found = network.targets(network.output(variables["params"], labels), variables["scales"])
        np.testing.assert_array_equal(found, trained)


@pytest.mark.parametrize("count", [4, 5])
@pytest.mark.parametrize("network", NETWORKS)
def test_weights_have_the_shapes_that_a_saved_network_asks_for(network: Network, count: int) -> None:
    parameters = jax.eval_shape(lambda key: initialize(network, key, count), jax.random.key(0))
    assert jax.tree.map(lambda leaf: leaf.shape, parameters) == network.shapes(count)
    assert {leaf.dtype for leaf in jax.tree.leaves(parameters)} == {jnp.dtype(jnp.float32)}


def moved(parameters: dict[str, Any]) -> dict[str, Any]:
    """Weights with random numbers added, so that none is zero or one, as biases are to begin with."""
    leaves, form = jax.tree.flatten(parameters)
    keys = jax.random.split(jax.random.key(5), len(leaves))
    pairs = zip(keys, leaves, strict=True)
    return form.unflatten([leaf + 0.1 * jax.random.normal(key, leaf.shape, leaf.dtype) for key, leaf in pairs])


def random_scales(network: Network) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(6)
    return {name: generator.uniform(0.1, 0.5, shape) for name, shape in network.shapes_of_scales().items()}
