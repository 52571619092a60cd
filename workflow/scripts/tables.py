"""What the scripts of the evaluation share: emulators and models in, tables out."""


def load_emulators(descriptions):
    """{kind: Emulator} of the emulator.json files."""
    from pathlib import Path

    from kurucz_a1.emulator import load_emulator
    from kurucz_a1.errors import BadFile

    emulators = {Path(path).parent.name: load_emulator(path) for path in descriptions}
    for path, (folder, emulator) in zip(descriptions, emulators.items(), strict=True):
        if emulator.kind != folder:
            raise BadFile(f"{path}: describes a network of the kind {emulator.kind}, not {folder}; train it again")
    return emulators


def test_models(path):
    """The models of a dataset's test split, an Atmosphere (model, depth)."""
    from kurucz_a1.atmosphere import from_dataset
    from kurucz_a1.dataset import open_dataset

    with open_dataset(path, load=False) as dataset:
        return from_dataset(dataset.isel(model=dataset["split"].values == 2).load())


def predict(emulator, models):
    """The emulator's Atmosphere at the labels of each model, None where they are outside its support."""
    from kurucz_a1.evaluation.atlas12_comparison import inside

    return [emulator(**labels_of(model)) if inside(emulator.support, model) else None for model in models]


def labels_of(model):
    """The labels that an emulator takes, of one model or of many."""
    return {name: getattr(model, name) for name in ("teff", "logg", "feh", "afe")}


def models_of_the_sun(emulators, opacities, solver, vturb):
    """{system: Atmosphere} at the Sun's labels: ATLAS-12's of the package, the solver's and those of the emulators.

    emulators: emulator.json files; opacities: an opacity table or nothing; solver: options; vturb: km/s.
    """
    from kurucz_a1.atmosphere import SolverOptions, solve
    from kurucz_a1.dataset import atlas12_reference_atmospheres
    from kurucz_a1.evaluation.atlas12_comparison import SOLAR_LABELS, find_model

    options = SolverOptions(**solver, opacity_table=opacities or None)
    return {
        "ATLAS-12": find_model(atlas12_reference_atmospheres(), SOLAR_LABELS),
        "solver": solve(**SOLAR_LABELS, vturb=vturb, options=options),
        **{kind: emulator(**SOLAR_LABELS) for kind, emulator in load_emulators(emulators).items()},
    }


def write_table(path, table):
    """Write a DataFrame as csv, whole or not at all."""
    from kurucz_a1.files import write_text

    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def observed_sun(path, settings):
    """The ObservedSpectrum of a file in the window of the settings of the spectrum."""
    from kurucz_a1.spectrum.observed import read_observed

    given = {key: settings[key] for key in ("medium", "telluric_velocity")}
    return read_observed(path, settings["window"], **given)


def lines_of_window(settings):
    """The LineList that the settings of the spectrum name, but for absorbers that the gas lacks."""
    from kurucz_a1.lines.readers import read_line_list
    from kurucz_a1.spectrum import LINES_6430_6450, supported

    lines = read_line_list(settings["lines"] or LINES_6430_6450)
    if not (known := supported(lines)).all():
        print(f"{(~known).sum()} lines of absorbers that the gas lacks are left out", flush=True)
    return lines[known]
