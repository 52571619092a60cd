"""Kurucz-a1, made end to end: grid, dataset, training, evaluation, spectrum, figures, report."""

import sys
from pathlib import Path

from snakemake.utils import min_version, validate
from yaml import safe_load

from workflow.support import configuration, locking, software
from workflow.support.captions import caption
from workflow.support.package import made_from

min_version("9.25")


configfile: "config/config.yaml"


SCHEMA_FILE = Path(workflow.basedir, "workflow", "schemas", "config.schema.yaml")
SCHEMA = safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))

try:
    config.update(configuration.read_numbers(config, SCHEMA))
    configuration.check(config, SCHEMA)
    configuration.take_source(config)
    validate(config, str(SCHEMA_FILE))
    if workflow.is_main_process:
        configuration.check_files(config)
        locking.take()
except configuration.BadConfiguration as problem:
    sys.exit(str(problem))

if workflow.is_main_process:
    try:
        print(software.choose(workflow), file=sys.stderr)
    except software.NoConda as problem:
        sys.exit(str(problem))


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/stage.smk"
include: "workflow/rules/lines.smk"
include: "workflow/rules/grid.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/spectrum.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/validation.smk"
include: "workflow/rules/emulator.smk"
include: "workflow/rules/infer.smk"


rule all:
    default_target: True
    input:
        rules.figures.input,
        rules.report.output,
