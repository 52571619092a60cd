"""Tables, spectra, figures and pages, made by their stages from a few models and hardly trained networks."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.emulator import load_emulator
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.evaluation import network_checks
from kurucz_a1.evaluation.atlas12_comparison import find_model
from kurucz_a1.labels import SUN, Labels, LabelSpace
from kurucz_a1.netcdf import read_netcdf, write_netcdf
from kurucz_a1.settings import DatasetSettings, InferenceSettings, SolverSettings, SpectrumSettings
from kurucz_a1.stages import emulator_checks, evaluation, figures, inference, report, shared, spectrum

SOLVER = SolverSettings(frequencies=300)


@pytest.fixture
def no_solving(monkeypatch):
    """In place of the solver's Sun that of ATLAS-12: compiling the solver takes a minute."""
    sun = find_model(atlas12_reference_atmospheres(), SUN)
    monkeypatch.setattr(shared, "solve", lambda labels, options: sun)


@pytest.fixture(scope="module")
def monkeypatch_of_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def tables(dataset_file, emulators, tmp_path_factory, monkeypatch_of_module):
    """The folder of the tables of the evaluation, without solved models."""
    folder = tmp_path_factory.mktemp("tables")
    monkeypatch_of_module.setattr(evaluation, "DRAWN", 20)
    path = {"dataset": dataset_file, "emulators": emulators}
    evaluation.hydrostatic(
        **path,
        residuals=folder / "hydrostatic_residuals.csv",
        summary=folder / "hydrostatic_summary.csv",
        seed=1,
    )
    evaluation.accuracy(
        **path,
        by_depth=folder / "accuracy_by_depth.csv",
        summary=folder / "accuracy_summary.csv",
        shares=DatasetSettings(validation=0.2, test=0.2),
    )
    evaluation.atlas12(
        **path,
        comparison=folder / "atlas12_comparison.csv",
        summary=folder / "atlas12_summary.csv",
        sun=folder / "atlas12_sun.csv",
        solver=SOLVER,
        most=0,
    )
    evaluation.sweeps(emulators=emulators, sweeps=folder / "label_sweeps.csv")
    evaluation.timing(**path, timing=folder / "timing.csv", counts=[1], solver=SOLVER, solved=0)
    return folder


def test_tables_of_the_evaluation(tables):
    summary = pd.read_csv(tables / "hydrostatic_summary.csv")
    assert set(summary["system"]) == {"ATLAS-12", "pinn", "hydrostatic", "interpolation", "polynomial"}
    errors = pd.read_csv(tables / "accuracy_summary.csv")
    assert np.isfinite(errors.select_dtypes("number")).all(axis=None)
    comparison = pd.read_csv(tables / "atlas12_comparison.csv")
    # none was solved for
    assert set(comparison["system"]) <= {"pinn", "hydrostatic", "interpolation", "polynomial"}
    assert set(pd.read_csv(tables / "timing.csv")["system"]) == {"pinn", "hydrostatic"}


def test_a_network_in_the_folder_of_another_is_named(emulators, tmp_path):
    folder = tmp_path / "mlp"
    folder.mkdir()
    for file in emulators[0].parent.glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    with pytest.raises(BadFile, match="a network of the kind pinn, not mlp"):
        shared.load_emulators([folder / "emulator.json"])


def test_figures_and_the_page(tables, batches, dataset_file, tmp_path):
    (tmp_path / "failures.csv").write_text("index,teff,logg,feh,afe,vturb,reason\n")
    pdf, png = tmp_path / "label_sweeps.pdf", tmp_path / "label_sweeps.png"
    figures.draw(figure="label_sweeps", pdf=pdf, png=png, label_sweeps=tables / "label_sweeps.csv")
    assert png.read_bytes().startswith(b"\x89PNG") and pdf.read_bytes().startswith(b"%PDF")
    report.write(
        figures=[png],
        tables=[tables / "accuracy_summary.csv", tables / "hydrostatic_summary.csv", tmp_path / "failures.csv"],
        labels=batches / "labels.csv",
        dataset=dataset_file,
        page=tmp_path / "report.html",
        configuration={"seed": 1},
    )
    assert "data:image/png;base64," in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_spectra_of_the_sun(emulators, tmp_path, no_solving):
    names = ("atlas12", "atlas12_5750", "solver", "pinn", "hydrostatic")
    tables = {name: tmp_path / f"{name}.csv" for name in ("window", "line_table", "energy", "summary", "effects")}
    spectrum.solar_spectrum(
        emulators=emulators,
        spectra=[tmp_path / f"{name}.nc" for name in names],
        **tables,
        spectrum=SpectrumSettings(window=(6438.0, 6440.0), step=0.05),
        resolution=100000,
        solver=SOLVER,
        configuration={"seed": 1},
    )
    with xr.open_dataset(tmp_path / "pinn.nc") as stored:
        assert stored["flux"].attrs["units"] == "erg s-1 cm-2 angstrom-1" and stored.attrs["source"] == "pinn"
    summary = pd.read_csv(tables["summary"], index_col="model")
    assert summary.loc["solver", "rms_against_reference"] == 0.0  # the same model
    assert summary.loc["pinn", "rms_against_reference"] > 0.0


def usual_stars(_, count, generator):
    return Labels(teff=generator.uniform(5200.0, 6200.0, count), logg=np.full(count, 4.3))


