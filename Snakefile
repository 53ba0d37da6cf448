"""On GANs and GMMs, reproduced: from the download to every table and figure.

snakemake --cores all                                     everything in the papers
snakemake --cores all --configfile config/demo.yaml       the same, small, in minutes
snakemake --cores 1 fig6a                                 one figure, table or file
snakemake --cores 1 plan                                  what all of it costs
"""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/datasets.smk"
include: "rules/bins.smk"
include: "rules/training.smk"
include: "rules/sampling.smk"
include: "rules/evaluation.smk"
include: "rules/tables.smk"
include: "rules/figures.smk"
include: "rules/own.smk"
include: "rules/kvaes.smk"
include: "rules/claims.smk"
include: "rules/benchmarks.smk"
include: "rules/plan.smk"
include: "rules/showcase.smk"


report: "report/workflow.rst"


onstart:
    refuse_unwritable(OUT)


rule all:
    """Every table and figure whose datasets play a part in this configuration."""
    default_target: True
    input:
        [files_of(target) for target in targets()],
    localrule: True


# One target a part: what it alone can draw, e.g. `snakemake --cores all mnist`.
for part in ROLES:

    rule:
        """The tables and figures that one dataset alone can draw."""
        name:
            part
        input:
            [files_of(target) for target in targets(only=part)],
        localrule: True
