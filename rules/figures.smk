"""Figures of "On GANs and GMMs", each a rule by its id: fig4, s13 ...

in:   images, bins, models, samples and scores of the datasets that a figure shows
out:  figures/<id>.png and figures/<id>.pdf, for the ids under `figures` in the
      configuration, which says what each shows
"""

# --- Images and their imitations: fig1 ---


rule fig1:
    """Training images of each dataset above samples of a GAN."""
    input:
        data=lambda wildcards: [
            samples_file(dataset, "train") for dataset, _ in generated_panels("fig1")
        ],
        samples=lambda wildcards: [
            samples_file(*panel) for panel in generated_panels("fig1")
        ],
    output:
        **figure_files("fig1"),
    log:
        log_of("fig1"),
    benchmark:
        benchmark_of("fig1")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **figure("fig1"),
        datasets=lambda wildcards: [
            title_of(dataset) for dataset, _ in generated_panels("fig1")
        ],
        labels=lambda wildcards: [
            label_of(model) for _, model in generated_panels("fig1")
        ],
    script:
        "../scripts/plot_generated.py"


# --- NDB explained and along a training: fig2, fig3 ---


rule fig2:
    """NDB in the plane: points of data and GAN in numbered cells, and their proportions."""
    input:
        bins=lambda wildcards: bins_file(role_dataset("fig2"), figure("fig2")["cells"]),
        data=role_images("fig2", "train"),
        samples=role_model_file("fig2", samples_file),
    output:
        **figure_files("fig2"),
    log:
        log_of("fig2"),
    benchmark:
        benchmark_of("fig2")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("fig2"),
        label=label_of(figure("fig2")["model"]),
    script:
        "../scripts/plot_cells.py"


rule fig3:
    """NDB and the Inception Score along the training of WGAN-GP."""
    input:
        snapshots=role_model_file("fig3", snapshots_file),
    output:
        **figure_files("fig3"),
    log:
        log_of("fig3"),
    benchmark:
        benchmark_of("fig3")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **figure("fig3"),
    script:
        "../scripts/plot_training_course.py"


# --- Random samples: fig4, fig9, s13, s14 ---


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


use rule fig4 as fig9 with:
    """Random samples of the mixture that was trained adversarially."""
    input:
        samples=panel_files("fig9", samples_file),
    output:
        **figure_files("fig9"),
    log:
        log_of("fig9"),
    benchmark:
        benchmark_of("fig9")
    params:
        **figure("fig9"),
        titles=panel_titles("fig9"),


use rule fig4 as s13 with:
    """More random samples of the mixture: CelebA."""
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
    """More random samples of the mixture: MNIST and SVHN."""
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
    """More components, drawn as in fig6a."""
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
    """More combinations of two columns of A, drawn as in fig6b."""
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


# --- Bins: s1-s4 ---


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


use rule s1 as s2 with:
    """The smallest bins of CelebA."""
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


use rule s1 as s3 with:
    """The largest and the smallest bins of MNIST."""
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


use rule s1 as s4 with:
    """The largest and the smallest bins of SVHN."""
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


# --- Proportions of the bins: s6, s5 ---


rule s6:
    """Proportions of the samples in each bin, at every K."""
    input:
        proportions=compared_files("s6", proportions_file),
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
        names=compared("s6"),
        models=lambda wildcards: [label_of(name) for name in compared("s6")],
    script:
        "../scripts/plot_proportions.py"


rule s5:
    """Proportions of the samples in each bin, for every model, in pairs."""
    input:
        proportions=compared_files("s5", proportions_file),
    output:
        **figure_files("s5"),
    log:
        log_of("s5"),
    benchmark:
        benchmark_of("s5")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **figure("s5"),
        names=compared("s5"),
        labels=lambda wildcards: [label_of(name) for name in compared("s5")],
    script:
        "../scripts/plot_proportion_pairs.py"


# --- Bins that a model fills over or under their share: fig5, s7-s10 ---


rule fig5:
    """The bins that BEGAN fills the most over and under their share."""
    input:
        bins=shown_bins("fig5"),
        images=role_images("fig5", "train"),
        samples=role_model_file("fig5", samples_file),
        proportions=role_model_file("fig5", proportions_file),
    output:
        **figure_files("fig5"),
    log:
        log_of("fig5"),
    benchmark:
        benchmark_of("fig5")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("fig5"),
        label=label_of(figure("fig5")["model"]),
        seed=job_seed("plot_bins", {}),
    script:
        "../scripts/plot_allocation.py"


