"""Snakemake script: features of samples, as a network makes them."""

from gansgmms.io.images import read_images
from gansgmms.io.weights import write_arrays
from gansgmms.models.feature_spaces import feature_vectors
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    images = read_images(snakemake.input.samples)[: params.images]
    device = pick_device(params.device)
    vectors = feature_vectors(images, params.kind, snakemake.input.weights[0], device)
    meta = {"space": snakemake.wildcards.space}
    write_arrays(snakemake.output[0], {"features": vectors}, "features", meta)
    log.info("%d images, %d features each", *vectors.shape)
