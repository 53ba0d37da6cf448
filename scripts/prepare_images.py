"""Snakemake script: the training and test images of a dataset, in the common form."""

from pathlib import Path

from gansgmms.data.prepare import prepare
from gansgmms.io.images import write_images
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    files = {key: Path(path) for key, path in snakemake.input.items()}
    splits = prepare(snakemake.params.spec, files, threads=snakemake.threads)
    for split, (images, labels) in splits.items():
        write_images(getattr(snakemake.output, split), images, labels)
