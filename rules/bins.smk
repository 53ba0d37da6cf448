"""Bins: the Voronoi cells in which NDB counts samples (section 2, supp. 1.1).

in:   <dataset>/images/train.arrow
out:  <dataset>/bins/<method><K>.safetensors: centres, and the bin of each reference image;
      <method><K>-refit<i> are the same made again with another seed,
      <method><K>+<setting>=<value> are made another way
"""

import re


rule fit_bins:
    """K bins of a dataset, by K-means or agglomerative clustering."""
    input:
        images="<results>/{dataset}/images/train.arrow",
    output:
        "<results>/{dataset}/bins/{bins}.safetensors",
    log:
        "<logs>/fit_bins/{dataset}-{bins}.log",
    benchmark:
        "<benchmarks>/fit_bins/{dataset}-{bins}.tsv"
    conda:
        TORCH
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=more_each_time(of(NEEDS.bins_memory, "dataset")),
        runtime=more_each_time(120),
    params:
        settings=of(EXPERIMENT.bins_made, "dataset", "bins"),
        method=of(lambda bins: re.match("[a-z]+", bins).group(), "bins"),
        k=of(lambda bins: int(re.search("[0-9]+", bins).group()), "bins"),
        reference_seed=of(EXPERIMENT.reference_seed, "dataset"),
        seed=job_seed("fit_bins"),
        device=config["device"],
    script:
        "../scripts/fit_bins.py"
