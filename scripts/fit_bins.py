"""Snakemake script: K bins of a dataset (section 2, supplementary 1.1)."""

from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.reference import reference_images
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    images = read_images(snakemake.input.images)
    most = params.settings["reference"]
    reference = reference_images(len(images), most, params.reference_seed)
    own = {"k": params.k, "method": params.method, "reference": reference}
    bins = NDB.fit(
        images,
        **{**params.settings, **own},
        seed=params.seed,
        device=pick_device(params.device),
    )
    log.info("%d bins of %d to %d images", bins.k, bins.counts[-1], bins.counts[0])
    bins.save(snakemake.output[0])
