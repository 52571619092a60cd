"""The saved emulator: one folder, one call, derivatives in labels and depth, clear refusals."""

import hashlib
import json
import shutil

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.emulator import load_emulator, save_emulator
from kurucz_a1.emulator.saved import PRETRAINED, checksum_of
from kurucz_a1.errors import BadFile, OutsideSupport

SUN = {"teff": 5772.0, "logg": 4.44, "feh": 0.0, "afe": 0.0}


@pytest.fixture(scope="module")
def emulator(trained):
    return load_emulator(trained)


def test_the_one_that_comes_with_the_package():
    """Small enough, made by the embedded solver and saying so, and the Sun of ATLAS-12 to half a per cent in T."""
    assert sum(file.stat().st_size for file in PRETRAINED.iterdir()) < 10e6
    pretrained = load_emulator()
    made = json.loads(pretrained.provenance)
    assert pretrained.kind == "hydrostatic" and made["dataset"]["source"] == "solver" and made["with_derivatives"]
    assert sum(made["models"].values()) > 900 and len(pretrained.space.free) == 25
    sun = next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0 and m.temperature.size == 80)
    inside = (sun.log_tau > -4.0) & (sun.log_tau < 1.5)
    found = pretrained(teff=5777.0, logg=sun.logg, log_tau=sun.log_tau[inside]).temperature
    # the solver itself differs from ATLAS-12 by 0.14 to 0.3 % (README)
    assert np.sqrt(np.mean((found / sun.temperature[inside] - 1.0) ** 2)) < 0.005


def test_gives_a_complete_atmosphere(emulator):
    sun = emulator(**SUN)
    assert isinstance(sun, Atmosphere)
    assert sun.source == "pinn"
    for name in FIELD_NAMES:
        values = np.asarray(getattr(sun, name))
        assert values.shape == (80,) and values.dtype == np.float64
        assert np.isfinite(values).all() and (values > 0).all()
    assert float(sun.vturb) == 2.0
    assert sun.teff.shape == ()
    np.testing.assert_allclose(sun.log_tau[:2], [-6.875, -6.75])


def test_labels_broadcast(emulator):
    many = emulator(teff=jnp.array([[5500.0], [6000.0]]), logg=jnp.array([4.0, 4.2, 4.4]), feh=-0.5)
    assert many.temperature.shape == (2, 3, 80) and many.feh.shape == (2, 3)
    one = emulator(teff=6000.0, logg=4.2, feh=-0.5)
    np.testing.assert_allclose(many[1][1].gas_pressure, one.gas_pressure, rtol=1e-5)  # float32 sums in another order
    assert many[1][1].log_tau.shape == (80,)


def test_any_depths_in_any_order(emulator):
    whole = emulator(**SUN)
    some = emulator(**SUN, log_tau=whole.log_tau[jnp.array([70, 3, 41])])
    np.testing.assert_allclose(some.gas_pressure, whole.gas_pressure[jnp.array([70, 3, 41])], rtol=1e-5)
    own = emulator(
        teff=jnp.array([5000.0, 6000.0]), logg=4.0, log_tau=jnp.array([[-4.0, -2.0, 0.0], [-3.0, -1.0, 1.0]])
    )
    second = emulator(teff=6000.0, logg=4.0, log_tau=[-3.0, -1.0, 1.0])
    np.testing.assert_allclose(own[1].electron_density, second.electron_density, rtol=1e-5)
    with pytest.raises(ValueError, match="log_tau must be an array"):
        emulator(**SUN, log_tau=0.0)


def test_many_models_are_those_one_by_one(emulator):
    teff = jnp.linspace(5000.0, 7000.0, 150)  # more than are evaluated at once, and no multiple
    many = emulator(teff=teff, logg=4.0)
    np.testing.assert_allclose(many.gas_pressure[149], emulator(teff=7000.0, logg=4.0).gas_pressure, rtol=1e-5)
    np.testing.assert_allclose(many.gas_pressure[70], emulator(teff=teff[70], logg=4.0).gas_pressure, rtol=1e-5)


def test_save_and_load_are_identical(emulator, tmp_path):
    save_emulator(emulator, tmp_path / "copy")
    again = load_emulator(tmp_path / "copy")
    for name in FIELD_NAMES:
        np.testing.assert_array_equal(getattr(again(**SUN), name), getattr(emulator(**SUN), name))
    assert (again.kind, again.space, again.network) == (emulator.kind, emulator.space, emulator.network)
    assert json.loads(again.provenance) == json.loads(emulator.provenance)


