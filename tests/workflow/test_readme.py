"""What the documents tell a reader to type and to open exists."""

import re
import shlex
import subprocess

import pytest
from snakemake.cli import get_argument_parser

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "config/README.md",
    "docs/atlas12.md",
    "docs/claims.md",
    "docs/cluster.md",
    "docs/command_line.md",
    "docs/configuration.md",
    "docs/inference.md",
    "docs/line_lists.md",
    "docs/networks.md",
    "docs/numbers/README.md",
    "docs/reliability.md",
    "docs/solver.md",
    "docs/sun.md",
    "docs/tests.md",
    "docs/trials.md",
]


def commands(project, document):
    """Lines of shell in the indented blocks and tables of a document, comments taken off."""
    text = (project / document).read_text(encoding="utf-8")
    lines = re.findall(r"^ {4}((?:make|snakemake|KURUCZ_A1_CONDA=off snakemake) .*)$", text, flags=re.MULTILINE)
    lines += re.findall(r"`((?:make|snakemake|KURUCZ_A1_CONDA=off snakemake) [^`]*)`", text)
    return [shlex.split(line, comments=True) for line in lines]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_exist(project, document):
    for command in commands(project, document):
        if command[0] == "make":
            done = subprocess.run(["make", "-n", *command[1:]], cwd=project, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", DOCUMENTS)
def test_snakemake_commands_are_understood(project, document):
    parser = get_argument_parser()
    for command in commands(project, document):
        if command[0] == "make":
            continue
        arguments = parser.parse_args(command[command.index("snakemake") + 1 :])
        # Each stage is a target in tests/workflow/test_rules.py, each configuration valid in test_configuration.py.
        stages = {
            "opacity_tables",
            "grid",
            "dataset",
            "train",
            "evaluate",
            "spectrum",
            "figures",
            "report",
            "validation",
            "emulator_report",
            "trials",
            "reference_table",
            "solar_comparison",
            "infer_star",
            "infer_own_star",
            "infer_sun",
            "calibrate_gf",
        }
        assert set(arguments.targets) <= stages
        for path in arguments.configfile or []:
            assert path.name == "my.yaml" or (project / path).is_file()
        profile = arguments.workflow_profile
        assert profile is None or (project / "profiles" / profile / "config.v9+.yaml").is_file()


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_links_lead_somewhere(project, document):
    text = (project / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (project / document).parent.joinpath(target).exists(), target