rule s7:
    """The bin that VAE-DFC fills the most under its share: training, test, its samples."""
    input:
        bins=shown_bins("s7"),
        images=role_images("s7", "train"),
        samples=role_model_file("s7", samples_file),
        proportions=role_model_file("s7", proportions_file),
        test=role_source_file("s7", "test", samples_file),
    output:
        **figure_files("s7"),
    log:
        log_of("s7"),
    benchmark:
        benchmark_of("s7")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("s7"),
        label=label_of(figure("s7")["model"]),
        seed=job_seed("plot_bins", {}),
    script:
        "../scripts/plot_one_bin.py"


use rule s7 as s8 with:
    """The second of the bins that VAE-DFC fills under their share."""
    input:
        bins=shown_bins("s8"),
        images=role_images("s8", "train"),
        samples=role_model_file("s8", samples_file),
        proportions=role_model_file("s8", proportions_file),
        test=role_source_file("s8", "test", samples_file),
    output:
        **figure_files("s8"),
    log:
        log_of("s8"),
    benchmark:
        benchmark_of("s8")
    params:
        **figure("s8"),
        label=label_of(figure("s8")["model"]),
        seed=job_seed("plot_bins", {}),


use rule s7 as s9 with:
    """The third of the bins that VAE-DFC fills under their share."""
    input:
        bins=shown_bins("s9"),
        images=role_images("s9", "train"),
        samples=role_model_file("s9", samples_file),
        proportions=role_model_file("s9", proportions_file),
        test=role_source_file("s9", "test", samples_file),
    output:
        **figure_files("s9"),
    log:
        log_of("s9"),
    benchmark:
        benchmark_of("s9")
    params:
        **figure("s9"),
        label=label_of(figure("s9")["model"]),
        seed=job_seed("plot_bins", {}),


use rule s7 as s10 with:
    """The bin that VAE-DFC fills the most over its share."""
    input:
        bins=shown_bins("s10"),
        images=role_images("s10", "train"),
        samples=role_model_file("s10", samples_file),
        proportions=role_model_file("s10", proportions_file),
        test=role_source_file("s10", "test", samples_file),
    output:
        **figure_files("s10"),
    log:
        log_of("s10"),
    benchmark:
        benchmark_of("s10")
    params:
        **figure("s10"),
        label=label_of(figure("s10")["model"]),
        seed=job_seed("plot_bins", {}),


# --- In the plane: s12, s17 ---


rule s12:
    """What a GAN and a mixture learn of points of the plane."""
    input:
        data=role_images("s12", "train"),
        generator=lambda wildcards: model_file(
            role_dataset("s12"), figure("s12")["generator"]
        ),
        model=role_model_file("s12", model_file),
    output:
        **figure_files("s12"),
    log:
        log_of("s12"),
    benchmark:
        benchmark_of("s12")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("s12"),
        label=label_of(figure("s12")["generator"]),
        mixture=label_of(figure("s12")["model"]),
    script:
        "../scripts/plot_plane_models.py"


rule s17:
    """A drawing of how pix2pix brings images of a mixture to the manifold of the data."""
    output:
        **figure_files("s17"),
    log:
        log_of("s17"),
    benchmark:
        benchmark_of("s17")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **figure("s17"),
    script:
        "../scripts/plot_pairing.py"


# --- A mixture and its pix2pix network: fig8, s18, s19 ---


rule fig8:
    """Samples of the mixture beside what pix2pix makes of them."""
    input:
        model=role_model_file("fig8", model_file),
    output:
        **figure_files("fig8"),
    log:
        log_of("fig8"),
    benchmark:
        benchmark_of("fig8")
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("fig8"),
        seed=job_seed("fig8", {}),
    script:
        "../scripts/plot_refined.py"


rule s18:
    """An animated walk along z inside a component, through pix2pix."""
    input:
        model=role_model_file("s18", model_file),
    output:
        **figure_files("s18"),
        gif=animation_file("s18"),
    log:
        log_of("s18"),
    benchmark:
        benchmark_of("s18")
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("s18"),
    script:
        "../scripts/plot_walk.py"


rule s19:
    """One component: its samples, refined by pix2pix, and its training images."""
    input:
        model=role_model_file("s19", model_file),
        images=role_images("s19", "train"),
    output:
        **figure_files("s19"),
    log:
        log_of("s19"),
    benchmark:
        benchmark_of("s19")
    conda:
        "../envs/torch.yaml"
    threads: at_most(2)
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        **figure("s19"),
        seed=job_seed("s19", {}),
    script:
        "../scripts/plot_one_component.py"
