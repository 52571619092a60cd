"""Grey atmospheres: smooth models with a known hydrostatic equation, to train and test on without a solver."""

import numpy as np
import pytest
import xarray as xr
from scipy.stats import qmc

from kurucz_a1.physics import constants

LOG_TAU = -6.875 + 0.125 * np.arange(80)
BOX = {
    "teff": [4500.0, 8000.0],
    "logg_max": 5.0,
    "logg_min_at_cool_edge": 1.0,
    "logg_min_at_hot_edge": 3.2,
    "feh": [-2.0, 0.4],
    "afe": [-0.1, 0.5],
    "vturb": 2.0,
}
PRESSURE_POWER = 0.6


def grey_temperature(tau, teff):
    """Milne-Eddington: T^4 = 3/4 Teff^4 (tau + 2/3)."""
    return teff * (0.75 * (tau + 2 / 3)) ** 0.25


def grey_opacity(pressure, temperature, feh, afe):
    """A power law in pressure and temperature that gains with metals, cm2 g-1."""
    metals = 10 ** (0.3 * feh + 0.1 * afe)
    return 0.3 * metals * (pressure / 1e5) ** PRESSURE_POWER * (temperature / 6000) ** 4


def grey_models(teff, logg, feh, afe, log_tau=LOG_TAU, substeps=8):
    """The six fields (model, depth, 6) of grey atmospheres with radiation pressure, labels of shape (model,).

    dP/dtau = g/kappa - F/c is integrated in ln tau by RK4 with steps of 0.036, good to 1e-6; g_rad = kappa F/c.
    """
    teff, logg, feh, afe = (np.asarray(x, dtype=float) for x in (teff, logg, feh, afe))
    gravity = 10**logg
    flux_push = constants.STEFAN_BOLTZMANN * teff**4 / constants.SPEED_OF_LIGHT

    def slope(ln_tau, state):
        pressure, tau = np.exp(state[0]), np.exp(ln_tau)
        opacity = grey_opacity(pressure, grey_temperature(tau, teff), feh, afe)
        return np.stack([tau / pressure * (gravity / opacity - flux_push), tau / opacity])

    # The top: P^(1 + a) = (1 + a) tau g / A with constant temperature and negligible radiation.
    tau = 10 ** log_tau[0]
    power = 1 + PRESSURE_POWER
    scale = grey_opacity(1.0, grey_temperature(tau, teff), feh, afe)
    pressure = (power * tau * gravity / scale) ** (1 / power)
    state = np.stack([np.log(pressure), pressure / gravity])
    states, step = [state], np.log(10) * (log_tau[1] - log_tau[0]) / substeps
    for start in np.log(10) * log_tau[:-1]:
        for part in range(substeps):
            x = start + part * step
            k1 = slope(x, state)
            k2 = slope(x + step / 2, state + step / 2 * k1)
            k3 = slope(x + step / 2, state + step / 2 * k2)
            k4 = slope(x + step, state + step * k3)
            state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(state)
    pressure = np.exp(np.array([s[0] for s in states]).T)
    mass = np.array([s[1] for s in states]).T
    temperature = grey_temperature(10**log_tau, teff[:, None])
    opacity = grey_opacity(pressure, temperature, feh[:, None], afe[:, None])
    # Electrons: a fraction of the particles that rises with temperature and metals, smooth; no equation of state here.
    fraction = 1e-4 * 10 ** (0.8 * feh[:, None]) + 1e-2 * (temperature / 1e4) ** 8
    electrons = fraction * pressure / (constants.BOLTZMANN * temperature)
    push = opacity * flux_push[:, None]
    return np.stack([mass, temperature, pressure, electrons, opacity, push], axis=-1)


