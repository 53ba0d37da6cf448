"""Tables: our numbers beside the papers'.

in:   <dataset>/scores/<source>/seed<seed>/*.parquet, resources/published-results.csv
out:  tables/<name>.{csv,md,tex,html}, for the names under `tables` in the configuration, the
      Jensen-Shannon twins <name>_js of those of NDB, `likelihood` and `statistics`
"""

from functools import partial

from gansgmms.workflow import ablations
from gansgmms.workflow.shown import published

# As it is seen from where Snakemake works (--directory, a module).
PUBLISHED = published()


# NDB/K, its Jensen-Shannon twin, and sharpness: one quantity of models on one dataset.
QUANTITIES = [
    *((table, table, "ndb", "ndb_over_k") for table in EXPERIMENT.names_of_kind("ndb")),
    *((f"{t}_js", t, "ndb", "js") for t in EXPERIMENT.names_of_kind("ndb")),
    *(
        (table, table, "sharpness", "sharpness")
        for table in EXPERIMENT.names_of_kind("sharpness")
    ),
]

for target, table, kind, quantity in QUANTITIES:

    rule:
        """A quantity of every model on one dataset, ours beside the paper's."""
        name:
            target
        input:
            scores=of(partial(EXPERIMENT.table_scores, table, kind)),
            round_trips=of(
                lambda table=table, kind=kind: list(
                    EXPERIMENT.round_trips(table, kind).values()
                )
            ),
            published=PUBLISHED,
        output:
            **table_files(target, "table"),
        log:
            f"<logs>/{target}.log",
        benchmark:
            f"<benchmarks>/{target}.tsv"
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            **EXPERIMENT.table_columns(table),
            target=target,
            quantity=quantity,
            samples=config["samples"],
            refined=of(
                lambda table=table, kind=kind: list(
                    EXPERIMENT.round_trips(table, kind)
                )
            ),
            published=config["tables"][table]["published"],
        script:
            "../scripts/write_table.py"

    describe(target)


for table in EXPERIMENT.names_of_kind("recognition"):

    rule:
        """What a classifier sees in the samples of each model."""
        name:
            table
        input:
            scores=of(partial(EXPERIMENT.table_scores, table, "recognition")),
            accuracy=of(
                lambda table=table: EXPERIMENT.score(
                    EXPERIMENT.role_dataset(table),
                    config["tables"][table]["classifier"],
                    "accuracy",
                )
            ),
        output:
            **table_files(table, "table"),
        log:
            f"<logs>/{table}.log",
        benchmark:
            f"<benchmarks>/{table}.tsv"
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            **EXPERIMENT.table_columns(table),
            target=table,
        script:
            "../scripts/write_recognition.py"

    describe(table)


for table in EXPERIMENT.names_of_kind("importance"):

    rule:
        """Log-likelihoods under mixtures of VAEs, bags of VAEs, and single VAEs."""
        name:
            table
        input:
            scores=of(partial(EXPERIMENT.table_scores, table, "importance")),
            truths=of(lambda table=table: list(EXPERIMENT.truths(table).values())),
            published=PUBLISHED,
        output:
            **table_files(table, "ktable"),
        log:
            f"<logs>/{table}.log",
        benchmark:
            f"<benchmarks>/{table}.tsv"
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            **EXPERIMENT.table_columns(table),
            known=of(lambda table=table: list(EXPERIMENT.truths(table))),
            target=table,
            published=config["tables"][table]["published"],
        script:
            "../scripts/write_importance.py"

    describe(table)


for table in EXPERIMENT.names_of_kind("fidelity"):

    rule:
        """What the metrics of today make of every model, in each feature space."""
        name:
            table
        input:
            scores=of(partial(EXPERIMENT.table_scores, table, "fidelity")),
        output:
            **table_files(table, "fidelity"),
        log:
            f"<logs>/{table}.log",
        benchmark:
            f"<benchmarks>/{table}.tsv"
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            **EXPERIMENT.table_columns(table),
            target=table,
        script:
            "../scripts/write_fidelity.py"

    describe(table)