def test_checks_of_the_networks(dataset_file, emulators, tmp_path, monkeypatch):
    monkeypatch.setattr(network_checks, "FEW", 3)
    monkeypatch.setattr(network_checks, "OF_FLUX", 1)
    # the network of the package knows more stars than the other
    monkeypatch.setattr(LabelSpace, "draw", usual_stars)
    emulator_checks.check(
        dataset=dataset_file, emulators=emulators, table=tmp_path / "checks.csv", drawn=3, solver=SOLVER, seed=1
    )
    checks = pd.read_csv(tmp_path / "checks.csv")
    assert checks["quantity"].str.startswith("hydrostatic").sum() > 8
    assert checks["worst"].notna().all()
    tables = {name: tmp_path / f"{name}.csv" for name in ("regions", "derivatives")}
    emulator_checks.details(dataset=dataset_file, description=emulators[-1], **tables)
    assert pd.read_csv(tables["regions"])["region"][0] == "all"
    assert pd.read_csv(tables["derivatives"]).empty  # as these models have none


def test_derivatives_of_a_network_are_compared_with_those_of_the_models(dataset_file, emulators, tmp_path):
    """Here the models have the network's own."""
    emulator = load_emulator(emulators[-1])
    models = read_netcdf(dataset_file)
    own = np.asarray(emulator.jacobian(emulator.space.fix(from_dataset(models))).stacked())
    models = models.assign_coords(quantity=list(FIELD_NAMES), label=list(emulator.space.free))
    write_netcdf(tmp_path / "dataset.nc", models.assign(label_jacobian=(("model", "quantity", "label", "depth"), own)))
    tables = {name: tmp_path / f"{name}.csv" for name in ("regions", "derivatives")}
    emulator_checks.details(dataset=tmp_path / "dataset.nc", description=emulators[-1], **tables)
    table = pd.read_csv(tables["derivatives"], index_col="labels")
    assert table.loc["main labels", "good"] == 1.0 and table.loc["main labels", "cells"] > 100
    assert table["distance_p95"].max() < 1e-4  # float32 in the file


def test_stars_are_fitted_and_collected(emulators, tmp_path, monkeypatch):
    """A fit takes long: tests/inference has those. Here each star comes back as it was, with pulls of 1."""

    def recover(spectrum, star, number, free, *others):
        row = {"star": number, "parameter": free, "truth": star[free[0]], "value": star[free[0]], "error": 1.0}
        return pd.DataFrame(row | {"pull": 1.0, "converged": True, "complaints": ""})

    monkeypatch.setattr(inference, "recover", recover)
    settings = InferenceSettings(window=(6430, 6440), pixel=0.2, free=["teff"], signal_to_noise=100)
    inference.recover_stars(
        emulator=emulators[1], lines=[], stars=tmp_path / "0.csv", first=1, last=3, inference=settings, seed=1
    )
    inference.collect_stars(batches=[tmp_path / "0.csv"], stars=tmp_path / "stars.csv", pulls=tmp_path / "pulls.csv")
    assert pd.read_csv(tmp_path / "stars.csv")["star"].tolist() == [1, 2]
    assert pd.read_csv(tmp_path / "pulls.csv")["pull_mean"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("has_errors", "ratio", "expected"), [(True, 100, 0.02), (False, 100, 0.01), (False, None, 0.003)]
)
def test_errors_of_an_observed_star_are_those_of_its_file(monkeypatch, tmp_path, has_errors, ratio, expected):
    """Of the continuum 2000 an error of 40 is 0.02; without errors the ratio of the settings gives 0.01, and the noise
    itself is 0.003, which 80 pixels tell to a tenth or two."""
    wavelength = np.arange(6432.0, 6440.0, 0.1)
    noise = 6.0 * np.random.default_rng(3).normal(size=wavelength.size)
    columns = [wavelength, 2000.0 + noise, np.full(wavelength.size, 40.0)]
    np.savetxt(tmp_path / "star.txt", np.stack(columns[: 3 if has_errors else 2], axis=1))
    given = {}

    class Stop(Exception):
        pass

    class First:
        @classmethod
        def prepare(cls, setting):
            return cls()

        def fit(self, pixels, *, seed, say):
            (window,) = pixels
            given.update(flux=window.flux, error=window.error)
            raise Stop

    monkeypatch.setattr(inference, "FirstSpectrum", First)
    monkeypatch.setattr(inference, "StarSetting", lambda **known: None)
    monkeypatch.setattr(inference, "load_emulator", lambda folder: None)
    paths = {name: tmp_path / name for name in ("emulator", "star", "fit")}
    settings = InferenceSettings(window=(6430, 6450), observed_signal_to_noise=ratio, free=["teff", "feh"])
    with pytest.raises(Stop):
        inference.fit_observed_star(**paths, lines=[], seed=1, inference=settings, observed=tmp_path / "star.txt")
    np.testing.assert_allclose(given["flux"], 1.0, atol=0.015)
    np.testing.assert_allclose(given["error"], expected, rtol=0.3 if expected < 0.01 else 1e-2)


def test_what_the_settings_of_the_inference_lack_is_said_in_one_line(emulators, tmp_path):
    paths = {"emulator": emulators[1], "lines": [], "seed": 1}
    with pytest.raises(BadConfig, match=r"inference\.observed is null"):
        inference.fit_observed_star(
            **paths, star=tmp_path / "star.csv", fit=tmp_path / "fit.csv", inference=InferenceSettings()
        )
    few = InferenceSettings(window=(6430, 6431), pixel=0.5)
    with pytest.raises(BadConfig, match="leave 2 pixels, too few"):
        inference.recover_stars(**paths, stars=tmp_path / "stars.csv", first=0, last=1, inference=few)
