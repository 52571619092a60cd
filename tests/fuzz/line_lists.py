"""Line lists of every form, small and made up, and what must hold for whatever becomes of them.

``inputs`` gives the files by name, ``check`` reads one: values that can be true, or one clean BadFile.
"""

import gzip
import io
import warnings
from pathlib import Path

import h5py
import numpy as np

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers import read_line_list

MOOG = b"""made-up lines
  6430.850      26.0      2.18     -2.00    -7.500                          a remark
 -6430.880      26.0      2.18     -2.60  1.30E-31
  6432.680      26.1      2.89     -3.57       2.5              12.3
  4305.016 106.00113     0.683    -1.212                3.47
  6439.080      20.0      2.53      0.40
"""
MOOG_FREE = b"""6430.850 26.0 2.18 -2.00 -7.5 0.0 0.0
6432.68 26.1 2.89 -3.57 0.0 0.0 0.0 a remark
6439.080 20.0 2.53 0.40 2.5 0 0
5100.25 112.00124 0.607 -0.520 0 1.34 0
"""
KURUCZ = (
    b"   643.0850 -2.000 26.00   17550.000  2.0 a            33095.800  3.0 b           8.20 -6.20 -7.70TEST 0 0"
    b"  0 0.000  0 0.000    0    0\n"
    b"   643.2676 -3.570 26.01   38858.970  2.0 c            23317.630  3.0 d           8.20 -6.20 -7.70TEST 0 0"
    b"  0 0.000  0 0.000    0    0\n"
    b"   633.3000  0.100 20.00   35700.000  2.0 c            51486.000  3.0 d          13.10 18.20-17.60TEST 0 0"
    b"  0 0.000  0 0.000    0    0      0AUT    0    0     0\n"
    b"   643.7612 -0.300 63.01   10643.480  5.0 e           -26172.830  5.0 f           0.00  0.00  0.00TEST 0 0"
    b"153-0.301153-0.282    0    0\n"
)
KURUCZ_MOLECULES = b"""  643.0012 -3.210 22.5  8900.000 22.5 -24447.800 607X04 1 21A22F1   12 617
  643.0475 -3.190 22.5  9000.000 22.5 -24546.700 607X04 2 22A22E2   13 617
  431.2000 -1.900  8.5  1500.000  9.5  24684.700 106X00F1   A00F1   12
"""
VALD_LONG = b"""                                                           Lande factors        Damping parameters
Elm Ion       WL_air(A)  log gf* E_low(eV) J lo  E_up(eV) J up   lower   upper    mean   Rad.  Stark    Waals
'Fe 1',      6561.10000,  -1.500,  2.5000,  2.0,  4.3890,  3.0,  1.000,  1.000,  1.000, 8.200,-6.100, -7.700,
  LS                 lower level
  LS                 upper level
'_          Made up        1 wl:X   1 gf:X   1 X    Fe'
'H 1',      6562.80000,   0.700, 10.1990,  2.0, 12.0880,  3.0,  1.000,  1.000,  1.000, 8.800, 2.000,  3.000,


'_          Made up        1 wl:X   1 gf:X   1 X    H'
'CN 1',      6563.90000,  -1.200,  1.5000,  2.0,  3.3880,  3.0,  1.000,  1.000,  1.000, 0.000, 0.000,  0.000,
  LS                 lower level
  LS                 upper level
'_          Made up        1 wl:X   1 gf:X   1 X    (12)C(14)N'
* oscillator strengths were NOT scaled by the solar isotopic ratios.
"""
VALD_SHORT = b""" 6430.0, 6450.0, 2, 99, 1.0 Wavelength region, lines selected, lines processed, Vmicro
                                                 Damping parameters
Elm Ion  WL_vac(nm)  Excit(cm^-1) Vmic log gf* Rad. Stark Waals factor depth Reference
'Fe 1', 643.26281, 17550.180, 1.0, -2.006, 8.290, -6.160, -7.540, 1.240, 0.700, '_ 1 wl:ONE 1 gf:ONE Fe'
'Ca 1', 644.08560, 20371.000, 1.0, 0.390, 7.620, -6.070, 366.242, 1.120, 0.800, '_ 1 wl:ONE 1 gf:ONE Ca'
'made-up.krz',
'H :  0.92','He: -1.11','END'
* oscillator strengths were scaled by the solar isotopic ratios.
"""
TURBOSPECTRUM = b"""'  26.000            '    1         2
'Fe I    '
  6430.850  2.180 -2.000   -7.700    7.0  1.60E+08  0.000  'p' 's'   0.0    1.0 'made up'
  6421.360  2.280 -2.030  365.242    5.0  1.60E+08 -6.100  'p' 's'   0.0    1.0 'made up'
'0607.012014 '            1         1
'made up CN'
  6430.012  1.103 -3.210    0.000   45.0  1.00E+00 'x' 'x'   0.0    1.0 'made up'
"""
ISPEC = (
    b"element\twave_A\twave_nm\tloggf\tlower_state_eV\tlower_state_cm1\trad\tstark\twaals\tion\tturbospectrum_species\n"
    b"Fe 1\t6430.846\t643.0846\t-2.006\t2.1760\t17550.18\t8.290\t-6.160\t-7.540\t1\t26.000\n"
    b"CN 1\t6430.012\t643.0012\t-3.210\t1.1035\t8900.000\t0.000\t0.000\t0.000\t1\t607.012014\n"
)
KORG_CSV = b"""wl,log_gf,species,E_lower,gamma_rad,gamma_stark,vdW
6.4326281e-5,-2.006,Fe I,2.176,1.9e8,6.9e-7,2.9e-8
6.4408560e-5,0.390,Ca I,2.526,4.1e7,8.5e-7,"(1.0249e-14, 0.242)"
"""
FASMA = b"""#wl\telem\texcit\tloggf\tvdwaals\tDo
6430.846\t26.0\t2.18\t-2.006\t-7.54\t
6439.075\t20.0\t2.53\t0.390\t0.0\t
6430.012\t607.0\t1.10\t-3.210\t0.0\t7.63
"""
CSV = b"""# made up
wavelength_air_angstrom,species,ion_stage,lower_energy_ev,log_gf,log_gamma_rad,van_der_waals,source
6430.846,Fe,0,2.176,-2.006,8.2,-7.54,one
6439.075,Ca,0,2.526,0.390,,366.242,two
6430.012,CN,0,1.103,-3.21,,,three
"""
EXOMOL = b"""           2            1  1.2500E+03        15000.500000
           3            1  3.5000E+05        20000.000000
           3            2  1.0000E-02
"""
STATES = b"""           1     0.000000      4     0.5  1.0
           2 15000.500000      8     1.5  1.0
           3 20000.000000     12     2.5  1.0
"""
EXOMOL_NAME, STATES_NAME = "12C-1H__made-up.trans", "12C-1H__made-up.states"


