"""The grid of model atmospheres."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, create_model, model_serializer, model_validator

from kurucz_a1.checked import ONE_OR_SEVERAL, RISING, One, Section, Several
from kurucz_a1.label_entries import LABELS, REQUIRED, Label, Spacing
from kurucz_a1.solar_patterns import PATTERNS

if TYPE_CHECKING:
    SolarPattern = str
else:
    SolarPattern = Literal[PATTERNS]
Source = Literal["solver", "atlas12", "reference", "corpus", "decks", "archive"]
_FLOORS = ("logg_min_at_cool_edge", "logg_min_at_hot_edge")


def _gravity(label: Label) -> dict[str, Any]:
    """The three entries of log g: its floor at both ends of teff, and its highest value."""
    value = Annotated[float, Field(ge=label.limits[0], le=label.limits[1])]
    assert isinstance(label.box, tuple)
    low, high = label.box
    told = {
        _FLOORS[0]: (low, "lowest log g at the lowest teff (dex, cgs); the floor rises linearly with teff"),
        _FLOORS[1]: (3.0, "lowest log g at the highest teff; models below it are near the Eddington limit"),
        "logg_max": (high, "highest log g"),
    }
    return {name: (value, Field(default=default, description=text)) for name, (default, text) in told.items()}


def _label(label: Label) -> tuple[Any, Any]:
    """The entry of another label: its range, or the one value of all models, which teff cannot have."""
    value = Annotated[float, Field(ge=label.limits[0], le=label.limits[1])]
    limits = Annotated[tuple[value, value], RISING]
    kind = limits
    if label.name not in REQUIRED:
        kind = Annotated[Annotated[value, One] | Annotated[limits, Several], ONE_OR_SEVERAL]
    units = "" if label.units == "1" else f" ({label.units})"
    text = f"{label.long_name}{units}" + (f"; {label.note}" if label.note else "")
    return kind, Field(default=label.box, description=text)


_ABUNDANCES: dict[str, Any] = {label.element: _label(label) for label in LABELS if label.element}


class AbundanceSettings(create_model("_Abundances", __base__=Section, **_ABUNDANCES)):  # type: ignore[misc]
    """[X/M] of single elements: lowest and highest value of each, or one value that all models share."""

    section: ClassVar[str] = "grid.box.abundances"
    whole: ClassVar[bool] = True

    @model_serializer(mode="wrap")
    def _without_defaults(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = type(self).model_fields
        return {name: value for name, value in plain(self).items() if getattr(self, name) != fields[name].default}


def _entries() -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for label in LABELS:
        if label.name == "logg":
            entries |= _gravity(label)
        elif not label.element:
            entries[label.name] = _label(label)
    text = (
        "abundances [X/M] (dex, by number, on top of [M/H] and [alpha/M]) of elements of the gas, as "
        f"`{{C: [-0.3, 0.3], N: 0.4}}`; of {', '.join(_ABUNDANCES)}. Those not named are 0; elements outside the gas "
        "follow [M/H]"
    )
    entries["abundances"] = (AbundanceSettings, Field(default=AbundanceSettings(), description=text))
    return entries


class BoxSettings(create_model("_Box", __base__=Section, **_entries())):  # type: ignore[misc]
    """The label space of the grid: lowest and highest value of each label, or one value that all models share."""

    section: ClassVar[str] = "grid.box"

    @model_validator(mode="after")
    def _check_gravity(self) -> "BoxSettings":
        for name in _FLOORS:
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
        "of the package; `corpus`: a published corpus; `decks`: a folder or tar archive of ATLAS model atmospheres; "
        "`archive`: models of an earlier grid with their derivatives, as the training set of the package's emulator",
    )
    count: int = Field(
        default=320,
        ge=5,
        description="number of models; for `reference`, `corpus`, `decks` and `archive` the largest number taken",
    )
    spacing: Spacing = Field(
        default="even",
        description="how drawn labels are spread over the box: `even`; or `wide`, for boxes of many temperatures: "
        "teff evenly in its inverse, and all labels denser towards their ends",
    )
    batch: int = Field(default=80, ge=1, description="models per job; jobs can run side by side")
    box: BoxSettings = BoxSettings()
    decks: str | None = Field(default=None, description="folder or tar archive of model decks for the source `decks`")
    archive: str | None = Field(
        default="training_set",
        description="folder of the archives of models for the source `archive` (docs/training_set.md)",
    )
    solar_pattern: SolarPattern | None = Field(
        default=None,
        description="solar abundances to which [M/H] and [alpha/M] of the models of the source `decks` refer "
        f"({', '.join(f'`{name}`' for name in PATTERNS)}); null: those that fit each model",
    )
