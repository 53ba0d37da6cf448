"""Overview: one page that tells what a run reproduced, to be opened first.

in:   every table and figure of the configuration, and what its jobs say of themselves
out:  figures/<name>.html: an animation, which the report would offer as a download only
      overview.html: words, scores, verdicts, figures, tables, deviations, cost; one file
      that needs nothing else
"""

from functools import partial

from gansgmms.workflow import exhibits

for name in filter(EXPERIMENT.is_shown, exhibits.animated(EXPERIMENT)):
    told = labels(EXPERIMENT, name)

    rule:
        """A page that plays an animation."""
        name:
            f"{name}_animated"
        input:
            f"<results>/figures/{name}.gif",
        output:
            report(
                f"<results>/figures/{name}.html",
                caption=f"../report/{config['figures'][name]['kind']}.rst",
                category="3 Figures",
                labels={**told, "figure": f"{told['figure']}, animated"},
            ),
        log:
            f"<logs>/{name}_animated.log",
        benchmark:
            f"<benchmarks>/{name}_animated.tsv"
        localrule: True
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=500,
            runtime=10,
        params:
            **Shown(EXPERIMENT, name).params(),
        script:
            "../scripts/show_animation.py"


rule overview:
    """One page: what was reproduced, with every verdict, figure and table."""
    input:
        [EXPERIMENT.files_of(target) for target in EXPERIMENT.targets()],
        [
            f"{OUT}/figures/{name}.html"
            for name in filter(EXPERIMENT.is_shown, exhibits.animated(EXPERIMENT))
        ],
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
