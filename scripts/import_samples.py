"""Snakemake script: anybody's samples, in the common form."""

import numpy as np

from gansgmms.data.user_samples import read_samples
from gansgmms.io.images import write_images
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params = snakemake.params
    images = read_samples(
        snakemake.input.samples, params.shape, params.least, snakemake.threads
    )
    log.info("%d samples of shape %s", len(images), images.shape[1:])
    # The more samples, the smaller a difference that NDB notices: as many as the models'.
    if len(images) > params.samples:
        log.info("%d of them, at random, are scored, as of every model", params.samples)
        random = np.random.default_rng(params.seed)
        images = images[random.choice(len(images), params.samples, replace=False)]
    write_images(snakemake.output[0], images)
