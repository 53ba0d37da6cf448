"""Bins: the Voronoi cells in which NDB counts samples (section 2, supp. 1.1).

in:   <dataset>/images/train.arrow
out:  <dataset>/bins/<method><K>.safetensors: centres, and the bin of each reference image;
      <method><K>-refit<i> are the same made again with another seed
"""


rule fit_bins:
    """K bins of a dataset, by K-means or agglomerative clustering."""
    input:
        images=f"{OUT}/{{dataset}}/images/train.arrow",
    output:
        f"{OUT}/{{dataset}}/bins/{{bins}}.safetensors",
    log:
        log_of("fit_bins", "{dataset}-{bins}"),
    benchmark:
        benchmark_of("fit_bins", "{dataset}-{bins}")
    conda:
        torch_environment()
    threads: at_most(8)
    resources:
        gpu=GPU,
        mem_mb=12000,
        runtime=120,
    params:
        settings=lambda wildcards: bins_settings(config, wildcards.dataset),
        method=bins_method,
        k=bins_number,
        seed=seed_of("fit_bins"),
        device=config["device"],
    script:
        "../scripts/fit_bins.py"
