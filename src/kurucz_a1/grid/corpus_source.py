"""The models of a published corpus as a source: the five-label set of Payne Zero (release v1.3)."""

import json
from zipfile import BadZipFile

import jax.numpy as jnp
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.source import Result, Source
from kurucz_a1.labels import LABEL_NAMES, Labels

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
    """The models in the npz file ``path``: their labels, microturbulence among them, are the grid's labels.

    Raises BadFile, in one line, where the file is missing, damaged or of another structure.
    """

    at_hand = True

    def __init__(self, path):
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

    def labels(self, space, count, seed):
        """``count`` models drawn from all without repetition, one row each with a column "row", its place in the file.

        space is not used. A larger count with the same seed adds models and keeps those there were.
        """
        rows = np.sort(np.random.default_rng(seed).permutation(len(self._labels))[: int(count)])
        table = self._labels.iloc[rows].reset_index(drop=True)
        return table.assign(row=rows).rename_axis("index")

    def make_model(self, row, made):
        place = int(row["row"])
        fields = dict(zip(FIELD_NAMES, self._profiles[place].T[self._columns], strict=True))
        return Result(
            Atmosphere(
                log_tau=jnp.asarray(np.log10(self._tau[place])),
                **{name: jnp.asarray(values, dtype=float) for name, values in fields.items()},
                **{name: jnp.asarray(value) for name, value in Labels.of(row).floats().items()},
                source=WHO,
            )
        )


def _read(path):
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


def _labels(path, texts):
    rows = []
    for number, text in enumerate(texts):
        try:
            found = json.loads(str(text))
            rows.append(Labels(**{name: float(found[theirs]) for name, theirs in _LABELS.items()}).as_dict())
        except (ValueError, KeyError, TypeError) as error:
            raise BadFile(f"{path}: labels of model {number} cannot be read ({error}); fetch the file again") from error
    return pd.DataFrame(rows, columns=list(LABEL_NAMES))
