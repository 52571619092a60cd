"""The grid of model atmospheres."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from kurucz_a1.checked import ONE_OR_SEVERAL, RISING, One, Section, Several

Source = Literal["solver", "atlas12", "reference", "corpus", "decks"]
_Teff = Annotated[float, Field(ge=2000, le=60_000)]
_Gravity = Annotated[float, Field(ge=-1.5, le=6)]
_Iron = Annotated[float, Field(ge=-5, le=1.5)]
_Alpha = Annotated[float, Field(ge=-1, le=1)]
_Vturb = Annotated[float, Field(ge=0, le=10)]


class BoxSettings(Section):
    """The label space of the grid."""

    section: ClassVar[str] = "grid.box"

    teff: Annotated[tuple[_Teff, _Teff], RISING] = Field(
        default=(4500, 8000), description="lowest and highest effective temperature (K)"
    )
    logg_min_at_cool_edge: _Gravity = Field(
        default=1.0, description="lowest log g at the lowest teff (dex, cgs); the floor rises linearly with teff"
    )
    logg_min_at_hot_edge: _Gravity = Field(
        default=3.2, description="lowest log g at the highest teff; models below it are near the Eddington limit"
    )
    logg_max: _Gravity = Field(default=5.0, description="highest log g")
    feh: Annotated[tuple[_Iron, _Iron], RISING] = Field(default=(-2.0, 0.4), description="[Fe/H] (dex)")
    afe: Annotated[tuple[_Alpha, _Alpha], RISING] = Field(default=(-0.1, 0.5), description="[alpha/Fe] (dex)")
    vturb: Annotated[
        Annotated[_Vturb, One] | Annotated[tuple[_Vturb, _Vturb], RISING, Several],
        ONE_OR_SEVERAL,
    ] = Field(
        default=2.0,
        description="microturbulence of all models (km/s); the embedded opacity table holds 2, any other value needs "
        "`solver.lines`",
    )

    @model_validator(mode="after")
    def _check_gravity(self) -> "BoxSettings":
        for name in ("logg_min_at_cool_edge", "logg_min_at_hot_edge"):
            floor = getattr(self, name)
            if not floor < self.logg_max:
                raise ValueError(
                    f"{self.section}.{name} is {floor}; it must be less than {self.section}.logg_max, {self.logg_max}"
                )
        return self


class GridSettings(Section):
    """Which model atmospheres are made, and by what."""

    section: ClassVar[str] = "grid"

    source: Source = Field(
        default="solver",
        description="`solver`: the embedded LTE solver; `atlas12`: your own ATLAS-12; `reference`: the ATLAS-12 models "
        "of the package; `corpus`: a published corpus; `decks`: a folder or tar archive of ATLAS model atmospheres",
    )
    count: int = Field(
        default=320,
        ge=5,
        description="number of models; for `reference`, `corpus` and `decks` the largest number taken",
    )
    batch: int = Field(default=40, ge=1, description="models per job; jobs can run side by side")
    box: BoxSettings = BoxSettings()
    decks: str | None = Field(default=None, description="folder or tar archive of model decks for the source `decks`")
