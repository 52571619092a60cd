"""The whole configuration."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.atlas12 import Atlas12Settings
from kurucz_a1.settings.corpus import CorpusSettings
from kurucz_a1.settings.dataset import DatasetSettings
from kurucz_a1.settings.emulator import DirectSettings, EmulatorSettings, HydrostaticSettings, PublishedSettings
from kurucz_a1.settings.evaluation import EvaluationSettings
from kurucz_a1.settings.grid import GridSettings, Source
from kurucz_a1.settings.inference import InferenceSettings
from kurucz_a1.settings.solar_atlases import SolarAtlasesSettings
from kurucz_a1.settings.solver import SolverSettings
from kurucz_a1.settings.spectrum import SpectrumSettings
from kurucz_a1.settings.trials import TrialsSettings
from kurucz_a1.settings.types import Seed, Text
from kurucz_a1.settings.validation import ValidationSettings


class Settings(Section):
    """The configuration of a run of the workflow."""

    seed: Seed = Field(default=42, description="seed of all random numbers: labels, split, weights, dropout")
    results: Text = Field(default="results", description="folder of all results")
    source: Source | None = Field(
        default=None, description="short for `grid.source` on the command line; overrides `grid.source`"
    )
    grid: GridSettings = GridSettings()
    atlas12: Atlas12Settings = Atlas12Settings()
    corpus: CorpusSettings = CorpusSettings()
    solver: SolverSettings = SolverSettings()
    dataset: DatasetSettings = DatasetSettings()
    emulator: EmulatorSettings = EmulatorSettings()
    published: PublishedSettings = PublishedSettings()
    direct: DirectSettings = DirectSettings()
    hydrostatic: HydrostaticSettings = HydrostaticSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    trials: TrialsSettings = TrialsSettings()
    spectrum: SpectrumSettings = SpectrumSettings()
    solar_atlases: SolarAtlasesSettings = SolarAtlasesSettings()
    inference: InferenceSettings = InferenceSettings()
    validation: ValidationSettings = ValidationSettings()


def read_settings(config: Mapping[str, Any]) -> Settings:
    """The settings of a configuration, with ``source``, if given, in place of ``grid.source``.

    Raises BadConfig with one line for unknown keys, wrong types, values out of range and contradictions.
    """
    settings = Settings.read(dict(config))
    if settings.source is None:
        return settings
    return settings.changed(grid=settings.grid.changed(source=settings.source))
