"""Snakemake script: random images of a split, without repetition."""

import numpy as np

from gansgmms.io.images import read_images, write_images
from gansgmms.metrics.reference import query_images
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    images = read_images(snakemake.input.images)
    params = snakemake.params
    random = np.random.default_rng(params.seed)
    # Test images have made no bins.
    made = params.reference if snakemake.wildcards.split == "train" else 0
    index = query_images(
        len(images), made, params.reference_seed, params.samples, random
    )
    if len(index) < params.samples:
        log.info("only %d images, of %d wanted", len(index), params.samples)
    write_images(snakemake.output[0], images[index])
