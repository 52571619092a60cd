"""The networks and their training."""

from typing import ClassVar, Literal, get_args

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import BatchSize, Epochs, LearningRate, Patience, PhysicsWeight, Threads, Width

#: Mistakes of the published training; ``emulator.published`` says what each is and where.
Mistake = Literal[
    "radiation_left_out",
    "zero_optical_depth",
    "validation_without_gradient",
    "wrong_signs",
    "two_dropout_masks",
]
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)
Kept = Literal["best", "last"]


class EmulatorSettings(Section):
    """The paper's network and its training."""

    section: ClassVar[str] = "emulator"

    label_width: Width = Field(
        default=128, description="width E of the label encoder (the paper's released model: 512)"
    )
    depth_width: Width = Field(default=64, description="width D of the optical-depth encoder (512)")
    dropout: float = Field(default=0.01, ge=0, lt=1, description="dropout rate in the head")
    alpha: PhysicsWeight = Field(
        default=0.1,
        description="weight of the hydrostatic loss; the data loss has 1 - alpha, and `mlp` takes 0. The default "
        "follows from a scan (docs/trials.md)",
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
    mistakes: tuple[Mistake, ...] = Field(
        default=(), description=f"mistakes of the published training to repeat, of {', '.join(MISTAKES)}"
    )
    keep: Kept = Field(
        default="best",
        description="weights to keep: best, those of the lowest validation loss; or last, after all epochs",
    )
    threads: Threads = Field(
        default=1,
        description="threads of a training, even on fewer processors; a network of the default's size gains little "
        "from a second one, and trainings run side by side",
    )
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


class PublishedSettings(Section):
    """The paper's network trained as published: what differs from `emulator`."""

    section: ClassVar[str] = "published"

    alpha: PhysicsWeight = Field(default=0.001, description="weight of the hydrostatic loss, the authors' default")
    mistakes: tuple[Mistake, ...] = Field(
        default=MISTAKES, description="mistakes of the authors' code to repeat; docs/claims.md describes them"
    )
    keep: Kept = Field(
        default="last",
        description="weights to keep, as in `emulator`; the authors' validation prefers the first epochs, and their "
        "code saves the last weights too",
    )


class DirectSettings(Section):
    """A plain network of the labels that gives all fields at all depths, a baseline of the authors' code.

    Threads, memory and GPU are those of `emulator`.
    """

    section: ClassVar[str] = "direct"

    width: Width = Field(default=256, description="width of the first layer; the next two are twice as wide")
    dropout: float = Field(default=0.01, ge=0, lt=1, description="dropout rate")
    learning_rate: LearningRate = 0.003
    batch_size: BatchSize = 8
    epochs: Epochs = 300
    patience: Patience = 100
    derivatives: float = Field(
        default=0, ge=0, description="weight of the loss in the label derivatives, for models that have them"
    )
    directions: int = Field(
        default=4, ge=1, description="label derivatives that a step takes of each model, drawn anew each time"
    )


class HydrostaticSettings(Section):
    """The network that is in hydrostatic equilibrium by construction.

    Threads, memory and GPU are those of `emulator`.
    """

    section: ClassVar[str] = "hydrostatic"

    width: Width = Field(default=144, description="width of the layers")
    layers: int = Field(default=6, ge=1, le=20, description="number of gated layers, of three dense ones each")
    components: int = Field(default=80, ge=1, le=80, description="number of principal components of each profile")
    learning_rate: LearningRate = 0.004
    batch_size: BatchSize = 32
    epochs: Epochs = 2000
    patience: Patience = 2000
    derivatives: float = Field(
        default=3.0, ge=0, description="weight of the loss in the label derivatives, for models that have them"
    )
    directions: int = Field(
        default=4, ge=1, description="label derivatives that a step takes of each model, drawn anew each time"
    )
