"""Tables: our numbers beside the printed ones.

in:   <dataset>/scores/<source>/seed<seed>/*.parquet, resources/published-results.csv
out:  tables/<id>.{csv,md,tex}, for the ids under `tables` in the configuration, their
      Jensen-Shannon twins <id>_js, `recognition`, `likelihood` and `statistics`
"""


# The printed tables of NDB/K ...
rule table1:
    """NDB/K of every model of CelebA, ours beside the paper's."""
    input:
        scores=score_files("table1", "ndb"),
        published="resources/published-results.csv",
    output:
        **table_files("table1"),
    log:
        log_of("table1"),
    benchmark:
        benchmark_of("table1")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **table_params("table1", "ndb_over_k"),
    script:
        "../scripts/write_table.py"


use rule table1 as table2 with:
    """NDB/K of every model of MNIST, ours beside the paper's."""
    input:
        scores=score_files("table2", "ndb"),
        published="resources/published-results.csv",
    output:
        **table_files("table2"),
    log:
        log_of("table2"),
    benchmark:
        benchmark_of("table2")
    params:
        **table_params("table2", "ndb_over_k"),


use rule table1 as table3 with:
    """NDB/K of every model of SVHN, ours beside the paper's."""
    input:
        scores=score_files("table3", "ndb"),
        published="resources/published-results.csv",
    output:
        **table_files("table3"),
    log:
        log_of("table3"),
    benchmark:
        benchmark_of("table3")
    params:
        **table_params("table3", "ndb_over_k"),


# ... and the Jensen-Shannon divergence of the same cells, which the paper does not print.
use rule table1 as table1_js with:
    """The Jensen-Shannon divergence of what table1 compares."""
    output:
        **table_files("table1_js"),
    log:
        log_of("table1_js"),
    benchmark:
        benchmark_of("table1_js")
    params:
        **table_params("table1", "js"),


use rule table2 as table2_js with:
    """The Jensen-Shannon divergence of what table2 compares."""
    output:
        **table_files("table2_js"),
    log:
        log_of("table2_js"),
    benchmark:
        benchmark_of("table2_js")
    params:
        **table_params("table2", "js"),


use rule table3 as table3_js with:
    """The Jensen-Shannon divergence of what table3 compares."""
    output:
        **table_files("table3_js"),
    log:
        log_of("table3_js"),
    benchmark:
        benchmark_of("table3_js")
    params:
        **table_params("table3", "js"),


# The sharpness numbers of section 5.
use rule table1 as sharpness with:
    """The sharpness of every model (section 5), ours beside the paper's."""
    input:
        scores=score_files("sharpness", "sharpness"),
        published="resources/published-results.csv",
    output:
        **table_files("sharpness"),
    log:
        log_of("sharpness"),
    benchmark:
        benchmark_of("sharpness")
    params:
        **table_params("sharpness", "sharpness"),


rule recognition:
    """What a classifier sees in the samples of each model."""
    input:
        scores=score_files("recognition", "recognition"),
        accuracy=lambda wildcards: score_file(
            role_dataset("recognition"),
            config["tables"]["recognition"]["classifier"],
            "accuracy",
        ),
    output:
        **table_files("recognition"),
    log:
        log_of("recognition"),
    benchmark:
        benchmark_of("recognition")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **table_params("recognition", "recognition"),
    script:
        "../scripts/write_recognition.py"


rule likelihood:
    """The log-likelihood of training and test images under every mixture."""
    input:
        scores=[
            score_file(dataset, model, "likelihood", seed)
            for dataset, model, seed in repeated(mixtures())
        ],
    output:
        **table_files("likelihood"),
    log:
        log_of("likelihood"),
    benchmark:
        benchmark_of("likelihood")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        datasets=[dataset for dataset, _, _ in repeated(mixtures())],
        labels=[label_of(model) for _, model, _ in repeated(mixtures())],
    script:
        "../scripts/write_likelihood.py"


rule statistics:
    """What chance has to do with every NDB and JS: expected values and intervals."""
    input:
        scores=[
            score_file(dataset, source, "ndb", seed)
            for dataset, source, seed in repeated(scored())
        ],
    output:
        **table_files("statistics", caption="statistics"),
    log:
        log_of("statistics"),
    benchmark:
        benchmark_of("statistics")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        datasets=[dataset for dataset, _, _ in repeated(scored())],
        labels=[label_of(source) for _, source, _ in repeated(scored())],
        seeds=[seed for _, _, seed in repeated(scored())],
        coverage=config["statistics"]["coverage"],
    script:
        "../scripts/write_statistics.py"
