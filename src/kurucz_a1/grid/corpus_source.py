"""The models of a published corpus as a source: the five-label set of Payne Zero (release v1.3)."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import jax.numpy as jnp
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace, told_table

# The corpus's own names of our labels. Its metallicity is [M/H], as our feh is.
_LABELS = {
    "teff": "effective_temperature",
    "logg": "log_surface_gravity",
    "feh": "metallicity",
    "afe": "alpha_enhancement",
    "vturb": "microturbulence_km_s",
}
_ARRAYS = ("atmosphere_profiles", "standard_rosseland_optical_depth", "target_fields", "labels_json")
WHO = "Payne Zero v1.3 (ATLAS-12 physics)"


class CorpusSource(Source):
    """The models in the npz file ``path``; their labels, including microturbulence, are the grid's labels.

    Raises BadFile where the file is missing, damaged or of another structure.
    """

    at_hand = True

    def __init__(self, path: Path | str) -> None:
        arrays = _read(path)
        names = [str(name) for name in arrays["target_fields"]]
        self._profiles, self._tau = arrays["atmosphere_profiles"], arrays["standard_rosseland_optical_depth"]
        count, shape = len(arrays["labels_json"]), self._profiles.shape
        if set(FIELD_NAMES) - set(names) or shape != (count, *self._tau.shape[1:], len(names)):
            raise BadFile(
                f"{path}: profiles of shape {shape} with fields {', '.join(names)} are not those of the five-label "
                "corpus of Payne Zero; put the right file there"
            )
        self._columns = [names.index(name) for name in FIELD_NAMES]
        self._labels = _labels(path, arrays["labels_json"])
        self.description = {"source": "corpus", "models": count, "who": WHO}

    def labels(self, space: LabelSpace | None, count: int, seed: int) -> pd.DataFrame:
        """``count`` models drawn at random without repetition; the column "row" is their place in the file.

        A larger count with the same seed adds models and keeps the others. ``space`` is not used.
        """
        rows = np.sort(np.random.default_rng(seed).permutation(len(self._labels))[: int(count)])
        table = self._labels.iloc[rows].reset_index(drop=True)
        return table.assign(row=rows).rename_axis("index")

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        place = int(row["row"])
        profiles = zip(FIELD_NAMES, self._profiles[place].T[self._columns], strict=True)
        fields: dict[str, Any] = {name: jnp.asarray(values, dtype=float) for name, values in profiles}
        fields |= {name: jnp.asarray(value) for name, value in Labels.of(row).floats().items()}
        return Result(Atmosphere(log_tau=jnp.asarray(np.log10(self._tau[place])), **fields, source=WHO))


def _read(path: Path | str) -> dict[str, np.ndarray]:
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            missing = [name for name in _ARRAYS if name not in archive]
            if missing:
                raise BadFile(f"{path}: holds no {missing[0]}; this is not the five-label corpus of Payne Zero")
            return {name: archive[name] for name in _ARRAYS}
    except FileNotFoundError:
        raise BadFile(f"{path}: no such file; fetch it with the rule fetch_corpus") from None
    except (OSError, ValueError, BadZipFile, EOFError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(f"{path}: not a whole npz file ({' '.join(str(error).split())[:80]}); fetch it again") from error


def _labels(path: Path | str, texts: Iterable[Any]) -> pd.DataFrame:
    rows = []
    for number, text in enumerate(texts):
        try:
            entries = json.loads(str(text))
            rows.append(Labels(**{name: float(entries[theirs]) for name, theirs in _LABELS.items()}).as_dict())
        except (ValueError, KeyError, TypeError) as error:
            raise BadFile(f"{path}: labels of model {number} cannot be read ({error}); fetch the file again") from error
    return told_table(pd.DataFrame(rows, columns=list(LABEL_NAMES)))
