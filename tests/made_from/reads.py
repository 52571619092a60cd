"""Read all packaged data in a fresh process; print who read what, [file, module, line or name of a definition]."""

import json
import sys
from pathlib import Path

import numpy as np
import xarray

import kurucz_a1

SOURCE = Path(kurucz_a1.__file__).parent
found = []


def note(path):
    """Keep a read of a data file, with the outermost definition of the package that took part in it."""
    if not isinstance(path, str | Path) or SOURCE not in Path(path).parents or Path(path).suffix in (".py", ".pyc"):
        return
    frame, reader = sys._getframe(2), None
    while frame:
        code = frame.f_code
        if SOURCE in Path(code.co_filename).parents:
            at_import = code.co_name == "<module>"
            definition = frame.f_lineno if at_import else code.co_qualname.partition(".")[0]
            reader = (frame.f_globals["__name__"], definition)
            if at_import:  # what imported the module did not read the file
                break
        frame = frame.f_back
    found.append([Path(path).relative_to(SOURCE.parent).as_posix(), *reader])


def main():
    """Read each data file once or more."""
    sys.addaudithook(lambda event, arguments: note(arguments[0]) if event == "open" else None)
    open_dataset = xarray.open_dataset  # the netCDF library opens its files itself

    def noting(path, **options):
        note(path)
        return open_dataset(path, **options)

    xarray.open_dataset = noting

    from kurucz_a1.grid import reference
    from kurucz_a1.lines import carbon_monoxide, opacity_table, sampling, titanium_oxide, water
    from kurucz_a1.physics import continuum, hydrogen_lines  # noqa: F401
    from kurucz_a1.report import page
    from kurucz_a1.spectrum import observed, package_lines

    kurucz_a1.load_emulator()
    reference.atlas12_reference_atmospheres()
    reference.atlas12_runs()
    carbon_monoxide.term_values()
    titanium_oxide.constants()
    water.band_model()
    opacity_table.load_opacity_table()
    sampling.all_frequencies()
    continuum.continuum_tables(np.array([1e15]))
    package_lines.read_package_lines()
    observed.telluric(np.array([6500.0]))
    page._template()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
