"""Showcase: what a finished run leaves for readers, small enough for the repository.

in:   every table and figure of the configuration, and what its jobs say of themselves:
      learning curves, logs, benchmark files
out:  results/showcase/<run>/: tables and figures; README.md, which shows them;
      trainings.csv and stages.csv, what they took; run.json, the configuration, versions
      and machine; results.sha256, of weights and samples; SHA256SUMS, of what is here
      results/showcase/README.md, verdicts.csv: every claim's verdict in each run
      release/: archives of weights, samples and bins, with checksums and their use
      scripts/gansgmms/metrics/bins/mnist/: bins that come with the package
"""

from functools import partial

from gansgmms.workflow import exhibits

SHOWCASES = Path("results/showcase")
ROOT_CONFIG = (ROOT / "config.yaml").resolve()


rule showcase:
    """Tables, figures, cost and checksums of this run, for the repository."""
    input:
        [EXPERIMENT.files_of(target) for target in EXPERIMENT.targets()],
    output:
        directory(SHOWCASES / config["run"]),
    log:
        "<logs>/showcase.log",
    benchmark:
        "<benchmarks>/showcase.tsv"
    localrule: True
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
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
        "../scripts/write_showcase.py"


rule verdicts:
    """Every claim's verdict in each run that has a showcase, side by side."""
    input:
        lambda wildcards: sorted(map(str, SHOWCASES.glob("*/tables/claims.csv"))),
    output:
        md=SHOWCASES / "README.md",
        csv=SHOWCASES / "verdicts.csv",
    log:
        "<logs>/verdicts.log",
    benchmark:
        "<benchmarks>/verdicts.tsv"
    localrule: True
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=500,
        runtime=10,
    script:
        "../scripts/write_verdicts.py"


rule release_files:
    """Weights, samples and bins of this run, packed for a release page."""
    input:
        [EXPERIMENT.files_of(target) for target in EXPERIMENT.targets()],
    output:
        directory(f"{OUT}/release"),
    log:
        "<logs>/release_files.log",
    benchmark:
        "<benchmarks>/release_files.tsv"
    localrule: True
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        results=lambda wildcards: OUT,
        run=config["run"],
        bins=of(
            lambda: [
                file
                for dataset in EXPERIMENT.rows_by_dataset()
                for file in EXPERIMENT.all_bins(dataset)
            ]
        ),
        overlays=[
            str(f) for f in workflow.configfiles if Path(f).resolve() != ROOT_CONFIG
        ],
    script:
        "../scripts/pack_release.py"


rule ship_bins:
    """Bins of MNIST as the package brings them, and what is known beside them."""
    input:
        bins=of(lambda: EXPERIMENT.all_bins(EXPERIMENT.dataset_of("mnist"))),
        table=SHOWCASES / "mnist/tables/table2.csv",
    output:
        directory("scripts/gansgmms/metrics/bins/mnist"),
    log:
        "<logs>/ship_bins.log",
    benchmark:
        "<benchmarks>/ship_bins.tsv"
    localrule: True
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/ship_bins.py"
