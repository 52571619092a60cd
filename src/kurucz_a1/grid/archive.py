"""Models of a grid and their label derivatives in four kilobytes a model, so that a training set can be published.

What is independent is kept: temperature, electron density, opacity and radiative acceleration. Column mass and gas
pressure follow from these by the solver's own quadrature (``atmosphere.hydrostatics``). Profiles are sums of an
orthonormal set of functions of depth, the principal components of the profiles of the file, whose amounts are rounded
to whole numbers of a step. Most are small and take little room in a compressed file. Orthonormal functions keep sums of
squares: the error, rms over depth, is that of rounding, the step over the root of 12.
"""

import lzma
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.atmosphere.hydrostatics import column_mass, gas_pressure
from kurucz_a1.atmosphere.model import JACOBIAN_ATTRIBUTES, with_labels
from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path
from kurucz_a1.grid.batches import read_batch
from kurucz_a1.labels import LABELS
from kurucz_a1.netcdf import read_netcdf, write_netcdf

FORM = "kurucz_a1 archive of models, version 1"
#: The quantities that are kept.
KEPT = ("temperature", "electron_density", "rosseland_opacity", "radiative_acceleration")
#: Of ln of a quantity: its error is 9e-6, a tenth of that to which models are converged.
PROFILE_STEP = 3e-5
#: Of a derivative, as a share of its size: its error is 0.3 % of that.
DERIVATIVE_STEP = 1e-2
#: The size of a derivative is its rms over depth, or this, per unit of the label, where that is larger.
LEAST_SIZE = (1e-3, 1e-2, 1e-2, 1e-2)

_Profiles = Float[np.ndarray, "4 *rows depth"]


def pack(batches: Iterable[xr.Dataset], attributes: Mapping[str, str]) -> xr.Dataset:
    """The models of batches, in the form of ``read_batch`` with ``label_jacobian``, as an archive.

    The archive has the attributes of the first batch, and ``attributes``; the space in which the labels were drawn,
    ``label_box`` (``LabelSpace.to_json``), must be among these. Raises BadFile where a batch holds no derivatives, or
    other labels, depths or sources than the first.
    """
    filled = [batch for batch in batches if batch.sizes["model"]]
    if not filled:
        raise BadFile("there is no model to keep: every point failed")
    of_models = {name: value for name, value in filled[0].attrs.items() if name != "caution"}
    for batch in filled:
        if "label_jacobian" not in batch:
            raise BadFile("the models have no label derivatives, which an archive keeps; make them with the solver")
        own = {name: value for name, value in batch.attrs.items() if name != "caution"}
        if list(batch["label"].values) != list(filled[0]["label"].values) or own != of_models:
            raise BadFile("the batches were made with other labels or another solver; make all of them in one run")
    names = [label.name for label in LABELS if any(label.name in batch for batch in filled)]
    held = [*names, "grid_index", "log_tau", *KEPT, "label_jacobian"]
    models = xr.concat([with_labels(batch, names)[held] for batch in filled], "model", join="exact")
    if np.ptp(models["log_tau"].values, axis=0).any():
        raise BadFile("the models stand on different depths; an archive keeps one scale")
    profiles = np.log(np.stack([models[name].values for name in KEPT]).astype(float))
    quantities = [FIELD_NAMES.index(name) for name in KEPT]
    derivatives = np.moveaxis(models["label_jacobian"].values[:, quantities].astype(float), 0, 1)
    size = np.maximum(np.sqrt(np.mean(derivatives**2, axis=-1)), _least_size(derivatives.ndim - 1)).astype(np.float32)
    functions, amounts = _expanded(profiles, PROFILE_STEP)
    scaled_functions, scaled_amounts = _expanded(derivatives / size[..., None], DERIVATIVE_STEP)
    variables: dict[str, Any] = {
        "log_tau": (("depth",), models["log_tau"].values[0], models["log_tau"].attrs),
        "profile_functions": (("quantity", "depth", "component"), functions, {"units": "1"}),
        "derivative_functions": (("quantity", "depth", "component"), scaled_functions, {"units": "1"}),
        "derivative_size": (
            ("model", "quantity", "label"),
            np.moveaxis(size, 0, 1),
            {"long_name": "what derivatives by the label are given in", "units": "per unit of the label"},
        ),
    }
    said = {
        "profiles": (amounts, ("model", "quantity", "component"), "ln of the quantity", PROFILE_STEP),
        "derivatives": (
            scaled_amounts,
            ("model", "quantity", "label", "component"),
            "the derivative of ln of the quantity by the label at held optical depth, over derivative_size",
            DERIVATIVE_STEP,
        ),
    }
    for name, (numbers, dimensions, what, step) in said.items():
        words = f"amounts of {name[:-1]}_functions in {what}, in units of step; 2 n for n >= 0, -2 n - 1 for n < 0"
        code = np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)
        for byte, digits in enumerate(np.moveaxis(code[..., None] >> _SHIFTS & 0xFF, -1, 0)):
            told = {"long_name": f"byte {byte} of the {words}", "units": "1", "step": step}
            variables[f"{name}_{byte}"] = (dimensions, np.moveaxis(digits, 0, 1).astype(np.uint8), told)
    coordinates = {"quantity": list(KEPT), "label": models["label"].values}
    archive = xr.Dataset(variables, coordinates, {**of_models, **attributes, "form": FORM})
    return archive.merge(models[[*names, "grid_index"]])


#: Whole numbers are kept as their bytes, each apart: of most, all but the first are zero and take no room.
_SHIFTS = np.array([0, 8, 16, 24], dtype=np.int64)


def _least_size(axes: int) -> Float[np.ndarray, "4 ..."]:
    return np.reshape(LEAST_SIZE, (-1, *(axes - 1) * (1,)))


