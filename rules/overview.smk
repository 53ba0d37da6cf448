"""Overview: one page that tells what a run reproduced, to be opened first.

in:   every table and figure of the configuration, and what its jobs say of themselves
out:  overview.html: words, scores, verdicts, figures, tables, deviations, cost; one file
      that needs nothing else
"""

from functools import partial

from gansgmms.workflow import exhibits


rule overview:
    """One page: what was reproduced, with every verdict, figure and table."""
    input:
        [EXPERIMENT.files_of(target) for target in EXPERIMENT.targets()],
    output:
        report(
            "<results>/overview.html",
            caption="../report/overview.rst",
            category="1 Overview",
            labels={"page": "what was reproduced"},
        ),
    log:
        "<logs>/overview.log",
    benchmark:
        "<benchmarks>/overview.tsv"
    localrule: True
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        results=lambda wildcards: OUT,
        workflow=str(ROOT),
        config={**config, "mirror": None},  # a folder of this machine alone
        full=of(lambda: Experiment.full(ROOT).config),  # not read at each start
        datasets=EXPERIMENT.registry,
        figures=of(partial(exhibits.figures, EXPERIMENT)),
        tables=of(partial(exhibits.tables, EXPERIMENT)),
        papers=of(partial(exhibits.papers, EXPERIMENT)),
        headline=EXPERIMENT.names_of_kind("ndb"),
        stand_ins=of(partial(exhibits.stand_ins, EXPERIMENT)),
    script:
        "../scripts/write_overview.py"
