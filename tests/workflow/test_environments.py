"""The conda environments and the lock file hold the same versions, and each stage has what it imports."""

import ast
import re
import sys

import pytest
import yaml
from workflow.support.code_digest import code_files

# Name on conda-forge -> name on PyPI, where they differ.
PYPI = {"matplotlib-base": "matplotlib"}
# Imported name -> name on PyPI, where they differ.
DISTRIBUTION = {"yaml": "pyyaml"}


def environments(project):
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (project / "envs").glob("*.yaml")}


def pins(environment):
    """Name on PyPI -> version, of one environment; python left out."""
    found = {}
    for dependency in environment["dependencies"]:
        name, version, *_ = dependency.split()
        found[PYPI.get(name, name)] = version.lstrip("=")
    found.pop("python")
    return found


def locked(project):
    text = (project / "requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-zA-Z0-9_.-]+)==([^\s;\\]+)", text, flags=re.MULTILINE))


def test_every_pin_is_the_locked_version(project):
    lock = locked(project)
    different = {
        (name, package): (version, lock.get(package))
        for name, environment in environments(project).items()
        for package, version in pins(environment).items()
        if version != lock.get(package)
    }
    assert different == {}


def builds(text):
    """Name -> version of the packages in a file of explicit builds, as ``make pins`` writes them."""
    files = re.findall(r"^\S+/([^/\s]+)\.(?:conda|tar\.bz2)#[0-9a-f]{32}$", text, flags=re.MULTILINE)
    return {name: version for name, version, _ in (file.rsplit("-", 2) for file in files)}


def unlike(pinned, environment):
    """What of an environment its file of explicit builds has in another version, or not at all."""
    wanted = {word.split()[0]: word.split()[1].lstrip("=") for word in environment["dependencies"]}
    return {name for name, version in wanted.items() if not f"{pinned.get(name)}.".startswith(f"{version}.")}


def test_explicit_builds_are_of_the_versions_of_their_environment(project):
    """Snakemake takes such a file first, where there is one."""
    environment = environments(project)["report"]
    versions = {word.split()[0]: word.split()[1].lstrip("=") for word in environment["dependencies"]}
    versions["python"] += ".11"
    line = "https://conda.example/conda-forge/linux-64/{}-{}-h0_0.conda#" + 32 * "a"
    text = "@EXPLICIT\n" + "\n".join(line.format(*pair) for pair in versions.items()) + "\n"
    assert unlike(builds(text), environment) == set()
    other = text.replace(f"/jinja2-{versions['jinja2']}-", "/jinja2-1.0-").replace("/python-3.12", "/python-3.13")
    assert unlike(builds(other), environment) == {"jinja2", "python"}
    for path in (project / "envs").glob("*.linux-64.pin.txt"):
        name = path.name.removesuffix(".linux-64.pin.txt")
        assert unlike(builds(path.read_text(encoding="utf-8")), environments(project)[name]) == set(), name


def test_requirements_in_is_what_the_lock_was_made_from(project):
    lock = locked(project)
    asked = re.findall(r"^([a-zA-Z0-9_.-]+)==(\S+)", (project / "requirements.in").read_text(), flags=re.MULTILINE)
    assert {name: lock.get(name) for name, _ in asked} == dict(asked)


def test_the_lock_names_no_index(project):
    assert "http" not in (project / "requirements.txt").read_text(encoding="utf-8")


def test_environments_take_conda_forge_only_and_say_which_jaxlib(project):
    for name, environment in environments(project).items():
        assert environment["channels"] == ["conda-forge", "nodefaults"], name
        build = "cuda*" if name == "train_gpu" else "cpu_*"
        assert f"jaxlib =={locked(project)['jaxlib']} {build}" in environment["dependencies"], name


def test_python_is_the_same_everywhere(project):
    assert {environment["dependencies"][0] for environment in environments(project).values()} == {"python =3.12"}


