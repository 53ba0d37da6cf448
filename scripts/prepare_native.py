"""Snakemake script: training images at pix2pix's size, as the archive has them."""

from pathlib import Path

from gansgmms.data.native import native_spec
from gansgmms.data.prepare import prepare
from gansgmms.io.images import write_images
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    files = {key: Path(path) for key, path in snakemake.input.items()}
    spec = native_spec(snakemake.params.spec)
    images, labels = prepare(spec, files, threads=snakemake.threads)["train"]
    write_images(snakemake.output[0], images, labels)
