"""One's own samples, scored beside the models of a dataset.

snakemake --cores all own --config 'own={role: mnist, samples: my.npz}'

in:   what `own` in the configuration names; the bins; scores and samples that are there
out:  <dataset>/samples/own_<name>/seed<seed>.arrow, and its scores
      own/<name>.{csv,md,tex,png,pdf}

Bins and the models' files are taken as they are (`before_update`): nothing here trains,
samples or scores a model, and bins are made only where there are none.
"""

from gansgmms.workflow.user_samples import UserSamples

# `exists` looks for the workflow where it is called.
USER = UserSamples(EXPERIMENT, lambda path: exists(path))


rule own:
    """A table and a plot of samples that anybody's model made."""
    input:
        of(USER.files),
    localrule: True


rule import_samples:
    """Samples of any origin in the common form."""
    input:
        samples=of(USER.path, "source"),
    output:
        "<results>/{dataset}/samples/{source}/seed{seed}.arrow",
    log:
        "<logs>/import_samples/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/import_samples/{dataset}-{source}-seed{seed}.tsv"
    wildcard_constraints:
        source="own_[a-z0-9_]+",
    conda:
        "../envs/data.yaml"
    threads: at_most(4)
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        shape=of(lambda dataset: EXPERIMENT.dataset_spec(dataset)["shape"], "dataset"),
        least=max(config["bins"]["k"]),
        samples=config["samples"],
        seed=job_seed("import_samples"),
        state=of(USER.state, "source"),
    script:
        "../scripts/import_samples.py"


use rule evaluate_samples as score_own with:
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
        bins=of(lambda d: as_they_are(EXPERIMENT.all_bins(d)), "dataset"),
    log:
        "<logs>/score_own/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/score_own/{dataset}-{source}-seed{seed}.tsv"
    wildcard_constraints:
        source="own_[a-z0-9_]+",


rule own_table:
    """NDB, JS and sharpness of one's own samples and of every model that is scored."""
    input:
        proportions=of(
            lambda own: beside_what_is_there(
                [
                    EXPERIMENT.score(USER.dataset(own), row, "proportions")
                    for row in USER.rows(own)
                ]
            ),
            "own",
        ),
        scores=of(
            lambda own: beside_what_is_there(
                [
                    EXPERIMENT.score(USER.dataset(own), row, "ndb")
                    for row in USER.rows(own)
                ]
            ),
            "own",
        ),
        samples=of(
            lambda own: beside_what_is_there(
                [EXPERIMENT.samples(USER.dataset(own), row) for row in USER.rows(own)]
            ),
            "own",
        ),
    output:
        csv="<results>/own/{own}.csv",
        md="<results>/own/{own}.md",
        tex="<results>/own/{own}.tex",
    log:
        "<logs>/own_table/{own}.log",
    benchmark:
        "<benchmarks>/own_table/{own}.tsv"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        dataset=of(USER.dataset, "own"),
        labels=of(lambda own: USER.labels(USER.rows(own)), "own"),
        sharpness=config["sharpness"],
    script:
        "../scripts/write_own.py"


rule own_figure:
    """Proportions of one's own samples in each bin, at every K."""
    input:
        proportions=of(
            lambda own: beside_what_is_there(
                [
                    EXPERIMENT.score(USER.dataset(own), row, "proportions")
                    for row in USER.drawn(own)
                ]
            ),
            "own",
        ),
    output:
        png="<results>/own/{own}.png",
        pdf="<results>/own/{own}.pdf",
    log:
        "<logs>/own_figure/{own}.log",
    benchmark:
        "<benchmarks>/own_figure/{own}.tsv"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        names=of(USER.drawn, "own"),
        labels=of(lambda own: USER.labels(USER.drawn(own)), "own"),
        about=EXPERIMENT.repetition(),
        significance=of(
            lambda own: EXPERIMENT.significance_of(USER.dataset(own)), "own"
        ),
    script:
        "../scripts/plot_proportions.py"
