"""The conda environments hold the versions of the lock file, and what the package imports."""

import ast
import re
import subprocess
import sys

import yaml

# Name on conda-forge -> name on PyPI, where they differ.
PYPI = {"matplotlib-base": "matplotlib"}
# Imported name -> name on PyPI, where they differ.
DISTRIBUTION = {"yaml": "pyyaml", "orbax": "orbax-checkpoint", "netCDF4": "netcdf4", "pydantic_core": "pydantic"}


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
    environment = environments(project)["cpu"]
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
        build = {"cpu": "cpu_*", "gpu": "cuda*"}[name]
        assert f"jaxlib =={locked(project)['jaxlib']} {build}" in environment["dependencies"], name


def test_python_is_the_same_everywhere(project):
    assert {environment["dependencies"][0] for environment in environments(project).values()} == {"python =3.12"}


def test_the_environments_differ_in_jaxlib_only(project):
    cpu, gpu = (set(environments(project)[name]["dependencies"]) for name in ("cpu", "gpu"))
    assert {word.split()[0] for word in cpu ^ gpu} == {"jaxlib"}


def test_an_environment_holds_what_the_package_imports_and_no_more(project):
    held = set(pins(environments(project)["cpu"]))
    files = [*(project / "src").rglob("*.py"), *(project / "workflow" / "scripts").glob("*.py")]
    imported = set().union(*(third_party(path) for path in files))
    assert imported <= held, imported - held
    # used by jax and xarray, and as types
    assert held - imported <= {"jaxlib", "netcdf4", "jaxtyping"}


def third_party(path):
    """Names on PyPI of what a file imports from others, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    names -= {*sys.stdlib_module_names, "", "kurucz_a1", "job"}
    return {DISTRIBUTION.get(name, name) for name in names}


def test_the_dockerfile_is_what_snakemake_writes(checkout, conda_stand_in, project):
    done = subprocess.run(
        checkout.command("--containerize"),
        cwd=checkout.folder,
        env=checkout.environment | {"KURUCZ_A1_CONDA": "", "PATH": f"{conda_stand_in('24.7.1')}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (project / "envs" / "Dockerfile").read_text(encoding="utf-8")
