"""What a result is made from: an edit counts for what uses it, and for nothing else."""

import pytest
from edits import changed_by

from kurucz_a1.made_from import Package

SMALL = {
    "__init__.py": (
        'from importlib import import_module\nimport numpy\nnumpy.seterr(all="raise")\n'
        '_PUBLIC = {"solve": "small.solver"}\n'
        "def __getattr__(name):\n    return getattr(import_module(_PUBLIC[name]), name)\n"
    ),
    "files.py": "def packaged(path):\n    return path\n",
    "solver/__init__.py": (
        "from small.solver.newton import solve\n\n"
        "def __getattr__(name):\n"
        "    if name == 'batch':\n        from small.solver.batches import batch\n        return batch\n"
    ),
    "solver/newton.py": (
        "import numpy as np\nfrom small.physics import gas, radiation as light\nfrom .start import guess as first\n\n"
        "def solve(x):\n    return first(x) + gas.state(x) + np.sum(light.transfer(x))\n"
    ),
    "solver/start.py": "def guess(x):\n    from small.solver import newton\n    return x or newton.solve\n",
    "solver/batches.py": "def batch(x):\n    import small.physics.gas\n    return small.physics.gas.state(x)\n",
    "physics/__init__.py": "",
    "physics/gas.py": (
        "from small.files import packaged\n\nTABLE = packaged('physics/data/gas.csv')\nUNUSED = 1\n\n"
        "def state(x, *, y=3):\n    return _inner(x, UNUSED_TOO := 2)\n\n"
        "@state.defjvp\ndef _derivative(x):\n    return _slope\n\n_slope = 7\n\n"
        "def _inner(x, y):\n    return [TABLE for TABLE in (x, y)], [t for t in TABLE]\n"
    ),
    "physics/radiation.py": (
        "def transfer(x):\n    return _RULE(x)\n\n_RULE = abs\n\n"
        "class Ray:\n    '''A ray.'''\n    length = 1.0\n\n    def along(self, gas):\n        return gas\n"
    ),
    "physics/data/gas.csv": "1\n",
    "physics/data/other.csv": "1\n",
    "plots.py": (
        "from small import solve\nfrom small.solver import batch\nfrom small import physics\n\n"
        "def plot(x):\n    return solve(x)\n\n"
        "def many(x):\n    return batch(x)\n\n"
        "def any_of(name):\n    return getattr(physics.radiation, name)\n\n"
        "def folder():\n    return 'physics/data/'\n"
    ),
}
PLACES = {
    "solve": "small.solver:solve",
    "batch": "small.solver.batches:batch",
    "state": "small.physics.gas:state",
    "transfer": "small.physics.radiation:transfer",
    "Ray": "small.physics.radiation:Ray",
    "plot": "small.plots:plot",
    "many": "small.plots:many",
    "any_of": "small.plots:any_of",
    "folder": "small.plots:folder",
    "plots": "small.plots",
}


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    for name, text in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_what_a_definition_uses_is_found(small):
    assert Package(small).sources("small.solver.newton:solve") == [
        "small.files:packaged",
        "small.physics.gas:TABLE",
        "small.physics.gas:_inner",
        "small.physics.gas:_slope",
        "small.physics.gas:state",
        "small.physics.radiation:_RULE",
        "small.physics.radiation:transfer",
        "small.solver.newton:solve",
        "small.solver.start:guess",
        "small/physics/data/gas.csv",
        "small:<module>",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("physics/gas.py", "def state(x, *, y=3):", "def state(x: int, *, y: float = 3) -> 'Gas':\n    '''A state.'''"),
        ("physics/gas.py", "UNUSED = 1", "UNUSED = 2"),
        ("physics/gas.py", "TABLE = ", "TABLE: str = "),
        ("physics/gas.py", "TABLE = ", "# a comment\nTABLE   =  "),
        ("physics/gas.py", "from small.files", "from typing import TYPE_CHECKING\nfrom small.files"),
        ("physics/gas.py", "\nTABLE", "\nif TYPE_CHECKING:\n    from small import Gas\nTABLE"),
        ("physics/gas.py", "\nTABLE", "\nif __name__ == '__main__':\n    state(1)\nTABLE"),
        ("physics/radiation.py", "'''A ray.'''", "'''Another ray.'''"),
        ("physics/radiation.py", "def along(self, gas):", "def along(self, gas: float):"),
        ("physics/data/other.csv", "1", "2"),
    ],
)
def test_what_says_nothing_or_is_not_used_changes_nothing(small, file, old, new):
    assert changed_by(small, PLACES, file, old, new) - {"folder", "plots"} == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("physics/radiation.py", "abs", "max", {"solve", "plot", "transfer", "any_of"}),
        ("physics/radiation.py", "length = 1.0", "length = 2.0", {"Ray", "any_of"}),
        ("physics/gas.py", "UNUSED_TOO := 2", "UNUSED_TOO := 3", {"solve", "batch", "state", "plot", "many"}),
        ("physics/gas.py", "_slope = 7", "_slope = 8", {"solve", "batch", "state", "plot", "many"}),
        (
            "physics/gas.py",
            "(x):\n    return _slope",
            "(y):\n    return _slope",
            {"solve", "batch", "state", "plot", "many"},
        ),
        ("physics/gas.py", "y=3", "y=4", {"solve", "batch", "state", "plot", "many"}),
        ("physics/data/gas.csv", "1", "2", {"solve", "batch", "state", "plot", "many", "folder"}),
        ("physics/data/other.csv", "1", "2", {"folder"}),
        ("solver/start.py", "x or", "x and", {"solve", "plot"}),
        ("solver/newton.py", "import numpy as np", "import jax.numpy as np", {"solve", "plot"}),
        ("solver/newton.py", "gas, radiation as light", "gas, gas as light", {"solve", "plot"}),
        ("solver/batches.py", "state(x)", "state(-x)", {"batch", "many"}),
        ("plots.py", "return solve(x)", "return solve(-x)", {"plot"}),
        ("physics/__init__.py", "", "import numpy\nnumpy.seterr()\n", {"solve", "batch", "state", "transfer"}),
        ("__init__.py", '"raise"', '"ignore"', set(PLACES)),
    ],
)
def test_an_edit_changes_what_uses_it(small, file, old, new, changed):
    found = changed_by(small, PLACES, file, old, new)
    if file == "physics/__init__.py":
        changed = changed | {"Ray", "plot", "many", "any_of"}
    assert found == changed | ({"plots"} if changed & {"plot", "many", "any_of", "folder"} else set())


def test_files_outside_the_package_count_where_they_are_named(small, tmp_path):
    runner = tmp_path / "runner.py"
    digests = []
    for text in ("1", "2"):
        runner.write_text(text)
        digests.append([Package(small).digest("small.plots", files=files) for files in ((), (runner,))])
    assert digests[0][0] == digests[1][0] and digests[0][1] != digests[1][1]


@pytest.mark.parametrize("name", ["small.nothing", "small.plots:nothing", "large.plots"])
def test_a_name_that_is_not_there_is_refused(small, name):
    with pytest.raises(ValueError, match=f"^{name}: no such"):
        Package(small).digest(name)
