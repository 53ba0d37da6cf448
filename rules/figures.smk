"""Figures of "On GANs and GMMs", each a rule by its id: fig4, s13 ...

in:   images, bins, models, samples and scores of the datasets that a figure shows
out:  figures/<id>.png and figures/<id>.pdf, for the ids under `figures` in the
      configuration, which says what each shows
"""

# --- Random samples: fig4, s13, s14 ---


rule fig4:
    """Random samples of the mixture of factor analyzers on each dataset."""
    input:
        samples=panel_files("fig4", samples_file),
    output:
        **figure_files("fig4"),
    log:
        log_of("fig4"),
    benchmark:
        benchmark_of("fig4")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **figure("fig4"),
        titles=panel_titles("fig4"),
    script:
        "../scripts/plot_samples.py"


use rule fig4 as s13 with:
    input:
        samples=panel_files("s13", samples_file),
    output:
        **figure_files("s13"),
    log:
        log_of("s13"),
    benchmark:
        benchmark_of("s13")
    params:
        **figure("s13"),
        titles=panel_titles("s13"),


use rule fig4 as s14 with:
    input:
        samples=panel_files("s14", samples_file),
    output:
        **figure_files("s14"),
    log:
        log_of("s14"),
    benchmark:
        benchmark_of("s14")
    params:
        **figure("s14"),
        titles=panel_titles("s14"),


# --- Components of the mixture: fig6a, s15; two columns combined: fig6b, s16 ---


rule fig6a:
    """Components: mean, noise variance, and what each column of A changes."""
    input:
        models=panel_files("fig6a", model_file),
    output:
        **figure_files("fig6a"),
    log:
        log_of("fig6a"),
    benchmark:
        benchmark_of("fig6a")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("fig6a"),
        titles=panel_titles("fig6a"),
    script:
        "../scripts/plot_components.py"


use rule fig6a as s15 with:
    input:
        models=panel_files("s15", model_file),
    output:
        **figure_files("s15"),
    log:
        log_of("s15"),
    benchmark:
        benchmark_of("s15")
    params:
        **figure("s15"),
        titles=panel_titles("s15"),


rule fig6b:
    """Combinations of two columns of A around the mean of a component."""
    input:
        models=panel_files("fig6b", model_file),
    output:
        **figure_files("fig6b"),
    log:
        log_of("fig6b"),
    benchmark:
        benchmark_of("fig6b")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("fig6b"),
        titles=panel_titles("fig6b"),
    script:
        "../scripts/plot_combinations.py"


use rule fig6b as s16 with:
    input:
        models=panel_files("s16", model_file),
    output:
        **figure_files("s16"),
    log:
        log_of("s16"),
    benchmark:
        benchmark_of("s16")
    params:
        **figure("s16"),
        titles=panel_titles("s16"),


# --- Inference with the mixture: fig7a, fig7b, s11 ---


rule fig7a:
    """Outliers: test images of the lowest likelihood."""
    input:
        images=role_images("fig7a", "test"),
        likelihood=role_model_file("fig7a", likelihood_file),
    output:
        **figure_files("fig7a"),
    log:
        log_of("fig7a"),
    benchmark:
        benchmark_of("fig7a")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **figure("fig7a"),
    script:
        "../scripts/plot_outliers.py"


rule fig7b:
    """In-painting: the hidden part of an image, given the rest."""
    input:
        model=role_model_file("fig7b", model_file),
        images=role_images("fig7b", "test"),
        likelihood=role_model_file("fig7b", likelihood_file),
    output:
        **figure_files("fig7b"),
    log:
        log_of("fig7b"),
    benchmark:
        benchmark_of("fig7b")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("fig7b"),
    script:
        "../scripts/plot_inpainting.py"


rule s11:
    """Log-likelihood and reconstruction against the number of components."""
    input:
        models=sweep_files(model_file),
        likelihoods=sweep_files(likelihood_file),
        images=role_images("s11", "test"),
    output:
        **figure_files("s11"),
    log:
        log_of("s11"),
    benchmark:
        benchmark_of("s11")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("s11"),
    script:
        "../scripts/plot_components_sweep.py"


# --- Bins: s1-s4, s6 ---


rule s1:
    """The largest bins of CelebA: centroid and random members."""
    input:
        bins=shown_bins("s1"),
        images=role_images("s1", "train"),
    output:
        **figure_files("s1"),
    log:
        log_of("s1"),
    benchmark:
        benchmark_of("s1")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("s1"),
        seed=job_seed("plot_bins", {}),
    script:
        "../scripts/plot_bins.py"


# The smallest bins of CelebA.
use rule s1 as s2 with:
    input:
        bins=shown_bins("s2"),
        images=role_images("s2", "train"),
    output:
        **figure_files("s2"),
    log:
        log_of("s2"),
    benchmark:
        benchmark_of("s2")
    params:
        **figure("s2"),
        seed=job_seed("plot_bins", {}),


# The largest and smallest bins of MNIST ...
use rule s1 as s3 with:
    input:
        bins=shown_bins("s3"),
        images=role_images("s3", "train"),
    output:
        **figure_files("s3"),
    log:
        log_of("s3"),
    benchmark:
        benchmark_of("s3")
    params:
        **figure("s3"),
        seed=job_seed("plot_bins", {}),


# ... and of SVHN.
use rule s1 as s4 with:
    input:
        bins=shown_bins("s4"),
        images=role_images("s4", "train"),
    output:
        **figure_files("s4"),
    log:
        log_of("s4"),
    benchmark:
        benchmark_of("s4")
    params:
        **figure("s4"),
        seed=job_seed("plot_bins", {}),


rule s6:
    """Proportions of the samples in each bin, at every K."""
    input:
        proportions=lambda wildcards: [
            score_file(role_dataset("s6"), source, "proportions")
            for source in figure("s6")["models"]
        ],
    output:
        **figure_files("s6"),
    log:
        log_of("s6"),
    benchmark:
        benchmark_of("s6")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        names=figure("s6")["models"],
        models=lambda wildcards: [label_of(name) for name in figure("s6")["models"]],
    script:
        "../scripts/plot_proportions.py"
