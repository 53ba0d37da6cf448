"""Data: from the official files, or a mirror of them, to one common form.

in:   resources/datasets.yaml; a mirror or the network; nothing for embedded datasets
out:  <downloads>/<dataset>/<file>, checked, and shared by all runs
      <dataset>/images/{train,test}.arrow: uint8 images and their labels
"""


rule retrieve_file:
    """One raw file of a dataset, from the mirror or the network, with its checksum.

    It runs where Snakemake runs: the nodes of a cluster often have no network.
    """
    output:
        f"{RAW}/{{dataset}}/{{file}}",
    log:
        log_of("retrieve_file", "{dataset}-{file}"),
    benchmark:
        benchmark_of("retrieve_file", "{dataset}-{file}")
    localrule: True
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=120,
        disk_mb=raw_file_mb,
    params:
        file=raw_file_spec,
        folder=mirror_folder,
        brought=f"{RAW}/brought",
        mirror=config["mirror"],
    script:
        "../scripts/retrieve_file.py"


rule prepare_images:
    """The training and test images of a dataset as memory-mapped Arrow files."""
    input:
        unpack(raw_files),
    output:
        train=f"{OUT}/{{dataset}}/images/train.arrow",
        test=f"{OUT}/{{dataset}}/images/test.arrow",
    log:
        log_of("prepare_images", "{dataset}"),
    benchmark:
        benchmark_of("prepare_images", "{dataset}")
    conda:
        "../envs/data.yaml"
    threads: at_most(4)
    resources:
        mem_mb=8000,
        runtime=60,
        disk_mb=prepared_mb,
    params:
        spec=lambda wildcards: dataset_spec(wildcards.dataset),
    script:
        "../scripts/prepare_images.py"
