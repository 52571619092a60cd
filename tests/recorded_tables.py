"""What the tables of config/test.yaml held when they were recorded, and how far another run may be from it.

python tests/recorded_tables.py results/test/tables     record the tables of a run anew
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

RECORD = Path(__file__).with_name("recorded_tables.csv")
KEYS = ["table", "group", "column"]
NETWORKS = ("pinn", "published", "mlp", "direct", "hydrostatic", "ATLAS-12, as published")


def allowed_factor(row):
    """Factor between the mean size of a column's numbers and the recorded one that another processor may make.

    Models of ATLAS-12 and of the solver agree to rounding where iterations stop, parts in a thousand; what
    is left of an equation that they solve is of the size of that rounding. A network's training in float32 amplifies
    rounding: of a dozen models it learns as much, not the same. A share of its models, and what
    may have either sign, can be near zero or not.
    """
    if row.group in NETWORKS and row.column.startswith(("pressure_falls", "unphysical", "bias", "fe1_", "fe2_")):
        return np.inf
    if row.group in NETWORKS or row.column.startswith(NETWORKS):
        return 5.0
    if row.table.startswith("hydrostatic_") or row.column.endswith(("_rms", "error_of_rms")) or row.group == "solver":
        return 1.5
    return 1.01


def departures(found, recorded):
    """Lines on what differs more than it may between two DataFrames of ``sizes_of_numbers``."""
    both = recorded.merge(found, on=KEYS, how="outer", suffixes=("_recorded", "_found"), indicator="where")
    lines = []
    for row in both.itertuples():
        name = f"{row.table} {row.group} {row.column}"
        if row.where != "both":
            lines.append(f"{name}: in one of the two only")
        elif row.rows_recorded != row.rows_found:
            lines.append(f"{name}: {row.rows_found} rows, {row.rows_recorded} recorded")
        else:
            factor = allowed_factor(row)
            low, high = sorted((row.mean_size_recorded, row.mean_size_found))
            known = np.isfinite(factor) and not (np.isnan(low) and np.isnan(high))
            if known and not high <= factor * low + 1e-12:
                lines.append(f"{name}: {row.mean_size_found:g}, {row.mean_size_recorded:g} recorded")
    return lines


def read_record():
    return pd.read_csv(RECORD, keep_default_na=False, na_values={"mean_size": [""]})


def main():
    from kurucz_a1.report.table_digest import sizes_of_numbers

    sizes_of_numbers(sys.argv[1]).to_csv(RECORD, index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main()
