"""The energy distribution of the solver's Sun against the observed one."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, color, label_panels, name, new_figure, paper_style

CAPTION = """
The Sun's flux at 1 AU from the structure of the embedded LTE solver and as observed (CALSPEC), in bands of 5 nm, and
their ratio; thick: bands of 50 nm. The model is sampled at 16 frequencies in each band of 5 nm, chosen to give its
mean.
"""
BROAD = 10  # bands in a broad one


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``validation.solar_energy.compare_energy``."""
    figure = new_figure(PAGE_WIDTH, 3.6)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    middle = 0.5 * (table["first_nm"] + table["last_nm"])
    for system in ("observed", "solver"):
        top.plot(middle, table[system], drawstyle="steps-mid", color=color(system), label=name(system))
    bottom.axhline(1.0, color=color("observed"), linewidth=1.0)
    bottom.plot(middle, table["ratio"], drawstyle="steps-mid", color=color("solver"), linewidth=0.7)
    group = np.arange(len(table)) // BROAD
    broad = table[["observed", "solver"]].groupby(group).mean()
    ratio = (broad["solver"] / broad["observed"]).to_numpy()
    bottom.plot(middle, ratio[group], drawstyle="steps-mid", color=color("solver"), linewidth=2.0)
    bottom.set_ylim(0.8, 1.2)
    top.set_ylim(bottom=0.0)
    top.set_xlim(table["first_nm"].min(), table["last_nm"].max())
    top.set_ylabel("flux at 1 AU\n" + r"[erg s$^{-1}$ cm$^{-2}$ $\mathrm{\AA}^{-1}$]")
    bottom.set_ylabel("ratio")
    bottom.set_xlabel("wavelength in vacuum [nm]")
    top.legend()
    label_panels((top, bottom))
    return figure
