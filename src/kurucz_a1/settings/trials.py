"""Trainings of many networks on equal terms."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import BatchSize, Epochs, LearningRate, PhysicsWeight, Seed, Text, Threads, Width

Group = Literal["alpha", "own", "mistakes", "equal", "wide"]
_Weight = Annotated[float, Field(gt=0)]


class TrialsSettings(Section):
    """Trainings of many networks on equal terms, by `snakemake --cores all trials`; no part of the default run."""

    section: ClassVar[str] = "trials"

    groups: tuple[Group, ...] = Field(
        default=("alpha", "own", "mistakes", "equal"),
        min_length=1,
        description="which trials to run: alpha, the weights of the physics loss; own, each network at its own "
        "settings; mistakes, those of the published training one by one; equal, all networks on equal terms; wide, the "
        "paper's network in the paper's size, which takes hours",
    )
    alphas: tuple[PhysicsWeight, ...] = Field(
        default=(0, 0.001, 0.01, 0.1, 0.9, 0.99),
        min_length=1,
        description="weights of the physics loss, each with all seeds",
    )
    seeds: tuple[Seed, ...] = Field(
        default=(1, 2, 3, 4, 5), min_length=1, description="seeds of the networks of the scan of weights"
    )
    few_seeds: int = Field(default=2, ge=1, description="how many of the seeds the other trials take")
    epochs: Epochs = Field(
        default=100,
        description="epochs of all trainings but those of the networks at their own settings; none stops earlier",
    )
    batch_size: BatchSize = Field(default=8, description="models in a batch of these trainings")
    wide: Width = Field(
        default=512, description="width E = D of both encoders in the trial of the paper's size, one training"
    )
    learning_rates: tuple[LearningRate, ...] = Field(
        default=(0.001, 0.003, 0.01), min_length=1, description="rates that the search tries for each network"
    )
    derivatives: tuple[_Weight, ...] = Field(
        default=(0.0001, 0.001),
        min_length=1,
        description="weights of the loss in the label derivatives that the search tries for the networks whose data "
        "loss is the paper's",
    )
    hydrostatic_derivatives: tuple[_Weight, ...] = Field(
        default=(1, 3), min_length=1, description="the same for `hydrostatic`, whose data loss has other units"
    )
    test: int = Field(default=200, ge=5, description="models to test on, made for the trials alone")
    test_seed: Seed = Field(default=20261128, description="seed of their labels")
    drawn: int = Field(default=1000, ge=1, description="random labels at which equilibrium is judged")
    threads: Threads = Field(default=1, description="threads of each training")
    document: Text = Field(
        default="docs/trials.md", description="page to write; its figures go to `images/<name of the page>` beside it"
    )
    in_report: bool = Field(default=False, description="run the trials and show them in the report")
