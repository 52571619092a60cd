"""The networks and their training."""

from typing import ClassVar

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import BatchSize, Epochs, LearningRate, Patience, PhysicsWeight, Threads, Width


class EmulatorSettings(Section):
    """The paper's network and its training."""

    section: ClassVar[str] = "emulator"

    label_width: Width = Field(
        default=128, description="width E of the label encoder (the paper's released model: 512)"
    )
    depth_width: Width = Field(default=64, description="width D of the optical-depth encoder (512)")
    dropout: float = Field(default=0.01, ge=0, lt=1, description="dropout rate in the head")
    alpha: PhysicsWeight = Field(
        default=0.001, description="weight of the hydrostatic loss; the data loss has 1 - alpha, and `mlp` takes 0"
    )
    learning_rate: LearningRate = 0.003
    batch_size: BatchSize = 8
    epochs: Epochs = 300
    patience: Patience = 100
    derivatives: float = Field(
        default=0,
        ge=0,
        description="weight of the loss in the label derivatives, for models that have them (those of the embedded "
        "solver do); the paper has no such loss",
    )
    threads: Threads = Field(default=2, description="threads of a training, even on fewer processors")
    memory: float = Field(
        default=4000,
        ge=0,
        description="MB of models that a training holds in memory; a larger dataset is read batch by batch",
    )
    gpu: int = Field(
        default=0,
        ge=0,
        le=1,
        description="1: ask the scheduler for a GPU and use the CUDA environment; a GPU that is there is used in any "
        "case",
    )


class HydrostaticSettings(Section):
    """The network that is in hydrostatic equilibrium by construction.

    Threads, memory and GPU are those of `emulator`.
    """

    section: ClassVar[str] = "hydrostatic"

    width: Width = Field(default=256, description="width of the layers")
    layers: int = Field(default=3, ge=1, le=20, description="number of layers")
    components: int = Field(default=48, ge=1, le=80, description="number of principal components of each profile")
    learning_rate: LearningRate = 0.004
    batch_size: BatchSize = 32
    epochs: Epochs = 2000
    patience: Patience = 2000
    derivatives: float = Field(
        default=3.0, ge=0, description="weight of the loss in the label derivatives, for models that have them"
    )
