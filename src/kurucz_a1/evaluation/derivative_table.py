"""How well a network gives the derivatives of models by their labels: a row for each label and group of labels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.losses import LEAST_CHANGES
from kurucz_a1.evaluation.emulator_checks import JACOBIAN_BAND, JACOBIAN_FIELDS, in_band
from kurucz_a1.labels import BY_NAME
from kurucz_a1.types import AnyArray

GOOD_DISTANCE, GOOD_COSINE = 0.05, 0.995  # limits of a good cell
COLUMNS = ("labels", "cells", "good", "target", "distance_median", "distance_p95")
#: Changes of ln of JACOBIAN_FIELDS over half the range of a label; a smaller effect is not judged.
FLOORS = np.array([LEAST_CHANGES[FIELD_NAMES.index(name)] for name in JACOBIAN_FIELDS])


class Cells(NamedTuple):
    """Derivatives over JACOBIAN_BAND, compared by cells of one model, one of JACOBIAN_FIELDS and one label.

    - ``counts``: whether half the range of the label changes the field by FLOORS or more, in the mean over depth.
    - ``distance``: relative L2 difference; ``good``: whether it is within GOOD_DISTANCE, with a cosine of GOOD_COSINE.
    """

    counts: Bool[np.ndarray, "model field label"]
    distance: Float[np.ndarray, "model field label"]
    good: Bool[np.ndarray, "model field label"]


class _Group(NamedTuple):
    title: str
    target: float  # share of good cells
    holds: Bool[np.ndarray, "label"]


def derivative_table(
    exact: Float[AnyArray, "model 6 label depth"],
    predicted: Float[AnyArray, "model 6 label depth"],
    log_tau: Float[AnyArray, "depth"],
    labels: Sequence[str],
    ranges: Float[np.ndarray, "label"],
) -> pd.DataFrame:
    """Agreement of label Jacobians: how many Cells there are by label, and how many are good.

    - ``labels``: names of the labels; other arguments as of ``compare``.

    Columns: COLUMNS, of which good and target are shares; nan where no cell counts.
    """
    cells = compare(exact, predicted, log_tau, ranges)
    return pd.DataFrame([_row(group, cells) for group in _groups(labels)], columns=list(COLUMNS))


def compare(
    exact: Float[AnyArray, "model 6 label depth"],
    predicted: Float[AnyArray, "model 6 label depth"],
    log_tau: Float[AnyArray, "depth"],
    ranges: Float[np.ndarray, "label"],
) -> Cells:
    """The Cells of two label Jacobians.

    - ``exact``, ``predicted``: of ln of the fields, per unit of the label.
    - ``ranges``: widths of the ranges of the labels, in their units.
    """
    inside = in_band(np.asarray(log_tau), JACOBIAN_BAND)
    places = [FIELD_NAMES.index(name) for name in JACOBIAN_FIELDS]
    exact, predicted = (np.asarray(values, dtype=float)[:, places][..., inside] for values in (exact, predicted))
    counts = np.abs(exact).mean(axis=-1) * 0.5 * np.asarray(ranges) >= FLOORS[:, None]
    size = np.where(counts, np.linalg.norm(exact, axis=-1), 1.0)
    distance = np.linalg.norm(predicted - exact, axis=-1) / size
    length = np.maximum(np.linalg.norm(predicted, axis=-1), np.finfo(float).tiny)
    cosine = np.sum(exact * predicted, axis=-1) / (size * length)
    return Cells(counts, distance, (distance <= GOOD_DISTANCE) & (cosine >= GOOD_COSINE))


def _groups(labels: Sequence[str]) -> list[_Group]:
    element = np.array([bool(BY_NAME[name].element) for name in labels])
    mixing = np.array([name == "mixing_length" for name in labels])
    groups = [
        _Group("main labels", 0.95, ~element & ~mixing),
        _Group("mixing length", 0.90, mixing),
        _Group("abundances", 0.90, element),
    ]
    single = [_Group(name, np.nan, np.arange(len(labels)) == k) for k, name in enumerate(labels)]
    return [group for group in groups if group.holds.any()] + single


def _row(group: _Group, cells: Cells) -> dict[str, str | int | float]:
    chosen = cells.counts & group.holds
    found = cells.distance[chosen] if chosen.any() else np.array([np.nan])
    return {
        "labels": group.title,
        "cells": int(chosen.sum()),
        "good": float(cells.good[chosen].mean()) if chosen.any() else np.nan,
        "target": group.target,
        "distance_median": float(np.median(found)),
        "distance_p95": float(np.percentile(found, 95)),
    }
