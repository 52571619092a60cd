"""Types that several sections share."""

from typing import Annotated, Literal

from pydantic import Field

from kurucz_a1.checked import RISING

Text = Annotated[str, Field(min_length=1)]
Medium = Literal["air", "vacuum"]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Threads = Annotated[int, Field(ge=1, le=256)]
Width = Annotated[int, Field(ge=2, le=4096)]
Resolution = Annotated[float, Field(ge=100, le=10_000_000)]
#: shortest and longest wavelength (A)
_Wavelength = Annotated[float, Field(ge=1000, le=100_000)]
Window = Annotated[tuple[_Wavelength, _Wavelength], RISING]
#: weight of the physics loss beside the data loss
PhysicsWeight = Annotated[float, Field(ge=0, le=1)]

# of a training
LearningRate = Annotated[float, Field(gt=0, le=1, description="highest learning rate of Adam")]
BatchSize = Annotated[int, Field(ge=1, description="models per training step")]
Epochs = Annotated[int, Field(ge=1, description="largest number of passes through the training set")]
Patience = Annotated[int, Field(ge=1, description="epochs without a better validation loss before training stops")]