def test_float32_is_enough(emulator):
    """The error of float32 in the network is far below 0.1 %, the best that any emulator here is trained to."""
    precise = jax.tree.map(lambda leaf: leaf.astype(jnp.float64), emulator.parameters)
    labels = jnp.array([3.76, 4.44, 0.0, 0.0])
    labels = emulator.normalization.labels.normalize(labels)
    depths = emulator.normalization.log_tau.normalize(jnp.linspace(-6.8, 2.9, 80))
    n64 = emulator.network.apply({"params": precise}, labels, depths)
    n32 = emulator.network.apply(
        {"params": emulator.parameters}, labels.astype(jnp.float32), depths.astype(jnp.float32)
    )
    assert n64.dtype == jnp.float64 and n32.dtype == jnp.float32
    dex = np.abs(np.asarray((n64 - n32) * emulator.normalization.fields.half_width))
    assert dex.max() < 1e-5


@pytest.mark.parametrize("kind", ["trained", "trained_hydrostatic"])
@pytest.mark.parametrize("log_tau", [None, [-4.0, -1.5, 0.2]])
def test_float32_throughout(request, kind, log_tau):
    """Sums over 80 depths of products of six digits keep five: again far below what an emulator is trained to."""
    emulator = load_emulator(request.getfixturevalue(kind))
    labels = {"teff": jnp.array([5400.0, 6100.0]), "logg": 4.1, "log_tau": log_tau}
    single, double = emulator(**labels, dtype=jnp.float32), emulator(**labels)
    assert {leaf.dtype for leaf in jax.tree.leaves(single)} == {jnp.dtype("float32")}
    for name in FIELD_NAMES:
        np.testing.assert_allclose(getattr(single, name), getattr(double, name), rtol=3e-5, err_msg=name)
    slope = jax.jacfwd(lambda t: emulator(teff=t, logg=4.1, dtype=jnp.float32).gas_pressure)(jnp.float32(5400.0))
    assert slope.dtype == jnp.float32 and np.isfinite(slope).all()
    with pytest.raises(ValueError, match="must be float64 or float32"):
        emulator(**labels, dtype=jnp.float16)


def test_derivatives_in_labels_and_depth(emulator):
    def log_pressure(labels, log_tau):
        atmosphere = emulator(teff=labels[0], logg=labels[1], feh=labels[2], afe=labels[3], log_tau=log_tau)
        return jnp.log(atmosphere.gas_pressure)

    labels, log_tau = jnp.array([5772.0, 4.44, 0.0, 0.0]), jnp.linspace(-5.0, 1.0, 7)
    forward = jax.jacfwd(log_pressure, argnums=(0, 1))(labels, log_tau)
    reverse = jax.jit(jax.jacrev(log_pressure, argnums=(0, 1)))(labels, log_tau)
    for one, other in zip(forward, reverse, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)  # float32 products in another order
    # A difference of fourth order: next to the middle of the box the label encoder's first LayerNorm makes the network
    # curve within 0.05 dex, and much smaller steps drown in the noise of float32 (1e-6 dex).
    for index, step in enumerate((8.0, 0.02, 0.02, 0.02)):
        shift = jnp.zeros(4).at[index].set(step)
        near, far = (
            log_pressure(labels + k * shift, log_tau) - log_pressure(labels - k * shift, log_tau) for k in (1, 2)
        )
        slope = (8 * near - far) / (12 * step)
        np.testing.assert_allclose(forward[0][:, index], slope, rtol=0.01, atol=1e-4 / step)
    off_diagonal = forward[1] - jnp.diag(jnp.diag(forward[1]))
    assert np.abs(off_diagonal).max() == 0  # each depth depends on its own optical depth only
    slope = (log_pressure(labels, log_tau + 0.05) - log_pressure(labels, log_tau - 0.05)) / 0.1
    np.testing.assert_allclose(jnp.diag(forward[1]), slope, rtol=0.02, atol=1e-3)


