"""Wall-clock time against the number of models."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import COLUMN_WIDTH, MARKERS, look, name, new_figure, paper_style, systems_in

CAPTION = """
Wall-clock time for a number of models: the networks in one batched call after compilation (best of three) and, as a
line of slope one, the embedded LTE solver at the median time of the models of this run's grid, made one after another.
The figure names the devices.
"""


@paper_style()
def draw(timing: pd.DataFrame) -> Figure:
    """Figure from the table of ``evaluation.timing_table``."""
    figure = new_figure(COLUMN_WIDTH * 1.25, 3.3)
    panel = figure.subplots()
    largest = timing["models"].max()
    for system in systems_in(timing):
        rows = timing[timing["system"] == system].sort_values("models")
        if system == "solver":
            counts = np.array([1, largest])
            seconds = rows["seconds_per_model"].iloc[0]
            panel.plot(counts, seconds * counts, **look(system, label=f"{name(system)} ({seconds:.2g} s a model)"))
        else:
            panel.plot(rows["models"], rows["seconds"], marker=MARKERS.get(system, "v"), ms=4.5, **look(system))
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xlabel("number of models")
    panel.set_ylabel("wall-clock time [s]")
    panel.set_ylim(top=timing["seconds_per_model"].max() * largest * 30)
    devices = list(dict.fromkeys(timing["device"]))
    title = devices[0] if len(devices) == 1 else None
    legend = panel.legend(loc="upper left", title=title, alignment="left")
    legend.get_title().set_fontsize(8.5)
    if title is None:
        for text, system in zip(legend.get_texts(), systems_in(timing), strict=True):
            device = timing[timing["system"] == system]["device"].iloc[0]
            text.set_text(f"{text.get_text()}, {device}")
            text.set_fontsize(7.5)
    return figure
