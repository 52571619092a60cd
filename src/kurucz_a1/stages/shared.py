"""What several stages share: emulators, and models at given labels."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from kurucz_a1.atmosphere import Atmosphere, from_dataset, solve
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.dataset import atlas12_reference_atmospheres, open_dataset
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.emulator import Emulator, load_emulator
from kurucz_a1.emulator.baselines import Baseline, fit_baselines
from kurucz_a1.errors import BadFile
from kurucz_a1.evaluation.atlas12_comparison import find_model
from kurucz_a1.evaluation.claims import NEAREST_IN_GRID
from kurucz_a1.labels import SUN, LabelSpace
from kurucz_a1.settings import BoxSettings, SolverOptions


def space_of(box: BoxSettings) -> LabelSpace:
    """The label space of the grid."""
    return LabelSpace.from_box(box.plain())


def load_emulators(descriptions: Iterable[Path]) -> dict[str, Emulator]:
    """The emulators of ``emulator.json`` files by kind. Raises BadFile where the folder is not named after the kind."""
    emulators = {}
    for path in descriptions:
        emulator, folder = load_emulator(path), Path(path).parent.name
        if emulator.kind != folder:
            raise BadFile(f"{path}: describes a network of the kind {emulator.kind}, not {folder}; train it again")
        emulators[folder] = emulator
    return emulators


#: What gives a model atmosphere for labels.
System = Emulator | Baseline


def load_systems(dataset: Path, descriptions: Iterable[Path]) -> dict[str, System]:
    """The emulators of ``emulator.json`` files by kind, and the baselines fitted to a dataset."""
    with open_dataset(dataset, load=False) as data:
        return {**load_emulators(descriptions), **fit_baselines(data)}


def test_models(path: Path) -> Atmosphere:
    """The models of a dataset's test split, an Atmosphere (model, depth)."""
    with open_dataset(path, load=False) as dataset:
        return from_dataset(dataset.isel(model=dataset["split"].values == SPLITS.index("test")).load())


def predict(emulator: System, models: Iterable[Atmosphere]) -> list[Atmosphere | None]:
    """The system's model at the labels of each of ``models``, None where they lie outside its space."""
    return [emulator(model.labels) if emulator.space.contains(model) else None for model in models]


def models_of_the_sun(emulators: Mapping[str, Emulator], options: SolverOptions) -> dict[str, Atmosphere]:
    """The Sun by system: ATLAS-12 (the package's model), the solver and ``emulators``.

    Beside them, the point of ATLAS-12's grid nearest to the Sun, which the paper takes for the Sun. The solver and the
    emulators have the microturbulence of their tables and grids.
    """
    real = atlas12_reference_atmospheres()
    return {
        "ATLAS-12": find_model(real, SUN),
        NEAREST_IN_GRID: find_model(real, {"teff": 5750.0, "logg": 4.5, "feh": 0.0, "afe": 0.0}),
        "solver": solve(load_opacities(options).nearest(SUN), options=options),
        **{kind: emulator(emulator.space.fix(SUN)) for kind, emulator in emulators.items()},
    }