def grey_labels(count, seed=0):
    """Scrambled Sobol labels in BOX with its rising logg floor: teff, logg, feh, afe, each (count,)."""
    unit = qmc.Sobol(4, seed=seed).random(1 << (count - 1).bit_length())[:count].T
    teff = BOX["teff"][0] + unit[0] * (BOX["teff"][1] - BOX["teff"][0])
    floor = BOX["logg_min_at_cool_edge"] + unit[0] * (BOX["logg_min_at_hot_edge"] - BOX["logg_min_at_cool_edge"])
    logg = floor + unit[1] * (BOX["logg_max"] - floor)
    feh = BOX["feh"][0] + unit[2] * (BOX["feh"][1] - BOX["feh"][0])
    afe = BOX["afe"][0] + unit[3] * (BOX["afe"][1] - BOX["afe"][0])
    return teff, logg, feh, afe


def grey_stars(teff, logg, feh, afe):
    """The labels of grey models as Labels."""
    from kurucz_a1.labels import Labels

    return Labels(teff=teff, logg=logg, feh=feh, afe=afe)


LABEL_STEPS = (1.0, 1e-3, 1e-3, 1e-3)  # K and dex: differences over them are good to 1e-6 of the derivatives


def grey_jacobian(*labels):
    """d ln(field)/d label of grey models, (model, 6, 4, depth), by central differences."""

    def differences(index):
        step = LABEL_STEPS[index]
        ahead, behind = (
            np.log(grey_models(*(label + (sign * step if k == index else 0.0) for k, label in enumerate(labels))))
            for sign in (1.0, -1.0)
        )
        return (ahead - behind) / (2.0 * step)

    return np.transpose([differences(index) for index in range(4)], (1, 3, 0, 2))


def grey_dataset(count, seed=0):
    """A dataset of grey models in the form of the package's datasets: a tenth each for validation and test."""
    from kurucz_a1.atmosphere.fields import FIELD_NAMES

    labels = grey_labels(count, seed)
    fields = grey_models(*labels)
    variables = {name: (("model", "depth"), fields[..., i]) for i, name in enumerate(FIELD_NAMES)}
    variables["log_tau"] = ("depth", LOG_TAU)
    for name, values in zip(("teff", "logg", "feh", "afe"), labels, strict=True):
        variables[name] = ("model", values)
    variables["vturb"] = ("model", np.full(count, 2.0))
    variables["label_jacobian"] = (("model", "quantity", "label", "depth"), grey_jacobian(*labels))
    split = np.zeros(count, dtype=np.int8)
    split[4::10], split[9::10] = 1, 2
    variables["split"] = ("model", split)
    coordinates = {"quantity": list(FIELD_NAMES), "label": ["teff", "logg", "feh", "afe"]}
    return xr.Dataset(variables, coordinates, attrs={"solar_pattern": "asplund2009", "source": "grey"})


@pytest.fixture(scope="session")
def grey():
    """A small dataset of grey atmospheres: 64 models x 80 depths."""
    return grey_dataset(64)


@pytest.fixture(scope="session")
def small_options():
    """Settings of a training that takes seconds."""
    return {"label_width": 16, "depth_width": 8, "batch_size": 16, "epochs": 6, "patience": 100}


@pytest.fixture(scope="session")
def small_hydrostatic():
    """Settings of a training of the hydrostatic network that takes seconds."""
    return {"width": 32, "layers": 2, "batch_size": 16, "epochs": 40, "patience": 100}


@pytest.fixture(scope="session")
def trained_hydrostatic(grey, small_hydrostatic, tmp_path_factory):
    """Folder of a hydrostatic emulator trained for a few epochs on the small dataset."""
    from kurucz_a1.emulator.training import train

    folder = tmp_path_factory.mktemp("trained_hydrostatic")
    train(grey, small_hydrostatic, folder, "hydrostatic")
    return folder


@pytest.fixture(scope="session")
def trained(grey, small_options, tmp_path_factory):
    """Folder of an emulator trained for six epochs on the small dataset."""
    from kurucz_a1.emulator.training import train

    folder = tmp_path_factory.mktemp("trained")
    train(grey, small_options, folder, "pinn")
    return folder
