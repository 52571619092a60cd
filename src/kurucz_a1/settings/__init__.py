"""The settings of the workflow: one immutable model per section of the configuration, with defaults and limits.

``python -m kurucz_a1.settings`` writes config/config.yaml and config/README.md from them.
"""

from kurucz_a1.settings.atlas12 import Atlas12Settings
from kurucz_a1.settings.corpus import CorpusSettings
from kurucz_a1.settings.dataset import DatasetSettings
from kurucz_a1.settings.emulator import (
    MISTAKES,
    DirectSettings,
    EmulatorSettings,
    HydrostaticSettings,
    Mistake,
    PublishedSettings,
)
from kurucz_a1.settings.evaluation import EvaluationSettings
from kurucz_a1.settings.files import check_files
from kurucz_a1.settings.grid import BoxSettings, GridSettings
from kurucz_a1.settings.inference import InferenceSettings
from kurucz_a1.settings.settings import Settings, read_settings
from kurucz_a1.settings.solar_atlases import AtlasSettings, SolarAtlasesSettings
from kurucz_a1.settings.solver import SolverOptions, SolverSettings
from kurucz_a1.settings.spectrum import SpectrumSettings
from kurucz_a1.settings.trials import TrialsSettings
from kurucz_a1.settings.validation import ValidationSettings

__all__ = [
    "MISTAKES",
    "Atlas12Settings",
    "AtlasSettings",
    "BoxSettings",
    "CorpusSettings",
    "DatasetSettings",
    "DirectSettings",
    "EmulatorSettings",
    "EvaluationSettings",
    "GridSettings",
    "HydrostaticSettings",
    "InferenceSettings",
    "Mistake",
    "PublishedSettings",
    "Settings",
    "SolarAtlasesSettings",
    "SolverOptions",
    "SolverSettings",
    "SpectrumSettings",
    "TrialsSettings",
    "ValidationSettings",
    "check_files",
    "read_settings",
]