CMFGEN = b"""***********************************************************************

       Energy levels and statistical weights for CIV

                      g        E(cm^-1)    10^15 Hz     eV       Lam(A)       ID      ARAD       GAM2        GAM4
***********************************************************************

17-Oct-2000                                      !Format date
29-Nov-2026                                      !Date
4                                                !Number of energy levels
520178.0                                         !Ionization energy
4.0                                              !Screened nuclear charge
3                                                !Number of transitions

2s_2Se[1/2]         2.0          0.000000    15.59000    64.500    1.920E+02       1   0.000E+00   0.000E+00   0.000E+00
2p_2Po[1/2]         2.0      64484.000000    13.66000    56.500    2.190E+02       2   2.600E+08  -1.000E-18   2.000E-33
2p_2Po[3/2]         4.0      64592.000000    13.66000    56.480    2.195E+02       3   2.700E+08  -1.000E-18   2.000E-33
3s_2Se[1/2]         2.0     302849.000000     6.52000    26.940    4.602E+02       4   4.300E+09  -2.000E-17   3.000E-33

***********************************************************************
                        Oscillator strengths for CIV
***********************************************************************

  Transition                        f           A          Lam(A)      i-j  Trans. #         Lam(obs)    % Acc

2s_2Se[1/2]  -2p_2Po[1/2]       9.500E-02   2.600E+08    1550.773     1-   2        1  |    1550.770   |   3.0  |
2s_2Se[1/2]  -2p_2Po[3/2]       1.900E-01   2.700E+08    1548.187     1-   3        2  |               |        |
2p_2Po[3/2]  -3s_2Se[1/2]       3.800D-02   2.900E+09     419.714     3-   4        3

  Transition                        f           A          Lam(A)      i-j  Trans. #

2s_2Se[1/2]  -2p_2Po[1/2]       9.500E-02   2.600E+08    1550.773     1-   2        1
"""
SIROCCO = b"""# made-up lines
Line  6  4 1548.187012  0.190000   2   4     0.000000     8.009379    0    2
Line  6  4 1550.773010  0.095000   2   2     0.000000     7.996022    0    1
Line 26  2 2500.000000  0.010000  10   8     1.000000     5.958505    3   11
LinMacro 1  1 1215.33907  0.41620  2  8  0.00000  10.19883  1  2
"""


