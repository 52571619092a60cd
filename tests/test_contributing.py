"""What CONTRIBUTING.md tells a contributor holds: its session runs, its recipes apply and work, its names exist."""

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module

import pytest

BLOCK = re.compile(r"^```(python session|python|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^`([\w/.]+)`(?: \(new\))?: ?", re.MULTILINE)
WORKS = """
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import stack
from kurucz_a1.decks import write_deck
from kurucz_a1.figures import caption, draw
from kurucz_a1.grid.batches import read_batch
from kurucz_a1.grid.reference import atlas12_reference_atmospheres
from kurucz_a1.labels import LABEL_NAMES, SUN, LabelSpace
from kurucz_a1.netcdf import write_netcdf
from kurucz_a1.physics.abundances import SYMBOLS, eos_fractions, number_fractions
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_state
from kurucz_a1.settings import BoxSettings, GridSettings, InferenceSettings
from kurucz_a1.stages import grid

# the label
assert LABEL_NAMES.index("sfe") == LABEL_NAMES.index("he_m") - 1 and SUN.sfe == 0.0
rich = np.log10(number_fractions(replace(SUN, sfe=0.3)) / number_fractions(SUN))
assert [SYMBOLS[z] for z in np.flatnonzero(np.abs(rich) > 0.1)] == ["Sr", "Y", "Zr", "Ba", "La", "Ce"]
assert np.isclose(rich[55], 0.3)
assert LabelSpace.from_box(BoxSettings(sfe=[-0.3, 0.3]).plain()).free == ("teff", "logg", "feh", "afe", "vturb", "sfe")
assert InferenceSettings(free=["teff", "sfe"]).free == ("teff", "sfe")
sun = atlas12_reference_atmospheres()[0]
assert sun.sfe == 0.0

# the opacity source
tables = continuum_tables(np.array([6e14]))
state = gas_state(4500.0, 1e4, eos_fractions(number_fractions(replace(SUN, c_m=1.0))))
without = tables._replace(scattering=tables.scattering.at[:, 3].set(0.0))
scattering, of_others = (continuum_opacity(each, state)[1][0] for each in (tables, without))
# 11.3 and 4.5 atomic units of polarisability, 2.7e-3 carbon atoms per hydrogen atom, most of them in CO
assert 1e-4 < scattering / of_others - 1.0 < 0.02, scattering / of_others - 1.0

# the source of models
models = [model for model in atlas12_reference_atmospheres() if model.temperature.shape == (80,)][:6]
write_netcdf(Path("other.nc"), stack(models).to_dataset())
settings = GridSettings(source="dataset", dataset="other.nc", count=5)
outputs = {name: Path(name) for name in ("failures", "tries", "decks")}
grid.find(labels=Path("labels.csv"), grid=settings, seed=1)
grid.dataset_batch(labels=Path("labels.csv"), models=Path("0.nc"), **outputs, batch=0, batch_size=5, grid=settings)
batch = read_batch(Path("0.nc"))
assert batch.sizes["model"] == 5 and batch["teff"].values[3] == models[3].teff

# the deck format
words = write_deck("sun.8", sun, program="tlusty").read_text().split()
depths = sun.temperature.size
assert words[:2] == [str(depths), "3"] and len(words) == 2 + 4 * depths
np.testing.assert_allclose(np.array(words[2 + depths :: 3], dtype=float), sun.temperature, rtol=1e-6)

# the figure
rows = {"label_set": "test", "system": "solver", "teff": [5000.0, 6000.0], "logg": 4.0, "form_c_median": [1e-3, 1e-4]}
figure = draw("hydrostatic_teff", hydrostatic_residuals=pd.DataFrame(rows))
assert figure.axes[0].has_data() and caption("hydrostatic_teff").endswith(".")
print("all recipes work")
"""


@pytest.fixture(scope="module")
def page(project):
    return (project / "CONTRIBUTING.md").read_text(encoding="utf-8")


def edits(page):
    """Yield path, kind ("python" or "diff") and text of each block of the recipes, in order."""
    recipes = page[page.index("# Recipes") :]
    for block in BLOCK.finditer(recipes):
        *_, file = FILE.finditer(recipes, 0, block.start())
        yield file[1], block[1], block[2]


def apply(page, root):
    """Edit the files under ``root`` as the recipes tell; each piece that is replaced must be there exactly once."""
    for path, kind, text in edits(page):
        if kind == "python":
            assert not (root / path).exists(), f"{path} is said to be new"
            (root / path).write_text(text, encoding="utf-8")
            continue
        content = (root / path).read_text(encoding="utf-8")
        for hunk in re.split(r"^@@\n", text, flags=re.MULTILINE):
            lines = hunk.splitlines(keepends=True)
            old = "".join(line[1:] for line in lines if line[0] != "+")
            assert content.count(old) == 1, f"{path} holds {content.count(old)} times:\n{old}"
            content = content.replace(old, "".join(line[1:] for line in lines if line[0] != "-"))
        (root / path).write_text(content, encoding="utf-8")


def test_the_session_runs(page, tmp_path, monkeypatch, capsys):
    (session,) = (block[2] for block in BLOCK.finditer(page) if block[1] == "python session")
    monkeypatch.chdir(tmp_path)
    exec(compile(session, "CONTRIBUTING.md", "exec"), {})
    assert re.search(r"^40 models, the hottest of \d+\.\d+ K$", capsys.readouterr().out, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_the_recipes_apply_and_work(page, project, tmp_path):
    """All of them in one copy, in a process of its own."""
    for folder in ("src", "workflow", "tests/figures", "tests/workflow"):
        shutil.copytree(project / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    apply(page, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", WORKS],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
    )
    assert done.stdout.endswith("all recipes work\n"), done.stderr


def test_the_label_recipe_stays_short(page):
    label = page[page.index("## A label") : page.index("## An opacity source")]
    assert len({path for path, _, _ in edits("# Recipes\n" + label)}) <= 6


def test_paths_and_names_exist(page, project):
    text = BLOCK.sub("", page)
    new = {match[1] for match in re.finditer(r"^`([\w/.]+)` \(new\)", text, re.MULTILINE)}
    paths = set(re.findall(r"`((?:src|tests|docs|config|workflow)/[\w/.]+)`", text)) - new
    paths |= {path.partition("#")[0] for path in re.findall(r"\]\((?!https?:)([^)]+)\)", text)}
    assert len(paths) > 10 and [path for path in sorted(paths) if not (project / path).exists()] == []
    names = re.findall(r"`(kurucz_a1[\w.]*):(\w+)`", text)
    assert len(names) > 5
    for module, name in names:
        assert hasattr(import_module(module), name), f"{module}:{name}"
    table = text[text.index("| folder or module |") : text.index("Around the package")]
    listed = set(re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines() if row.count("|") > 2)))
    package = project / "src" / "kurucz_a1"
    assert [
        name for name in sorted(listed) if not (package / name).is_dir() and not (package / f"{name}.py").exists()
    ] == []
    folders = {path.name for path in package.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert folders - listed == set()
