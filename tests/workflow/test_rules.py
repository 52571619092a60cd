"""Every rule is complete, and every stage and configuration can be asked for."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from snakemake.api import SnakemakeApi
from snakemake.settings.types import OutputSettings, Quietness, ResourceSettings
from workflow.support.captions import caption

from kurucz_a1.settings import Settings
from kurucz_a1.trials.plan import planned

STAGES = ["opacity_tables", "grid", "dataset", "train", "evaluate", "spectrum", "figures", "report"]
STAGES += ["validation", "emulator_report", "solar_comparison", "infer_star", "infer_sun", "calibrate_gf"]
STAGES += ["infer_own_star", "trials"]
# Rules that only name what others make.
TARGETS = {"all", "train", "evaluate", "figures", "solar_comparison", "infer_star", "infer_sun", "calibrate_gf"}
# Rules that others are made from.
BASES = {"stage", "solver_stage", "network_stage", "training_stage"}


@pytest.fixture(scope="module")
def rules(checkout):
    """The rules as Snakemake sees them, by name."""
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        workflow = api.workflow(
            resource_settings=ResourceSettings(cores=2),
            snakefile=checkout.folder / "Snakefile",
            workdir=checkout.folder,
        )
        yield {rule.name: rule for rule in workflow._workflow.rules}


def test_every_rule_names_environment_log_benchmark_and_resources(rules):
    assert TARGETS | BASES | set(STAGES) <= set(rules)
    lacking = {
        name: missing
        for name, rule in rules.items()
        if name not in TARGETS
        and (
            missing := [
                what
                for what, there in {
                    "conda": rule.conda_env,
                    "log": rule.log,
                    "benchmark": rule.benchmark,
                    "script": rule.script,
                    "mem_mb": "mem_mb" in rule.resources,
                    "runtime": "runtime" in rule.resources,
                    "threads": "_cores" in rule.resources,
                }.items()
                if not there
            ]
        )
    }
    assert lacking == {}


def test_logs_and_benchmarks_bear_the_names_of_their_jobs(rules):
    """What a rule inherits, it shares: two rules of one log would wait for each other, or overwrite it."""
    for name, rule in working(rules).items():
        (log,), benchmark = map(str, rule.log), str(rule.benchmark)
        assert Path(log).parts[2].startswith(name) and log.endswith(".log"), name
        assert Path(log).parts[2:] == Path(benchmark).with_suffix(".log").parts[2:], name


def working(rules):
    """The rules that run something."""
    return {name: rule for name, rule in rules.items() if name not in TARGETS | BASES}


def test_as_many_threads_as_the_configuration_says(rules):
    """A rule without a section would have fewer threads on fewer processors, and other last digits."""
    sections = {name: dict(rule.params.items())["threads_of"] for name, rule in working(rules).items()}
    asked = {name: int(rule.resources["_cores"].value) for name, rule in working(rules).items()}
    assert sum(section is not None for section in sections.values()) > 20
    threads = {name: getattr(Settings(), section).threads if section else 1 for name, section in sections.items()}
    assert threads == asked


def test_a_rule_that_runs_nothing_makes_nothing(rules):
    assert [name for name in TARGETS if rules[name].output or rules[name].script] == []


def test_every_rule_calls_a_function_of_the_package_with_its_files_and_params(rules):
    """Names of files and params are those of the function's arguments; all that it must have is given."""
    for name, rule in working(rules).items():
        params = dict(rule.params.items())
        module, _, function = params["stage"].partition(":")
        known = inspect.signature(getattr(import_module(module), function)).parameters
        keywords = {key for key, parameter in known.items() if parameter.kind is parameter.VAR_KEYWORD}
        files = {key for source in (rule.input, rule.output) for key, _ in source.items()}
        given = files | set(params) - {"stage", "threads_of", "code", "caption"}
        assert keywords or given <= set(known), name
        needed = {key for key, parameter in known.items() if parameter.default is parameter.empty} - keywords
        assert needed <= given | set(rule.wildcard_names) | set(rule.resources), name


def test_every_rule_reruns_when_the_package_code_behind_it_changes(rules):
    assert [name for name, rule in working(rules).items() if "code" not in dict(rule.params.items())] == []


def test_every_figure_has_a_caption(rules):
    figures = set(re.findall(r"figures/(\w+)\.png", " ".join(map(str, rules["figures"].input))))
    assert len(figures) >= 8
    for figure in figures:
        assert len(caption(figure)) > 80
        assert not re.search(r"(?<!\\)[*`|_]", caption(figure)), figure


@pytest.fixture(scope="module")
def default_plan(checkout):
    """A dry run of what `snakemake` alone would run."""
    return checkout.snakemake("-n", "--cores", "all")


def test_dry_run_of_the_default(default_plan):
    assert default_plan.status == 0, default_plan.text
    assert len(default_plan.lines("rule ")) >= 20
    assert not default_plan.lines(("rule fetch_", "localrule fetch_"))  # it needs no network


