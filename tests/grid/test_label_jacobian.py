"""Label derivatives of models on their way into a dataset: nothing is lost or swapped, what is broken is refused."""

from dataclasses import fields, replace

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import Atmosphere, LabelJacobian, from_dataset
from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import add_split, build_dataset, open_dataset, write_dataset
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.grid.memory import keep, recall
from kurucz_a1.grid.source import Result


def model_on(log_tau, teff=5777.0):
    """An atmosphere of constant opacity with derivatives that are polynomials in log tau, each another."""
    tau = 10.0**log_tau
    temperature = teff * (0.75 * (tau + 0.7)) ** 0.25
    fields = [tau / 0.3, temperature, 1e5 * tau, 1e12 * tau**0.5, np.full_like(tau, 0.3), np.full_like(tau, 10.0)]
    jacobian = np.arange(24.0).reshape(6, 4, 1) + 0.1 * log_tau**3
    return Atmosphere(
        log_tau=jnp.asarray(log_tau),
        **{name: jnp.asarray(values) for name, values in zip(FIELD_NAMES, fields, strict=True)},
        **{"teff": jnp.asarray(teff), "logg": jnp.asarray(4.44), "feh": jnp.asarray(0.0), "afe": jnp.asarray(0.0)},
        vturb=jnp.asarray(2.0),
        label_jacobian=jnp.asarray(jacobian),
        jacobian_labels=("teff", "logg", "feh", "afe"),
        source="solver",
    )


@pytest.fixture
def model():
    return model_on(depth_grid(80).log_tau)


def test_the_solver_gives_the_fields_in_their_order():
    assert tuple(entry.name for entry in fields(LabelJacobian)) == (*FIELD_NAMES, "labels")
    jacobian = LabelJacobian(**{name: jnp.full((1, 2), float(k)) for k, name in enumerate(FIELD_NAMES)}, labels=("teff",))
    np.testing.assert_array_equal(jacobian.stacked()[:, 0, 0], range(6))


def test_a_point_that_is_kept_comes_back(model, tmp_path):
    keep(tmp_path, 3, "key", Result(model))
    np.testing.assert_allclose(recall(tmp_path, 3, "key").model.label_jacobian, model.label_jacobian, rtol=1e-6)


def test_a_file_holds_them_with_their_names(model, tmp_path):
    models = [replace(model, teff=jnp.asarray(teff)) for teff in np.linspace(5000.0, 6500.0, 20)]
    dataset = add_split(build_dataset(models, {"label_box": "{}"}), 0.2, 0.2, 1)
    write_dataset(tmp_path / "set.nc", dataset)
    again = open_dataset(tmp_path / "set.nc")
    one = again["label_jacobian"].sel(quantity="gas_pressure", label="feh")[7]
    expected = model.label_jacobian[FIELD_NAMES.index("gas_pressure"), model.jacobian_labels.index("feh")]
    np.testing.assert_allclose(one, expected, rtol=1e-6)
    np.testing.assert_allclose(from_dataset(again).label_jacobian[7], model.label_jacobian, rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d.assign_coords(label=["teff", "logg", "feh", "colour"]),
            "label_jacobian is by colour, which is no label",
        ),
        (lambda d: d.assign(label_jacobian=d["label_jacobian"] * np.nan), "label_jacobian is not finite"),
        (lambda d: d.transpose(..., "quantity"), "label_jacobian has dimensions"),
    ],
)
def test_broken_derivatives_are_refused(model, tmp_path, change, message):
    dataset = add_split(
        build_dataset([replace(model, teff=jnp.asarray(t)) for t in np.linspace(5000.0, 6500.0, 20)]), 0.2, 0.2, 1
    )
    with pytest.raises(BadFile, match=message):
        write_dataset(tmp_path / "set.nc", change(dataset))


def test_a_model_on_more_depths_brings_them_along(model):
    """Cubic polynomials: the spline between depths is exact."""
    dense = on_standard_depths(model_on(depth_grid(152).log_tau))
    np.testing.assert_allclose(dense.label_jacobian, model.label_jacobian, atol=1e-9)
