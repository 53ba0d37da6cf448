"""Snakemake script: random images of a split, without repetition."""

import numpy as np

from gansgmms.io.images import read_images, write_images
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    images = read_images(snakemake.input.images)
    n = min(snakemake.params.samples, len(images))
    if n < snakemake.params.samples:
        log.info("the split has only %d images", n)
    random = np.random.default_rng(snakemake.params.seed)
    index = random.choice(len(images), n, replace=False)
    write_images(snakemake.output[0], images[index])