def test_vmap_and_jit_with_the_emulator_as_argument(emulator):
    teff = jnp.array([5000.0, 5772.0, 6500.0])
    mapped = jax.vmap(lambda t: emulator(teff=t, logg=4.44).temperature)(teff)
    direct = emulator(teff=teff, logg=4.44).temperature
    np.testing.assert_allclose(mapped, direct, rtol=1e-6)
    compiled = jax.jit(lambda model, t: model(teff=t, logg=4.44).temperature)(emulator, teff)
    np.testing.assert_allclose(compiled, direct, rtol=1e-6)
    gradient = jax.vmap(jax.grad(lambda t: emulator(teff=t, logg=4.44).temperature[60]))(teff)
    tangent = jax.jvp(lambda t: emulator(teff=t, logg=4.44).temperature[:, 60], (teff,), (jnp.ones(3),))[1]
    np.testing.assert_allclose(gradient, tangent, rtol=1e-4)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"teff": 80000.0}, "teff=80000"),
        ({"logg": 9.0}, "logg=9"),
        ({"teff": 7500.0, "logg": 1.5}, "logg=1.5 at teff=7500"),
        ({"feh": -4.0}, "feh=-4"),
        ({"afe": 1.0}, "afe=1"),
        ({"log_tau": np.array([-9.0, 0.0])}, "log_tau=-9"),
    ],
)
def test_outside_the_training_set_is_refused(emulator, change, name):
    with pytest.raises(OutsideSupport, match=name):
        emulator(**(SUN | change))
    with pytest.warns(UserWarning, match=name):
        outside = emulator(**(SUN | change), outside="warn")
    assert np.isfinite(outside.temperature).all()


def test_not_a_number_is_refused(emulator):
    with pytest.raises(ValueError, match="teff holds NaN"):
        emulator(**(SUN | {"teff": np.nan}), outside="warn")
    with pytest.raises(ValueError, match="log_tau holds NaN"):
        emulator(**SUN, log_tau=[0.0, np.nan])
    with pytest.raises(ValueError, match="outside='ignore'"):
        emulator(**SUN, outside="ignore")


def test_support_follows_the_rising_floor_of_the_models(emulator):
    # The floor of the grey models is 1.0 at 4500 K and 3.2 at 8000 K; 64 models outline it within about 0.3 dex.
    floor = emulator.space.logg_min([4500.0, 8000.0])
    np.testing.assert_allclose(floor, [1.0, 3.2], atol=0.35)
    assert floor[1] > floor[0] + 1.5


@pytest.fixture
def folder(emulator, tmp_path):
    save_emulator(emulator, tmp_path / "model")
    return tmp_path / "model"


def test_missing_folder(tmp_path):
    with pytest.raises(BadFile, match=r"no emulator here \(emulator\.json is missing\)"):
        load_emulator(tmp_path / "nothing")


def test_missing_weights(folder):
    (folder / "weights.npz").unlink()
    with pytest.raises(BadFile, match=r"weights\.npz: cannot be read"):
        load_emulator(folder)


def test_truncated_weights(folder):
    content = (folder / "weights.npz").read_bytes()
    (folder / "weights.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(BadFile, match=r"weights\.npz: damaged"):
        load_emulator(folder)


class Payload:
    """Makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_pickle_in_the_weights_is_not_executed(folder, tmp_path):
    array = np.array([Payload(str(tmp_path / "executed"))], dtype=object)
    np.savez(folder / "weights.npz", weights=array)
    description = json.loads((folder / "emulator.json").read_text())
    description["weights"]["sha256"] = hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
    description["sha256"] = checksum_of(description)
    with pytest.raises(BadFile, match=r"weights\.npz: not a weights file"):
        _load(folder, description)
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]", '{"format": "other"}', "\x00\x01"])
def test_description_of_another_form(folder, text):
    (folder / "emulator.json").write_text(text)
    with pytest.raises(BadFile, match=r"emulator\.json"):
        load_emulator(folder)


@pytest.mark.parametrize(("trained_as", "size"), [("trained", "label_width"), ("trained_hydrostatic", "width")])
def test_weights_of_another_network(request, tmp_path, trained_as, size):
    folder = shutil.copytree(request.getfixturevalue(trained_as), tmp_path / "model")
    description = json.loads((folder / "emulator.json").read_text())
    description["network"][size] = 20
    with pytest.raises(BadFile, match=r"emulator\.json: damaged"):
        _load(folder, description)
    description["sha256"] = checksum_of(description)
    with pytest.raises(BadFile, match="the weights do not fit the network"):
        _load(folder, description)


def _load(folder, description):
    (folder / "emulator.json").write_text(json.dumps(description))
    return load_emulator(folder)


def test_file_name_itself_may_be_given(folder):
    assert load_emulator(folder / "emulator.json").kind == "pinn"
