"""One's own samples, scored beside the models of a dataset.

snakemake --cores all own --config 'own={role: mnist, samples: my.npz}'

in:   what `own` in the configuration names; the bins; scores and samples that are there
out:  <dataset>/samples/own_<name>/seed<seed>.arrow, and its scores
      own/<name>.{csv,md,tex,png,pdf}

Bins and the models' files are taken as they are (`before_update`): nothing here trains,
samples or scores a model, and bins are made only where there are none.
"""

from gansgmms.settings.configuration import own_name


def own(name=None):
    """What the configuration says of one's own samples; with `name`, of those."""
    found = config.get("own")
    if found is None or name not in (None, own_name(found)):
        raise InputError(
            "own",
            "nothing" if found is None else own_name(found),
            f"{'samples' if name is None else name} and the role they are compared on",
            "--config 'own={role: mnist, samples: my.npz}'",
        )
    return found


def own_path(source):
    """Where one's own samples are."""
    return Path(own(source.removeprefix("own_"))["samples"]).expanduser()


def own_state(source):
    """Number, size and time of the files of one's own samples.

    Of a folder Snakemake does not see that a file in it was written again.
    """
    path = own_path(source)
    found = [file.stat() for file in (path.rglob("*") if path.is_dir() else [path])]
    newest = max((file.st_mtime_ns for file in found), default=0)
    return [len(found), sum(file.st_size for file in found), newest]


def own_dataset(name):
    """The dataset that one's own samples are compared on."""
    return EXPERIMENT.dataset_of(own(name)["role"])


def own_rows(name, names=None):
    """One's own samples, then what is scored of `names`, or of the role's table."""
    role, dataset = own(name)["role"], own_dataset(name)
    tables = [config["tables"][table] for table in EXPERIMENT.names_of_kind("ndb")]
    rows = [row for t in tables if t["role"] == role for row in t["models"]]
    found = [
        row
        for row in dict.fromkeys(rows if names is None else names)
        if exists(EXPERIMENT.score(dataset, row, "proportions"))
        and exists(EXPERIMENT.samples(dataset, row))
    ]
    return [f"own_{name}", *found]


def own_files(path, names=None):
    """For input: `path(dataset, source)` of `own_rows`; of the models, as they are."""

    def files(name):
        mine, *theirs = [path(own_dataset(name), row) for row in own_rows(name, names)]
        return [mine, *map(before_update, theirs)]

    return of(files, "own")


def own_bins(dataset):
    """The bins; those that are there as they are."""
    return [before_update(f) if exists(f) else f for f in bins_of(dataset)]


def compared_models():
    """The models that a figure of proportions shows beside one's own samples."""
    figures = EXPERIMENT.names_of_kind("proportions")
    return [m for name in figures[:1] for m in config["figures"][name]["models"]]


rule own:
    """A table and a plot of samples that anybody's model made."""
    input:
        of(
            lambda: [
                f"{OUT}/own/{own_name(own())}.{kind}"
                for kind in ["csv", "md", "tex", "png", "pdf"]
            ]
        ),
    localrule: True


rule import_samples:
    """Samples of any origin in the common form."""
    input:
        samples=of(own_path, "source"),
    output:
        "<results>/{dataset}/samples/{source}/seed{seed}.arrow",
    log:
        "<logs>/import_samples/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/import_samples/{dataset}-{source}-seed{seed}.tsv"
    wildcard_constraints:
        source="own_[a-z0-9_]+",
    group:
        "own"
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
        state=of(own_state, "source"),
    script:
        "../scripts/import_samples.py"


use rule evaluate_samples as score_own with:
    input:
        samples="<results>/{dataset}/samples/{source}/seed{seed}.arrow",
        bins=of(own_bins, "dataset"),
    log:
        "<logs>/score_own/{dataset}-{source}-seed{seed}.log",
    benchmark:
        "<benchmarks>/score_own/{dataset}-{source}-seed{seed}.tsv"
    wildcard_constraints:
        source="own_[a-z0-9_]+",
    group:
        "own"


rule own_table:
    """NDB, JS and sharpness of one's own samples and of every model that is scored."""
    input:
        proportions=own_files(EXPERIMENT.scores_of("proportions")),
        scores=own_files(EXPERIMENT.scores_of("ndb")),
        samples=own_files(EXPERIMENT.samples),
    output:
        csv="<results>/own/{own}.csv",
        md="<results>/own/{own}.md",
        tex="<results>/own/{own}.tex",
    log:
        "<logs>/own_table/{own}.log",
    benchmark:
        "<benchmarks>/own_table/{own}.tsv"
    group:
        "own"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        dataset=of(own_dataset, "own"),
        labels=of(
            lambda own: [EXPERIMENT.label_of(row) for row in own_rows(own)], "own"
        ),
        sharpness=config["sharpness"],
    script:
        "../scripts/write_own.py"


rule own_figure:
    """Proportions of one's own samples in each bin, at every K."""
    input:
        proportions=own_files(EXPERIMENT.scores_of("proportions"), compared_models()),
    output:
        png="<results>/own/{own}.png",
        pdf="<results>/own/{own}.pdf",
    log:
        "<logs>/own_figure/{own}.log",
    benchmark:
        "<benchmarks>/own_figure/{own}.tsv"
    group:
        "own"
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        names=of(lambda own: own_rows(own, compared_models()), "own"),
        labels=of(
            lambda own: [
                EXPERIMENT.label_of(row) for row in own_rows(own, compared_models())
            ],
            "own",
        ),
    script:
        "../scripts/plot_proportions.py"
