"""Label derivatives of solved models: against models solved again at neighbouring labels, and conservation laws."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions, solve, solve_with_jacobian
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.hydrostatics import column_mass
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.atmosphere.solver.start import start_from
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABEL_NAMES, SUN, Labels

FEW = SolverOptions(frequencies=300)
# differences of models need these far better converged than a model itself; rounding in the line opacity, which is in
# single precision, lets ln T settle to 1e-7 and no further
TIGHT = FEW.changed(tolerance=3e-7)
LABELS = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0, "vturb": 2.0, "mixing_length": 1.25}
EVERY = tuple(LABEL_NAMES)


@pytest.fixture(scope="module")
def sun():
    return solve_with_jacobian(**LABELS, by=EVERY, options=FEW)


def relative_l2(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize(
    ("label", "step"),
    [
        *[("teff", 6.0), ("logg", 0.01), ("feh", 0.015), ("afe", 0.015), ("mixing_length", 0.02), ("vturb", 0.02)],
        *[("he_m", 0.03), ("c_m", 0.03), ("mg_m", 0.03), ("fe_m", 0.03)],
    ],
)
def test_derivatives_are_those_of_models_solved_again(sun, label, step):
    """To 1e-3 in relative L2: the differences' own truncation and rounding are up to 2e-4 each at these steps."""
    _, jacobian = sun
    ahead, behind = (
        solve(**{**LABELS, label: LABELS.get(label, 0.0) + sign * step}, options=TIGHT) for sign in (1.0, -1.0)
    )
    for name in FIELD_NAMES:
        difference = np.log(np.asarray(getattr(ahead, name)) / np.asarray(getattr(behind, name))) / (2.0 * step)
        found = getattr(jacobian, name)[jacobian.labels.index(label)]
        assert relative_l2(found, difference) < 1e-3, name


def test_derivatives_conserve_the_optical_depth(sun):
    """dtau = kappa dm at held tau: the mass follows the opacity by the quadrature that made it."""
    atmosphere, jacobian = sun
    opacity = np.asarray(atmosphere.rosseland_opacity)
    for in_mass, in_opacity in zip(jacobian.column_mass, jacobian.rosseland_opacity, strict=True):
        # the mass is linear in 1/kappa
        expected = -column_mass(opacity / np.asarray(in_opacity)) / np.asarray(atmosphere.column_mass)
        np.testing.assert_allclose(in_mass, expected, rtol=1e-9)


def test_the_model_is_that_of_solve(sun):
    # both are converged to 1e-4 in ln T or better
    np.testing.assert_allclose(sun[0].temperature, solve(**LABELS, options=FEW).temperature, rtol=3e-4)


def test_every_element_together_is_metallicity(sun):
    """[M/H] raises all metals at once; those outside the gas do not count in it."""
    _, jacobian = sun
    metals = [k for k, name in enumerate(jacobian.labels) if name.endswith("_m") and name != "he_m"]
    assert len(metals) == 24
    together = jacobian.stacked()[:, jnp.array(metals)].sum(axis=1)
    # both solve linear equations to 1e-5; the elements outside the gas are 1e-7 of all nuclei
    assert relative_l2(together, jacobian.stacked()[:, jacobian.labels.index("feh")]) < 1e-3


def test_derivatives_lead_to_a_neighbour(sun):
    """In small steps of three labels at once the model moved by its derivatives lacks what goes with their squares."""
    known = replace(sun[0], label_jacobian=sun[1].stacked(), jacobian_labels=sun[1].labels)
    change = {"teff": 30.0, "logg": -0.05, "c_m": 0.1}
    labels = Labels(**{**LABELS, **{name: LABELS.get(name, 0.0) + step for name, step in change.items()}})
    steps = {}

    def solved(name, start):
        steps[name] = 0
        return solve(labels, options=FEW, start=start, on_iteration=lambda number, _: steps.update({name: number + 1}))

    exact = solved("derivatives", known)
    alone = solved("alone", None)
    np.testing.assert_allclose(exact.temperature, alone.temperature, rtol=2e-4)  # both converged to 1e-4 or better
    assert steps["derivatives"] <= steps["alone"] - 2
    frequency = load_opacities(FEW).frequency
    moved = start_from(known, labels, FEW.depths, frequency)
    left, whole = (np.log(np.asarray(each.temperature / exact.temperature)) for each in (moved, sun[0]))
    assert np.linalg.norm(left) < 0.1 * np.linalg.norm(whole)


def test_labels_without_a_derivative_are_refused_in_one_line():
    for by, complaint in ((("teff", "C"), "no label"), (("teff", "teff"), "twice")):
        with pytest.raises(BadConfig, match=complaint) as error:
            solve_with_jacobian(**LABELS, by=by, options=FEW)
        assert "\n" not in str(error.value)
    with pytest.raises(BadConfig, match="one value"):
        load_opacities(FEW).at(SUN).check_names(("vturb",))
