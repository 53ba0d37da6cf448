"""Data: from the official files, or a mirror of them, to one common form.

in:   resources/datasets.yaml; a mirror or the network; nothing for embedded datasets
out:  <downloads>/<dataset>/<file>, checked, and shared by all runs
      <dataset>/images/{train,test}.arrow: uint8 images and their labels
      <dataset>/images/native.arrow: training images as large as pix2pix's, of an archive
      that has them
"""


rule retrieve_file:
    """One raw file of a dataset, from the mirror or the network, with its checksum.

    It runs where Snakemake runs: the nodes of a cluster often have no network.
    """
    output:
        f"{EXPERIMENT.raw}/{{dataset}}/{{file}}",
    log:
        "<logs>/retrieve_file/{dataset}-{file}.log",
    benchmark:
        "<benchmarks>/retrieve_file/{dataset}-{file}.tsv"
    localrule: True
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=120,
        disk_mb=of(
            lambda dataset, file: megabytes(
                EXPERIMENT.raw_file_spec(dataset, file)["bytes"]
            ),
            "dataset",
            "file",
        ),
    params:
        file=of(EXPERIMENT.raw_file_spec, "dataset", "file"),
        folder=of(lambda dataset: EXPERIMENT.source_spec(dataset)["mirror"], "dataset"),
        brought=f"{EXPERIMENT.raw}/brought",
        mirror=config["mirror"],
    script:
        "../scripts/retrieve_file.py"


rule prepare_images:
    """The training and test images of a dataset as memory-mapped Arrow files."""
    input:
        unpack(of(EXPERIMENT.raw_files, "dataset")),
    output:
        train="<results>/{dataset}/images/train.arrow",
        test="<results>/{dataset}/images/test.arrow",
    log:
        "<logs>/prepare_images/{dataset}.log",
    benchmark:
        "<benchmarks>/prepare_images/{dataset}.tsv"
    conda:
        "../envs/data.yaml"
    threads: at_most(4)
    resources:
        mem_mb=8000,
        runtime=60,
        disk_mb=of(
            lambda dataset: megabytes(EXPERIMENT.dataset_bytes(dataset)), "dataset"
        ),
    params:
        spec=of(EXPERIMENT.dataset_spec, "dataset"),
        state=of(EXPERIMENT.raw_state, "dataset"),
    script:
        "../scripts/prepare_images.py"


rule prepare_native:
    """The training images at the size at which pix2pix works, as the archive has them."""
    input:
        unpack(of(EXPERIMENT.raw_files, "dataset")),
    output:
        "<results>/{dataset}/images/native.arrow",
    log:
        "<logs>/prepare_native/{dataset}.log",
    benchmark:
        "<benchmarks>/prepare_native/{dataset}.tsv"
    conda:
        "../envs/data.yaml"
    threads: at_most(4)
    resources:
        mem_mb=of(NEEDS.native_memory, "dataset"),
        runtime=60,
        disk_mb=of(lambda d: megabytes(EXPERIMENT.native_bytes(d)), "dataset"),
    params:
        spec=of(EXPERIMENT.dataset_spec, "dataset"),
        state=of(EXPERIMENT.raw_state, "dataset"),
    script:
        "../scripts/prepare_native.py"
