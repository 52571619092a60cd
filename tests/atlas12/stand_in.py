"""A program that behaves as the classic ATLAS-12 does, its failures included, and computes nothing.

    BEHAVIOUR=good python stand_in.py < cards

It reads its cards and files as the program does, and leaves the start model, moved to the labels of the cards so that
it stays in hydrostatic equilibrium, as its model. What it acts out besides is said by the variable BEHAVIOUR.
"""

import os
import signal
import sys
import time
from pathlib import Path

WORDS = {"MOLECULES", "READ", "TITLE", "OPACITY", "CONVECTION", "ABUNDANCE", "ITERATIONS", "PRINT", "PUNCH", "SCALE"}
WORDS |= {"VTURB", "BEGIN", "END"}
SETTLES_AT = 12  # iteration


def main():
    behaviour = os.environ["BEHAVIOUR"]
    cards = [line.split() for line in sys.stdin.read().splitlines() if line.strip()]
    for name in ("fort.2", "fort.3", "fort.12"):
        if not Path(name).exists():
            print(f"Fortran runtime error: Cannot open file '{name}'", file=sys.stderr)
            sys.exit(2)
    if behaviour == "unknown card":
        cards.insert(3, ["FROBNICATE", "1"])
    for words in cards:
        if words[0] not in WORDS:
            print(f" I DO NOT UNDERSTAND\n {' '.join(words)}")
            return
    iterations = next(int(words[1]) for words in cards if words[0] == "ITERATIONS")
    if behaviour == "too many iterations":
        print(" HOW MANY ITERATIONS")
        return
    scale = next(words for words in cards if words[0] == "SCALE")
    layers, teff, logg = int(scale[2]), float(scale[5]), float(scale[6])
    start = Path("fort.3").read_text()
    if behaviour == "start too far":
        print("0J          1.0000E+00\n0P        -2.0000E+00\n0PZERO     1.0000E+00\n0ACCRAD    1.0E+00")
        return
    if behaviour == "silent":
        return
    if behaviour == "loop":
        if os.fork() == 0:
            Path("child").write_text(str(os.getpid()))
        while True:
            time.sleep(0.05)
    if behaviour == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if behaviour == "status":
        sys.exit(2)
    if behaviour == "empty":
        Path("fort.7").write_text("")
        return
    rows = deepened(moved(start, teff, logg), layers, 10.0**logg)
    change, error = {"unconverged": (50.0, 7.5)}.get(behaviour, (0.05, 0.3))
    for number in range(1, iterations + 1) if behaviour != "unprinted" else ():
        settled = number >= SETTLES_AT
        print_iteration(rows, change if settled else 40.0, error if settled else 4.0)
    model = punched(start, rows, teff, logg, iterations)
    if behaviour == "truncated":
        model = model[: 2 * len(model) // 3]
    if behaviour == "garbage":
        model = "\x00\x01 no deck " * 300
    if behaviour == "another point":
        model = model.replace(model.splitlines()[0], "TEFF   9999.  GRAVITY 4.44000 LTE ", 1)
    if behaviour == "stopped early":
        model = model.replace(f"{iterations:4d} COMPLETED", "   3 COMPLETED")
    if behaviour == "out of balance":
        model = punched(start, [(*row[:2], 1.05 * row[2], *row[3:]) for row in rows], teff, logg, iterations)
    Path("fort.7").write_text(model)


def moved(start, teff, logg):
    """The layers of the start model, for another gravity and temperature, as (m, T, P, n_e, kappa, g_rad, v)."""
    lines = start.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("READ DECK6")) + 1
    old_teff, old_gravity = float(lines[0].split()[1]), 10.0 ** float(lines[0].split()[3])
    weaker = old_gravity / 10.0**logg
    rows = []
    for line in lines[first : first + int(lines[first - 1].split()[2])]:
        m, t, p, n, k, g, v = (float(word) for word in line.split()[:7])
        rows.append((m * weaker, t * teff / old_teff, p, n, k / weaker, g / weaker, v))
    return rows


def deepened(rows, layers, gravity):
    """The rows with as many more below as are asked for, an eighth of a decade of optical depth apart."""
    depth = 10.0 ** (-6.875 + 0.125 * (len(rows) - 1))
    while len(rows) < layers:
        m, t, p, n, k, g, v = rows[-1]
        step = depth * (10.0**0.125 - 1.0) / k
        rows = [*rows, (m + step, 1.01 * t, p + (gravity - g) * step, n, k, g, v)]
        depth *= 10.0**0.125
    return rows


def print_iteration(rows, change, error):
    """The two tables of an iteration, in the columns of the program."""
    print("1///\n0        RHOX        T      DTLAMB   DTSURF   DTFLUX      T1   CONV/TOTAL      ERROR     DERIV")
    for j, (m, t, *_) in enumerate(rows, start=1):
        print(f"{j:3d}{m:12.4E}{t:10.1f}{0:9.1f}{0:9.1f}{0:9.1f}{change:9.1f} {0:11.3E} {error:10.3f}{error:10.3f}")
    print("0 ELECTRON\n       RHOX      TEMP    PRESSURE    NUMBER    DENSITY      MEAN       (KM)      DEPTH")
    for j, (m, t, p, n, k, g, _) in enumerate(rows, start=1):
        tau = 10.0 ** (-6.875 + 0.125 * (j - 1))
        columns = "".join(f"{value:11.3E}" for value in (p, n, 1e-9, k, 1.0, tau, 0.0, g))
        derivative = "********" if j == 1 else f"{error:8.3f}"  # too large for its columns at the surface
        print(f"{j:3d}{m:10.3E}{t:9.1f}{columns}{error:14.3f}{derivative}")


def punched(start, rows, teff, logg, iterations):
    """The text of the model."""
    lines = start.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("READ DECK6"))
    head = [f"TEFF {teff:6.0f}.  GRAVITY{logg:8.5f} LTE ", "TITLE ATLAS12".ljust(80), *lines[2:first]]
    table = [
        f"{m:15.8E}{t:9.1f}{p:10.3E}{n:10.3E}{k:10.3E}{g:10.3E}{v:10.3E} 0.000E+00 0.000E+00"
        for m, t, p, n, k, g, v in rows
    ]
    tail = ["PRADK 1.4876E+00", f"BEGIN                    ITERATION{iterations:4d} COMPLETED"]
    return "\n".join([*head, f"READ DECK6{len(rows):3d} RHOX,T,P,XNE,ABROSS,ACCRAD,VTURB", *table, *tail]) + "\n"


main()
