"""The dataset and its split."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from kurucz_a1.checked import Section

TestSet = Literal["blocks", "last"]
_Share = Annotated[float, Field(gt=0, le=0.5)]


class DatasetSettings(Section):
    """Shares of the models, split by blocks of label space, and what the test is."""

    section: ClassVar[str] = "dataset"

    validation: _Share = Field(default=0.1, description="share that decides when training stops")
    test: _Share = Field(default=0.1, description="share that only the evaluation uses")
    test_set: TestSet = Field(
        default="blocks",
        description="the models of the test: `blocks` of label space, or the `last` of the grid, which no smaller grid "
        "has, so that no choice made by one was made by them",
    )

    @model_validator(mode="after")
    def _check_sum(self) -> "DatasetSettings":
        held_out = self.validation + self.test
        if held_out > 0.8:
            raise ValueError(
                f"dataset.validation and dataset.test add up to {held_out:g}; leave at least 0.2 for training"
            )
        return self