@pytest.mark.parametrize("name", ["test", "paper"])
def test_dry_run_of_each_configuration(checkout, name):
    run = checkout.snakemake("-n", "--cores", "all", "--configfile", f"config/{name}.yaml")
    assert run.status == 0, run.text
    assert len(run.lines("rule ")) >= 20


def test_stages_are_targets(checkout):
    run = checkout.snakemake("-n", "--cores", "all", *STAGES)
    assert run.status == 0, run.text
    assert [stage for stage in STAGES if not run.lines(f"rule {stage}:")] == []


def test_the_validation_is_asked_for_by_name_only(checkout, default_plan):
    assert not default_plan.lines("rule validation")
    run = checkout.snakemake("-n", "--cores", "all", "validation", "--configfile", "config/test.yaml")
    assert run.status == 0, run.text
    assert len(run.lines("rule validation_models:")) == 5
    assert "output: results/test/validation/summary.csv, results/test/validation/failures.csv, " in run.text
    assert not run.lines("rule grid")


def test_the_page_of_the_networks_is_asked_for_by_name_only(checkout, default_plan):
    assert not default_plan.lines("rule emulator")
    run = checkout.snakemake("-n", "--cores", "all", "emulator_report", "--configfile", "config/test.yaml")
    assert run.status == 0, run.text
    assert len(run.lines("rule train_reference:")) == 2
    assert "output: results/test/emulator.md, results/test/images/emulator/emulator_growth.png, " in run.text
    assert len(run.lines("rule train_on_few:")) == 2
    lists = "evaluation={reference_counts: [], counts: []}"
    run = checkout.snakemake(
        "-n", "--cores", "all", "emulator_report", "--configfile", "config/test.yaml", "--config", lists
    )
    assert run.status == 0, run.text
    assert not run.lines("rule train_reference:") and not run.lines("rule train_on_few:")
    assert run.lines("rule emulator_checks:") and "emulator_growth.png" not in run.text
    assert run.lines("rule emulator_details:") and run.lines("rule emulator_stars:")


def test_the_training_set_stands_in_for_the_grid_that_it_was_made_by(checkout):
    full = ("-n", "--cores", "all", "--configfile", "config/full.yaml")
    run = checkout.snakemake(*full, "--config", "source=archive", "--", "dataset")
    assert run.status == 0, run.text
    held = sorted(path.name for path in (checkout.folder / "training_set").glob("*.nc.xz"))
    assert held and all(f"training_set/{name}" in run.text for name in held)
    run = checkout.snakemake(*full, "--", "results/full/archive/0000-0002.nc.xz")
    assert run.status == 0, run.text
    assert len(run.lines("rule grid_batch:")) == 3 and run.lines("rule archive:")


def test_the_trials_are_asked_for_by_name_or_in_the_report(checkout, default_plan):
    assert not default_plan.lines("rule train_trial")
    settings = Settings.read(yaml.safe_load((checkout.folder / "config" / "test.yaml").read_text(encoding="utf-8")))
    run = checkout.snakemake("-n", "--cores", "all", "trials", "--configfile", "config/test.yaml")
    assert run.status == 0, run.text
    assert len(run.lines("rule train_trial:")) == len(run.lines("rule score_trial:")) == len(planned(settings))
    assert "output: results/test/images/trials/alpha_scan.png, results/test/trials.md" in run.text
    run = checkout.snakemake("-n", "--cores", "all", "--config", "trials={in_report: true}")
    assert run.status == 0, run.text
    assert run.lines("rule trial_tables:") and not run.lines("rule trials:")


def test_the_first_line_says_where_the_rules_run(checkout, tmp_path):
    run = checkout.snakemake("-n", "--cores", "1", KURUCZ_A1_CONDA="", PATH="/usr/bin:/bin")
    spoken = [line for line in run.text.splitlines() if not line.startswith("Using workflow specific profile")]
    assert spoken[0] == f"Software: no conda program found; rules run in the current Python environment, {sys.prefix}."


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("24.7.1", "Software: conda found; every rule runs in its conda environment (envs/)."),
        ("4.12.0", "Software: conda 4.12.0 is older than 24.7.1; rules run in the current Python environment"),
    ],
)
def test_conda_is_taken_where_it_is_found(checkout, conda_stand_in, version, says):
    path = f"{conda_stand_in(version)}:/usr/bin:/bin"
    run = checkout.snakemake("-n", "--cores", "1", KURUCZ_A1_CONDA="", PATH=path)
    assert run.status == 0, run.text
    assert run.lines(says), run.text
    would_be_made = bool(run.lines("Conda environment"))
    assert would_be_made == (version == "24.7.1")


def test_lint_is_clean(checkout):
    run = checkout.snakemake("--lint")
    assert run.status == 0, run.text


def test_snakefmt_is_clean(project):
    done = subprocess.run(
        [sys.executable, "-m", "snakefmt.snakefmt", "--check", project / "Snakefile", project / "workflow"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
