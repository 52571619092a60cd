"""Results of single points, kept on disk until their batch is complete."""

import json
from pathlib import Path

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.errors import BadFile
from kurucz_a1.files import write_text
from kurucz_a1.grid.source import Result
from kurucz_a1.netcdf import read_netcdf, write_netcdf


def keep(folder: Path, index: int, key: str, result: Result) -> None:
    """Keep the Result of the row ``index`` in ``folder``; ``key`` is a digest of all that it depends on."""
    if result.model is not None:
        write_netcdf(folder / f"{index}.nc", result.model.to_dataset().assign_attrs(key=key))
    rest = {"key": key, "reason": result.reason, "tries": result.tries, "deck": result.deck}
    write_text(folder / f"{index}.json", json.dumps(rest))


def recall(folder: Path, index: int, key: str) -> Result | None:
    """The Result that an earlier run kept for this row under this key; None if there is none or it is damaged."""
    model = None
    try:
        rest = json.loads((folder / f"{index}.json").read_text(encoding="utf-8"))
        if rest.pop("key") != key:
            return None
        if not rest["reason"]:
            dataset = read_netcdf(folder / f"{index}.nc")
            if dataset.attrs.get("key") != key:
                return None
            model = from_dataset(dataset)
        return Result(model, rest["reason"], tuple(rest["tries"]), rest["deck"])
    except (OSError, ValueError, KeyError, TypeError, BadFile):
        return None