def inputs() -> dict[str, bytes]:
    """One small file of each form, by name."""
    return {
        "moog.txt": MOOG,
        "moog_free.txt": MOOG_FREE,
        "gf.dat": KURUCZ,
        "cn.asc": KURUCZ_MOLECULES,
        "long.vald": VALD_LONG,
        "short.vald": VALD_SHORT,
        "turbospectrum.list": TURBOSPECTRUM,
        "ispec.tsv": ISPEC,
        "korg.csv": KORG_CSV,
        "fasma.lst": FASMA,
        "own.csv": CSV,
        "cmfgen.osc": CMFGEN,
        "sirocco.dat": SIROCCO,
        EXOMOL_NAME: EXOMOL,
        "korg.h5": _hdf5(_KORG),
        "galah.h5": _hdf5(_GALAH),
        "packed.gz": gzip.compress(MOOG, mtime=0),
    }


_KORG = {
    "wl": np.array([6.4326281e-5, 6.4408560e-5]),
    "log_gf": np.array([-2.006, 0.39]),
    "formula": np.array([[0, 0, 0, 0, 0, 26], [0, 0, 0, 0, 6, 7]], dtype=np.uint8),
    "charge": np.array([1, 0], dtype=np.int8),
    "E_lower": np.array([2.176, 1.1]),
    "gamma_rad": np.array([1.9e8, 1e6]),
    "gamma_stark": np.array([6.9e-7, 0.0]),
    "vdW_1": np.array([1.0249e-14, 2.9e-8]),
    "vdW_2": np.array([0.242, -1.0]),
}
_GALAH = {
    "wl": np.array([6432.6281, 6440.8560], dtype=np.float32),
    "log_gf": np.array([-2.006, 0.39], dtype=np.float32),
    "formula": np.array([[26, 0, 0], [22, 8, 0]], dtype=np.uint8),
    "ionization": np.array([1, 1], dtype=np.int16),
    "E_lo": np.array([2.176, 1.1], dtype=np.float32),
    "gamma_rad": np.array([8.29, 0.0], dtype=np.float32),
    "gamma_stark": np.array([-6.16, 0.0], dtype=np.float32),
    "vdW": np.array([366.242, 0.0], dtype=np.float32),
}


def _hdf5(columns: dict[str, np.ndarray]) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        for name, values in columns.items():
            file[name] = values
    return stream.getvalue()


def check(path: Path) -> str:
    """What comes of the file at ``path``: "lines", "some" or "BadFile". Raises AssertionError for anything else.

    A file of ExoMol's transitions finds its states beside it.
    """
    if path.name == EXOMOL_NAME:
        path.with_name(STATES_NAME).write_bytes(STATES)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            lines = read_line_list(path)
    except BadFile as error:
        assert str(path.parent) in str(error) and "\n" not in str(error), f"no clean line: {error}"
        return "BadFile"
    for warning in said:
        assert issubclass(warning.category, LeftOut), f"{warning.category.__name__}: {warning.message}"
        assert "\n" not in str(warning.message)
    _check_values(lines)
    return "some" if said else "lines"


def _check_values(lines: LineList) -> None:
    """Assert that every number of a list can be true."""
    assert len(lines) > 0
    assert np.all((lines.wavelength > 0) & (lines.wavelength <= 1e7))
    assert np.all(np.diff(lines.wavelength) >= 0)
    assert np.all((lines.lower_energy >= 0) & (lines.lower_energy <= 1e3))
    assert np.all((lines.log_gf >= -30) & (lines.log_gf <= 5))
    assert np.all((lines.ion_stage >= 0) & (lines.ion_stage < 99))
    for widths in (lines.gamma_rad, lines.gamma_stark, lines.gamma_vdw, lines.abo_sigma):
        assert not np.any(np.isinf(widths)) and not np.any(widths < 0)
    assert not np.any(lines.gamma_stark > 1) and not np.any(lines.gamma_vdw > 1e-3)
