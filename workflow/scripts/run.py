"""The script of every rule: run the function of ``kurucz_a1.stages`` that the rule names in ``params.stage``."""

from job import run

run(snakemake)
