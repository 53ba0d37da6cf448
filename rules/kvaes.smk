"""Mixtures of VAEs by competition: the figures, tables and numbers of the kVAE draft.

in:   images, models, histories and samples of the datasets that these show
out:  <dataset>/scores/<model>/seed<seed>/
          importance.parquet    one row a point: log-likelihood in nats for each S
          shares.parquet        one row a class and VAE: training points it has won
          support.parquet       one row: share of the samples outside the data's support
      <dataset>/scores/kmeans/case.parquet: Algorithm 1 beside K-means (section 6)
      figures/k1 ... k8, tables/ktable1 and ktable2, benchmarks/stacking.{csv,md}
"""

# --- Numbers ---


rule estimate_likelihood:
    """The log-likelihood of training and test points under a mixture of VAEs."""
    input:
        model=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/model.safetensors",
        train=f"{OUT}/{{dataset}}/images/train.arrow",
        test=f"{OUT}/{{dataset}}/images/test.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/{{model}}/seed{{seed}}/importance.parquet",
    log:
        log_of("estimate_likelihood", "{dataset}-{model}-seed{seed}"),
    benchmark:
        benchmark_of("estimate_likelihood", "{dataset}-{model}-seed{seed}")
    conda:
        torch_environment()
    threads: at_most(2)
    resources:
        gpu=GPU,
        mem_mb=8000,
        runtime=240,
    params:
        **config["importance"],
        seed=seed_of("estimate_likelihood"),
        device=config["device"],
    script:
        "../scripts/estimate_likelihood.py"


rule count_shares:
    """How many training points of each class each VAE has won (claims k04, k05)."""
    input:
        model=f"{OUT}/{{dataset}}/models/{{model}}/seed{{seed}}/model.safetensors",
        train=f"{OUT}/{{dataset}}/images/train.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/{{model}}/seed{{seed}}/shares.parquet",
    log:
        log_of("count_shares", "{dataset}-{model}-seed{seed}"),
    benchmark:
        benchmark_of("count_shares", "{dataset}-{model}-seed{seed}")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/count_shares.py"


rule measure_support:
    """The share of a model's samples where no data are (claim k06)."""
    input:
        samples=f"{OUT}/{{dataset}}/samples/{{source}}/seed{{seed}}.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/{{source}}/seed{{seed}}/support.parquet",
    log:
        log_of("measure_support", "{dataset}-{source}-seed{seed}"),
    benchmark:
        benchmark_of("measure_support", "{dataset}-{source}-seed{seed}")
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        centres=centres_of,
    script:
        "../scripts/measure_support.py"


rule compare_kmeans:
    """Algorithm 1 with constant encoders and no covariance beside K-means (claim k02)."""
    input:
        train=f"{OUT}/{{dataset}}/images/train.arrow",
    output:
        f"{OUT}/{{dataset}}/scores/kmeans/case.parquet",
    log:
        log_of("compare_kmeans", "{dataset}"),
    benchmark:
        benchmark_of("compare_kmeans", "{dataset}")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        components=lambda wildcards: len(centres_of(wildcards)),
        seed=seed_of("compare_kmeans"),
    script:
        "../scripts/compare_kmeans.py"


rule stacking:
    """Training K VAEs at once against training them one after the other."""
    output:
        csv=report(
            f"{OUT}/benchmarks/stacking.csv",
            caption="../report/stacking.rst",
            category="Benchmarks",
        ),
        md=f"{OUT}/benchmarks/stacking.md",
    log:
        log_of("stacking"),
    benchmark:
        benchmark_of("stacking")
    conda:
        torch_environment()
    threads: at_most(2)
    resources:
        gpu=GPU,
        mem_mb=4000,
        runtime=30,
    params:
        device=config["device"],
    script:
        "../scripts/run_stacking.py"


# --- Figures ---


rule k1:
    """How VAEs compete for the data: a drawing."""
    output:
        **figure_files("k1"),
    log:
        log_of("k1"),
    benchmark:
        benchmark_of("k1")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **figure("k1"),
    script:
        "../scripts/plot_pipeline.py"


