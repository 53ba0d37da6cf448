"""Data: from the official files, or a mirror of them, to one common form.

in:   resources/datasets.yaml; a mirror or the network; nothing for embedded datasets
out:  <downloads>/<dataset>/<file>, checked, and shared by all runs
      <dataset>/images/{train,test}.arrow: uint8 images and their labels
"""


def raw_files(wildcards):
    """The files a dataset is prepared from, by key: official ones, or the user's own."""
    spec = dataset_spec(wildcards.dataset)
    if "path" in spec:
        own = spec["path"]
        return own if isinstance(own, dict) else {"images": own}
    files = spec.get("files", {})
    return {key: f"{RAW}/{wildcards.dataset}/{f['name']}" for key, f in files.items()}


def raw_file_spec(wildcards):
    """Name, size, checksum and addresses of one raw file."""
    files = dataset_spec(wildcards.dataset).get("files", {}).values()
    return next(f for f in files if f["name"] == wildcards.file)


def mirror_folder(wildcards):
    """The folder of a dataset inside a mirror."""
    return dataset_spec(wildcards.dataset)["mirror"]


rule retrieve_file:
    """One raw file of a dataset, from the mirror or the network, with its checksum."""
    output:
        f"{RAW}/{{dataset}}/{{file}}",
    params:
        file=raw_file_spec,
        folder=mirror_folder,
        brought=f"{RAW}/brought",
        mirror=config["mirror"],
    log:
        log_of("retrieve_file", "{dataset}-{file}"),
    benchmark:
        benchmark_of("retrieve_file", "{dataset}-{file}")
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=1000,
        runtime=120,
    script:
        "../scripts/retrieve_file.py"


rule prepare_images:
    """The training and test images of a dataset as memory-mapped Arrow files."""
    input:
        unpack(raw_files),
    output:
        train=f"{OUT}/{{dataset}}/images/train.arrow",
        test=f"{OUT}/{{dataset}}/images/test.arrow",
    params:
        spec=lambda wildcards: dataset_spec(wildcards.dataset),
    log:
        log_of("prepare_images", "{dataset}"),
    benchmark:
        benchmark_of("prepare_images", "{dataset}")
    conda:
        "../envs/data.yaml"
    threads: 4
    resources:
        mem_mb=8000,
        runtime=60,
    script:
        "../scripts/prepare_images.py"
