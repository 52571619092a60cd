"""What the documents tell a reader to type and to open exists."""

import re
import shlex
import subprocess

import pytest

DOCUMENTS = ["README.md", "config/README.md", "docs/cluster.md", "docs/configuration.md", "docs/tests.md"]


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


def test_snakemake_commands_are_understood(project, checkout):
    (checkout.folder / "my.yaml").write_text("seed: 7\n", encoding="utf-8")
    tried = set()
    for document in DOCUMENTS:
        for command in commands(project, document):
            if command[0] == "make" or {"--report", "--sdm"} & set(command):
                continue
            arguments = command[command.index("snakemake") + 1 :]
            if "slurm" in arguments:  # the profile asks for conda, which need not be here
                arguments += ["--workflow-profile", "none", "--cores", "1"]
            tried.add(tuple(arguments))
    assert len(tried) >= 4
    for arguments in sorted(tried):
        run = checkout.snakemake(*arguments, "--dry-run")
        assert run.status == 0, (arguments, run.text)


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_links_lead_somewhere(project, document):
    text = (project / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (project / document).parent.joinpath(target).exists(), target