rule k2:
    """Bridges: samples of one VAE between the modes of the data."""
    input:
        images=role_images("k2", "train"),
        samples=figure_models("k2", samples_file),
    output:
        **figure_files("k2"),
    log:
        log_of("k2"),
    benchmark:
        benchmark_of("k2")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **figure("k2"),
        labels=figure_labels("k2"),
        centres=lambda wildcards: dataset_spec(role_dataset("k2"))["centres"],
    script:
        "../scripts/plot_bridges.py"


rule k3:
    """Samples of each VAE before, during and after the competition: three modes."""
    input:
        images=role_images("k3", "train"),
        model=role_model_file("k3", model_file),
        history=role_model_file("k3", history_file),
    output:
        **figure_files("k3"),
    log:
        log_of("k3"),
    benchmark:
        benchmark_of("k3")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **figure("k3"),
        seed=job_seed("plot_competition", {}),
    script:
        "../scripts/plot_competition.py"


# The same for five modes ...
use rule k3 as k4 with:
    """The same as k3 on five modes."""
    input:
        images=role_images("k4", "train"),
        model=role_model_file("k4", model_file),
        history=role_model_file("k4", history_file),
    output:
        **figure_files("k4"),
    log:
        log_of("k4"),
    benchmark:
        benchmark_of("k4")
    params:
        **figure("k4"),
        seed=job_seed("plot_competition", {}),


# ... and for nine.
use rule k3 as k5 with:
    """The same as k3 on nine modes."""
    input:
        images=role_images("k5", "train"),
        model=role_model_file("k5", model_file),
        history=role_model_file("k5", history_file),
    output:
        **figure_files("k5"),
    log:
        log_of("k5"),
    benchmark:
        benchmark_of("k5")
    params:
        **figure("k5"),
        seed=job_seed("plot_competition", {}),


rule k6:
    """How many training images of each class each VAE has won."""
    input:
        shares=role_model_file(
            "k6", lambda dataset, model: score_file(dataset, model, "shares")
        ),
    output:
        **figure_files("k6"),
    log:
        log_of("k6"),
    benchmark:
        benchmark_of("k6")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **figure("k6"),
    script:
        "../scripts/plot_shares.py"


rule k7:
    """Samples of each VAE of the mixture."""
    input:
        model=role_model_file("k7", model_file),
    output:
        **figure_files("k7"),
    log:
        log_of("k7"),
    benchmark:
        benchmark_of("k7")
    conda:
        "../envs/torch.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **figure("k7"),
        seed=job_seed("plot_experts", {}),
    script:
        "../scripts/plot_experts.py"


# Samples of the whole mixture.
use rule fig4 as k8 with:
    """Random samples of the mixture of VAEs."""
    input:
        samples=panel_files("k8", samples_file),
    output:
        **figure_files("k8"),
    log:
        log_of("k8"),
    benchmark:
        benchmark_of("k8")
    params:
        **figure("k8"),
        titles=panel_titles("k8"),


# --- Tables ---


rule ktable1:
    """Log-likelihoods on points: kVAEs, a bag of VAEs, and single VAEs."""
    input:
        scores=part_files("ktable1", "importance"),
        published="resources/published-results.csv",
    output:
        **table_files("ktable1", caption="ktable"),
    log:
        log_of("ktable1"),
    benchmark:
        benchmark_of("ktable1")
    conda:
        "../envs/plot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **part_params("ktable1"),
        printed="table_synthetic",
    script:
        "../scripts/write_importance.py"


use rule ktable1 as ktable2 with:
    """Log-likelihoods on MNIST: kVAEs, a bag of VAEs, and single VAEs."""
    input:
        scores=part_files("ktable2", "importance"),
        published="resources/published-results.csv",
    output:
        **table_files("ktable2", caption="ktable"),
    log:
        log_of("ktable2"),
    benchmark:
        benchmark_of("ktable2")
    params:
        **part_params("ktable2"),
        printed="table_mnist",
