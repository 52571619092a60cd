"""Kurucz-a1, made end to end: grid, dataset, training, evaluation, spectrum, figures, report."""

import re
import sys
from pathlib import Path

from snakemake.utils import min_version

sys.path.insert(0, str(Path(workflow.basedir, "src")))

from kurucz_a1.errors import BadConfig
from kurucz_a1.made_from import made_from
from kurucz_a1.settings import check_files, read_settings
from kurucz_a1.stages.named_files import check_contents
from kurucz_a1.trials.plan import planned, settings_of
from workflow.support import locking, software
from workflow.support.captions import caption

min_version("9.25")


configfile: "config/config.yaml"


try:
    settings = read_settings(config)
    config.update(settings.plain())
    if workflow.is_main_process:
        check_files(settings)
        check_contents(settings)
        locking.take()
        print(software.choose(workflow), file=sys.stderr)
except (BadConfig, software.NoConda) as problem:
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
include: "workflow/rules/elements.smk"
include: "workflow/rules/emulator.smk"
include: "workflow/rules/trials.smk"
include: "workflow/rules/infer.smk"


rule all:
    default_target: True
    input:
        rules.figures.input,
        rules.report.output,
