"""Stand-in until the branch settings is merged."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class _S(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class GridSettings(_S):
    source: str = "solver"
    count: int = 320
    batch: int = 40
    box: dict[str, Any] = {}
    decks: str | None = None


class SolverSettings(_S):
    frequencies: int = 600
    depths: int = 80
    maximum_iterations: int = 60
    lines: str | list[str] = "default"
    threads: int = 2


class DatasetSettings(_S):
    validation: float = 0.1
    test: float = 0.1


class EmulatorSettings(_S):
    label_width: int = 128
    depth_width: int = 64
    dropout: float = 0.01
    alpha: float = 0.001
    learning_rate: float = 0.003
    batch_size: int = 8
    epochs: int = 300
    patience: int = 100
    derivatives: float = 0
    threads: int = 2
    memory: int = 4000
    gpu: int = 0


class HydrostaticSettings(_S):
    width: int = 256
    layers: int = 3
    components: int = 48
    learning_rate: float = 0.004
    batch_size: int = 32
    epochs: int = 2000
    patience: int = 2000
    derivatives: float = 3.0


class SpectrumSettings(_S):
    window: tuple[float, float] = (6430.0, 6450.0)
    step: float = 0.01
    vmic: float = 1.0
    lines: str | None = None
    observed: str | None = None
    medium: str = "air"
    telluric_velocity: float = 0
    resolution: float = 115000


class AtlasSettings(_S):
    file: str
    address: str
    algorithm: str
    digest: str
    resolution: float


class CorpusSettings(_S):
    file: str
    address: str
    member: str
    bytes: int
    sha256: str
    batch: int = 5000


class Atlas12Settings(_S):
    executable: str | None = None
    data: str | None = None
    variant: str = "classic"
    start: str = "solver"
    iterations: int = 35
    tries: int = 4
    time_limit: float = 600
    layers: int = 80
    mixing_length: float = 1.25
    batch: int = 100


class InferenceSettings(_S):
    emulator: str = "hydrostatic"
    stars: int = 200
    batch: int = 25
    window: tuple[float, float] = (6430.0, 6530.0)
    pixel: float = 0.11
    resolution: float = 20000
    signal_to_noise: float = 100
    free: list[str] = ["teff", "logg", "feh", "afe", "vmic", "vsini", "rv", "continuum"]
    lines: str | None = None
    least: float = 0.02
    observed: str | None = None
    medium: str = "air"
    calibrated_stars: int = 30
    standards: int = 3
    in_report: bool = False


class ValidationSettings(_S):
    box: int = 300
    deep: int = 50
    by_line: int = 30
    jacobians: int = 10
    seed: int = 7
    structures: int = 200
    sweep: int = 41
    decks: str | None = None
    line_lists: list[str] | None = None
    solar_spectrum: str | None = None
    document: str = "docs/validation.md"