def _expanded(
    profiles: _Profiles, step: float
) -> tuple[Float[np.ndarray, "4 depth component"], Int[np.ndarray, "4 *rows component"]]:
    """Orthonormal functions of each quantity, the most important first, and amounts of these over ``step``."""
    rows = profiles.reshape(len(profiles), -1, profiles.shape[-1])
    functions = np.linalg.eigh(np.swapaxes(rows, 1, 2) @ rows)[1][..., ::-1]
    amounts = (rows @ functions).reshape(profiles.shape)
    return functions, np.rint(amounts / step).astype(np.int64)


def unpack(archive: xr.Dataset) -> xr.Dataset:
    """The models of an archive in the form of ``read_batch``."""
    size = np.moveaxis(archive["derivative_size"].values.astype(float), 1, 0)[..., None]
    kept = dict(zip(KEPT, np.exp(_profiles(archive, "profiles")), strict=True))
    changes = dict(zip(KEPT, size * _profiles(archive, "derivatives"), strict=True))
    gravity = 10.0 ** archive["logg"].values
    units = np.log(10.0) * (archive["label"].values == "logg")
    (mass, pressure), (by_mass, by_pressure) = map(
        lambda pair: tuple(map(np.asarray, pair)),
        _of_weight(kept["rosseland_opacity"], kept["radiative_acceleration"], gravity, changes, units),
    )
    fields = {**kept, "column_mass": mass, "gas_pressure": pressure}
    jacobian = {**changes, "column_mass": by_mass, "gas_pressure": by_pressure}
    depth = ("model", "depth")
    log_tau = np.broadcast_to(archive["log_tau"].values, mass.shape)
    variables: dict[str, Any] = {"log_tau": (depth, log_tau, archive["log_tau"].attrs)}
    for name in FIELD_NAMES:
        variables[name] = (depth, fields[name], {"units": BY_NAME[name].units, "long_name": BY_NAME[name].long_name})
    stacked = np.stack([jacobian[name] for name in FIELD_NAMES], axis=1).astype(np.float32)
    variables["label_jacobian"] = (("model", "quantity", "label", "depth"), stacked, JACOBIAN_ATTRIBUTES)
    attributes = {name: value for name, value in archive.attrs.items() if name != "form"}
    of_models = archive[[str(name) for name, held in archive.data_vars.items() if held.dims == ("model",)]]
    coordinates = {"quantity": list(FIELD_NAMES), "label": archive["label"].values}
    return xr.Dataset(variables, coordinates, attributes).merge(of_models)


def _profiles(archive: xr.Dataset, name: str) -> _Profiles:
    code = sum(archive[f"{name}_{byte}"].values.astype(np.int64) << shift for byte, shift in enumerate(_SHIFTS))
    numbers = np.moveaxis(np.where(code % 2, -(code + 1) // 2, code // 2), 1, 0)
    amounts = numbers * archive[f"{name}_0"].attrs["step"]
    functions = archive[f"{name[:-1]}_functions"].values
    rows = amounts.reshape(len(amounts), -1, amounts.shape[-1])
    return (rows @ np.swapaxes(functions, 1, 2)).reshape(amounts.shape)


@jax.jit
def _of_weight(
    opacity: Float[Array, "model depth"],
    acceleration: Float[Array, "model depth"],
    gravity: Float[Array, "model"],
    changes: dict[str, Float[Array, "model label depth"]],
    units: Float[Array, "label"],
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Column mass (g cm-2) and gas pressure (dyn cm-2), and derivatives of their logarithms by the labels.

    - ``changes``: derivatives of ln of opacity and acceleration, by name.
    - ``units``: derivatives of ln of the gravity, cm s-2.
    """

    def logarithms(opacity: Array, acceleration: Array, gravity: Array) -> tuple[Array, Array]:
        return jnp.log(column_mass(opacity)), jnp.log(gas_pressure(opacity, gravity, acceleration))

    def of_model(opacity: Array, acceleration: Array, gravity: Array, changes: dict[str, Array]) -> Any:
        place = (opacity, acceleration, gravity)
        along = (changes["rosseland_opacity"] * opacity, changes["radiative_acceleration"] * acceleration)
        values, linear = jax.linearize(logarithms, *place)
        return values, jax.vmap(linear)(*along, units * gravity)

    (mass, pressure), derivatives = jax.vmap(of_model)(opacity, acceleration, gravity, changes)
    return (jnp.exp(mass), jnp.exp(pressure)), derivatives


def write_archive(path: Path | str, batches: Iterable[Path | str], attributes: Mapping[str, str]) -> int:
    """Write the models of batch files as an archive, a netCDF file in xz; arguments and errors are those of ``pack``.

    Returns the number of models.
    """
    archive = pack(map(read_batch, batches), attributes)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "archive.nc"
        write_netcdf(plain, archive, compressed=False)
        with atomic_path(path) as temporary:
            temporary.write_bytes(lzma.compress(plain.read_bytes(), preset=9))
    return int(archive.sizes["model"])


def read_archive(path: Path | str) -> xr.Dataset:
    """The models of an archive in the form of ``read_batch``. Raises BadFile where it is damaged or no archive."""
    try:
        content = lzma.decompress(Path(path).read_bytes())
    except FileNotFoundError:
        raise BadFile(f"{path}: no such file; expected an archive of models") from None
    except (OSError, lzma.LZMAError) as error:
        raise BadFile(f"{path}: not a whole archive of models ({error}); copy it anew") from error
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / Path(path).stem
        plain.write_bytes(content)
        archive = read_netcdf(plain)
    if archive.attrs.get("form") != FORM:
        raise BadFile(f"{path}: form is {archive.attrs.get('form')!r}, this version reads {FORM!r}")
    return unpack(archive)
