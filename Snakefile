"""On GANs and GMMs, reproduced: from the download to every table and figure.

snakemake --cores all                                     everything in the papers
snakemake --cores all --configfile config/demo.yaml       the same, small, in minutes
snakemake --cores 1 fig6a                                 one figure, table or file
snakemake --cores 1 plan                                  what all of it costs
"""

from snakemake.utils import min_version

min_version("9.12")  # pathvars


# Of this workflow, wherever Snakemake was started (-s, --directory, a module).
configfile: f"{workflow.current_basedir}/config.yaml"


include: "rules/common.smk"
include: "rules/datasets.smk"
include: "rules/bins.smk"
include: "rules/training.smk"
include: "rules/sampling.smk"
include: "rules/evaluation.smk"
include: "rules/fidelity.smk"
include: "rules/tables.smk"
include: "rules/figures.smk"
include: "rules/own.smk"
include: "rules/claims.smk"
include: "rules/benchmarks.smk"
include: "rules/overview.smk"
include: "rules/showcase.smk"
include: "rules/plan.smk"  # names the rules of all above


hash_code()


report: "report/workflow.rst"


onstart:
    of(lambda: refuse_unwritable(OUT))({})
    look_for_jobs_when_one_ends()


onsuccess:
    clear_states(OUT, is_accepted)


onerror:
    clear_states(OUT, is_accepted)


rule all:
    """Every table and figure whose roles have a dataset, and the page that shows them."""
    default_target: True
    input:
        [EXPERIMENT.files_of(target) for target in EXPERIMENT.targets()],
        rules.overview.output,
    localrule: True


# One target a role: what it alone can draw, e.g. `snakemake --cores all mnist`.
for role in EXPERIMENT.roles:

    rule:
        """The tables and figures that one dataset alone can draw."""
        name:
            role
        input:
            [EXPERIMENT.files_of(target) for target in EXPERIMENT.targets(only=role)],
        localrule: True