for table in EXPERIMENT.names_of_kind("sensitivity"):

    rule:
        """What every metric makes of faults that were planted in real images."""
        name:
            table
        input:
            **{
                what: of(
                    lambda what=what, table=table: EXPERIMENT.planted(
                        EXPERIMENT.role_dataset(table), what
                    )
                )
                for what in ("ndb", "fidelity")
            },
        output:
            **table_files(table, "sensitivity"),
        log:
            f"<logs>/{table}.log",
        benchmark:
            f"<benchmarks>/{table}.tsv"
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            k=config["tables"][table]["k"],
            space=config["tables"][table]["space"],
            target=table,
        script:
            "../scripts/write_sensitivity.py"

    describe(table)


for table in EXPERIMENT.names_of_kind("ablations"):

    rule:
        """NDB/K and likelihood of mixtures and bins with one thing changed at a time."""
        name:
            table
        input:
            scores=of(partial(EXPERIMENT.table_scores, table, "ndb")),
            likelihoods=of(
                lambda table=table: [
                    EXPERIMENT.score(dataset, model, "likelihood", seed)
                    for dataset, model, seed in ablations.densities(EXPERIMENT, table)
                ]
            ),
            bins=of(
                lambda table=table: [
                    f"{OUT}/{dataset}/ablations/bins.parquet"
                    for dataset in EXPERIMENT.panels(table)
                    if config["tables"][table]["bins"]
                ]
            ),
        output:
            **table_files(table, "ablations"),
        log:
            f"<logs>/{table}.log",
        benchmark:
            f"<benchmarks>/{table}.tsv"
        conda:
            "../envs/plot.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            **EXPERIMENT.table_columns(table),
            likely=of(
                lambda table=table: [
                    model for _, model, _ in ablations.densities(EXPERIMENT, table)
                ]
            ),
            samples=config["samples"],
            target=table,
        script:
            "../scripts/write_ablations.py"

    describe(table)


rule likelihood:
    """The log-likelihood of training and test images under every mixture."""
    input:
        scores=[
            EXPERIMENT.score(dataset, model, "likelihood", seed)
            for dataset, model, seed in EXPERIMENT.repeated(EXPERIMENT.mixtures())
        ],
    output:
        **table_files("likelihood", "table"),
    log:
        "<logs>/likelihood.log",
    benchmark:
        "<benchmarks>/likelihood.tsv"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        datasets=[d for d, _, _ in EXPERIMENT.repeated(EXPERIMENT.mixtures())],
        labels=[
            EXPERIMENT.label_of(model)
            for _, model, _ in EXPERIMENT.repeated(EXPERIMENT.mixtures())
        ],
        seeds=[seed for _, _, seed in EXPERIMENT.repeated(EXPERIMENT.mixtures())],
    script:
        "../scripts/write_likelihood.py"


rule statistics:
    """What chance has to do with every NDB and JS: expected values and intervals."""
    input:
        scores=[
            EXPERIMENT.score(dataset, source, "ndb", seed)
            for dataset, source, seed in EXPERIMENT.repeated(EXPERIMENT.scored())
        ],
    output:
        **table_files("statistics", "statistics"),
    log:
        "<logs>/statistics.log",
    benchmark:
        "<benchmarks>/statistics.tsv"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        datasets=[d for d, _, _ in EXPERIMENT.repeated(EXPERIMENT.scored())],
        labels=[
            EXPERIMENT.label_of(source)
            for _, source, _ in EXPERIMENT.repeated(EXPERIMENT.scored())
        ],
        seeds=[seed for _, _, seed in EXPERIMENT.repeated(EXPERIMENT.scored())],
        coverage=config["statistics"]["coverage"],
    script:
        "../scripts/write_statistics.py"
