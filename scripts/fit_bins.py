"""Snakemake script: K bins of a dataset (section 2, supplementary 1.1)."""

from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    bins = NDB.fit(
        read_images(snakemake.input.images),
        **{**params.settings, "k": params.k, "method": params.method},
        seed=params.seed,
        device=pick_device(params.device),
    )
    log.info("%d bins of %d to %d images", bins.k, bins.counts[-1], bins.counts[0])
    bins.save(snakemake.output[0])
