"""One's own samples, scored beside the models of a dataset.

snakemake --cores all own --config 'own={role: mnist, samples: my.npz}'

in:   what `own` in the configuration names; the bins; scores and samples that are there
out:  <dataset>/samples/own_<name>/seed<seed>.arrow, and its scores
      own/<name>.{csv,md,tex,png,pdf}

Bins and the models' files are taken as they are (`before_update`): nothing here trains,
samples or scores a model, and bins are made only where there are none.
"""


rule own:
    """A table and a plot of samples that anybody's model made."""
    input:
        lambda wildcards: [
            f"{OUT}/own/{own_name(own())}.{kind}"
            for kind in ["csv", "md", "tex", "png", "pdf"]
        ],
    localrule: True


rule import_samples:
    """Samples of any origin in the common form."""
    input:
        samples=own_path,
    output:
        f"{OUT}/{{dataset}}/samples/{{source}}/seed{{seed}}.arrow",
    log:
        log_of("import_samples", "{dataset}-{source}-seed{seed}"),
    benchmark:
        benchmark_of("import_samples", "{dataset}-{source}-seed{seed}")
    wildcard_constraints:
        source="own_[a-z0-9_]+",
    conda:
        "../envs/data.yaml"
    threads: at_most(4)
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        shape=lambda wildcards: dataset_spec(wildcards.dataset)["shape"],
        least=max(config["bins"]["k"]),
        samples=config["samples"],
        seed=seed_of("import_samples"),
        state=own_state,
    script:
        "../scripts/import_samples.py"


use rule evaluate_samples as score_own with:
    input:
        samples=f"{OUT}/{{dataset}}/samples/{{source}}/seed{{seed}}.arrow",
        bins=own_bins,
    log:
        log_of("score_own", "{dataset}-{source}-seed{seed}"),
    benchmark:
        benchmark_of("score_own", "{dataset}-{source}-seed{seed}")
    wildcard_constraints:
        source="own_[a-z0-9_]+",


rule own_table:
    """NDB, JS and sharpness of one's own samples and of every model that is scored."""
    input:
        proportions=own_files(proportions_file),
        scores=own_files(ndb_file),
        samples=own_files(samples_file),
    output:
        csv=f"{OUT}/own/{{own}}.csv",
        md=f"{OUT}/own/{{own}}.md",
        tex=f"{OUT}/own/{{own}}.tex",
    log:
        log_of("own_table", "{own}"),
    benchmark:
        benchmark_of("own_table", "{own}")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        dataset=own_dataset,
        labels=lambda wildcards: [label_of(row) for row in own_rows(wildcards)],
        sharpness=config["sharpness"],
    script:
        "../scripts/write_own.py"


use rule s6 as own_figure with:
    input:
        proportions=own_files(proportions_file, figure("s6")["models"]),
    output:
        png=f"{OUT}/own/{{own}}.png",
        pdf=f"{OUT}/own/{{own}}.pdf",
    log:
        log_of("own_figure", "{own}"),
    benchmark:
        benchmark_of("own_figure", "{own}")
    params:
        names=lambda wildcards: own_rows(wildcards, figure("s6")["models"]),
        models=lambda wildcards: [
            label_of(row) for row in own_rows(wildcards, figure("s6")["models"])
        ],
