"""Find the lowest log g at which a static model atmosphere exists; print it over 4 log10(Teff / 10,000 K).

python tools/find_least_gravity.py

For each temperature and metallicity the range of log g between one that has a model and one that has none is halved
again and again. ``kurucz_a1.labels.least_gravity.LOGG_AT_10000`` should lie above all numbers of the last column. It
takes some four minutes on two cores.
"""

from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve
from kurucz_a1.labels.least_gravity import SLOPE, least_logg

TEMPERATURES = (5000.0, 6500.0, 8000.0, 10000.0, 13000.0, 17000.0, 20000.0)  # K
METALLICITIES = (-2.0, 0.0)
ABOVE, BELOW = 0.6, 0.8  # dex around the formula, between which the limit lies
HALVINGS = 5
OPTIONS = SolverOptions(frequencies=300)


def main() -> None:
    for feh in METALLICITIES:
        for teff in TEMPERATURES:
            low, high = least_logg(teff) - BELOW, least_logg(teff) + ABOVE
            for _ in range(HALVINGS):
                middle = 0.5 * (low + high)
                low, high = (low, middle) if exists(teff, middle, feh) else (middle, high)
            offset = high - least_logg(teff) + least_logg(1e4)
            print(
                f"{teff:7.0f} K, [M/H] {feh:4.1f}: log g {high:.2f} = {offset:.2f} + {SLOPE:g} log10(Teff/1e4)",
                flush=True,
            )


def exists(teff: float, logg: float, feh: float) -> bool:
    """Whether the solver finds a model."""
    try:
        solve(teff=teff, logg=logg, feh=feh, options=OPTIONS)
    except NotConverged:
        return False
    return True


if __name__ == "__main__":
    main()
