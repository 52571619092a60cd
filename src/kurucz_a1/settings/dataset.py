"""The dataset and its split."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kurucz_a1.checked import Section

_Share = Annotated[float, Field(gt=0, le=0.5)]


class DatasetSettings(Section):
    """Shares of the models, split by blocks of label space."""

    section: ClassVar[str] = "dataset"

    validation: _Share = Field(default=0.1, description="share that decides when training stops")
    test: _Share = Field(default=0.1, description="share that only the evaluation uses")

    @model_validator(mode="after")
    def _check_sum(self) -> "DatasetSettings":
        held_out = self.validation + self.test
        if held_out > 0.8:
            raise ValueError(
                f"dataset.validation and dataset.test add up to {held_out:g}; leave at least 0.2 for training"
            )
        return self