def test_the_dockerfile_makes_every_environment_as_it_is(project):
    """Written by ``snakemake --containerize``, which conda answers; here it is read."""
    text = (project / "envs" / "Dockerfile").read_text(encoding="utf-8")
    instructions = text.replace("\\\n", " ")  # a line that ends with a backslash goes on
    words = [line.split() for line in instructions.splitlines() if line and not line.startswith("#")]
    assert words[0][0] == "FROM" and {word[0] for word in words[1:]} == {"LABEL", "RUN", "COPY"}
    copied = {word[1]: word[2] for word in words if word[0] == "COPY"}
    assert set(copied) == {f"envs/{name}.yaml" for name in environments(project)} - NOT_CONTAINED
    for source, target in copied.items():
        shown = text.partition(f"#   source: {source}\n")[2].partition("\nRUN")[0]
        shown = "\n".join(line.removeprefix("#   ") for line in shown.splitlines()[1:])
        assert shown.strip() == (project / source).read_text(encoding="utf-8").strip(), source
        assert f"--prefix {target.rpartition('/')[0]} --file {target}" in text, source


# Environments of other configurations than the default one: a GPU, an ATLAS-12.
NOT_CONTAINED = {"envs/train_gpu.yaml", "envs/atlas12.yaml"}

STAGES = {
    "lines": ["fetch_checked", "opacity_tables"],
    "grid": [
        *("labels_drawn", "labels_found", "grid_solver", "grid_reference", "grid_corpus", "grid_decks", "grid"),
        "fetch_corpus",
    ],
    "atlas12": ["grid_atlas12"],
    "dataset": ["dataset"],
    "train": ["train_emulator", "train_alpha", "train_reference"],
    "train_gpu": ["train_emulator", "train_alpha", "train_reference"],
    "evaluate": [
        *("evaluate_hydrostatic", "evaluate_accuracy", "evaluate_sweeps", "evaluate_timing", "reference_table"),
        *("emulator_alpha", "emulator_growth", "emulator_checks"),
    ],
    "spectrum": ["spectrum", "solar_widths", "fetch_checked"],
    "inference": [
        *("infer_star_batch", "infer_own_star", "inferred_stars", "inferred_sun", "calibrated_lines"),
        "inference_setup",
    ],
    "figures": ["figure", "table_figure"],
    "report": ["report", "emulator_report"],
    "validation": [
        *("validation_labels", "validation_models", "validation_gas", "validation_structure", "validation_flux"),
        *("validation_equilibrium", "validation_smoothness", "validation_energy", "validation"),
        *("validation_table", "validation_jacobian"),
    ],
}


@pytest.mark.parametrize("name", STAGES)
def test_an_environment_holds_what_its_scripts_import_and_no_more(project, name):
    held = set(pins(environments(project)[name])) - {"jaxlib", "netcdf4"}  # used by jax and xarray, not imported here
    scripts = [project / "workflow" / "scripts" / f"{script}.py" for script in STAGES[name]]
    modules = [path for script in STAGES[name] for path in code_files(script, *figure_modules(project, name))]
    needed, possible = set(), set()
    for path in [*scripts, *(path for path in modules if path.suffix == ".py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        possible |= third_party(ast.walk(tree))
        needed |= third_party(outside_functions(tree))
    needed -= LAZY.get(name, set())
    assert needed <= held, needed - held
    assert held <= possible, held - possible


# Imported by a part of the package that the stage does not call.
LAZY = {
    "atlas12": {"optax"},
    "evaluate": {"optax"},
    "spectrum": {"optax"},
    "inference": {"optax"},
    "validation": {"optax"},
}


def figure_modules(project, name):
    if name != "figures":
        return []
    return [f"kurucz_a1.figures.{path.stem}" for path in (project / "src/kurucz_a1/figures").glob("*.py")]


def outside_functions(tree):
    """The nodes that run when the file is imported."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def third_party(nodes):
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    names -= {*sys.stdlib_module_names, "kurucz_a1", "stage", "tables", "batch", "inference_setup", "netCDF4"}
    return {DISTRIBUTION.get(name, name) for name in names}
