"""The evaluation of the networks."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kurucz_a1.checked import Section
from kurucz_a1.settings.types import Text

_Count = Annotated[int, Field(ge=1)]


class EvaluationSettings(Section):
    """How the networks are evaluated.

    The keys from `networks` on are those of `snakemake --cores all emulator_report`, not part of the default run.
    """

    section: ClassVar[str] = "evaluation"

    timing: tuple[_Count, ...] = Field(
        default=(1, 10, 100, 1000), min_length=1, description="numbers of models whose evaluation is timed"
    )
    atlas12: int = Field(
        default=20,
        ge=1,
        description="largest number of ATLAS-12 models that the solver repeats, without CO lines and with them, for "
        "comparison with the networks; the Sun is one",
    )
    networks: Literal["all", "hydrostatic"] = Field(
        default="all",
        description="networks of the page: `all`, with the claims of the paper, or the `hydrostatic` one alone",
    )
    usual: int = Field(
        default=50,
        ge=1,
        description="models of usual stars (4500 to 8000 K, solar but for [M/H] and [alpha/M]) that the solver makes "
        "for comparison with the hydrostatic network, at random labels by `validation.seed`",
    )
    drawn: int = Field(default=10_000, ge=1, description="random labels in the network's label space")
    reference_counts: tuple[_Count, ...] = Field(
        default=(25, 50, 100, 200),
        description="numbers of real ATLAS-12 models, one hydrostatic network each; at most the whole training split; "
        "empty: none",
    )
    counts: tuple[_Count, ...] = Field(
        default=(),
        description="numbers of models, two hydrostatic networks each, with label derivatives and without: what "
        "derivatives are worth; empty: none",
    )
    steps: int = Field(default=20_000, ge=1, description="steps of each of these trainings")
    document: Text = Field(
        default="docs/emulator.md", description="page to write; its figures go to `images/<name of the page>` beside it"
    )
