"""Snakemake script: train one model of a dataset."""

import pandas as pd

from gansgmms import models
from gansgmms.arrays import read_images
from gansgmms.checkpoint import Checkpoint
from gansgmms.files import atomic, digest
from gansgmms.jobs import job, pick_device

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    decisive = {
        "architecture": params.architecture,
        "seed": params.seed,
        "images": digest(snakemake.input.images),
    }
    # How often state is saved decides nothing: it comes from the configuration, not
    # from params, so that changing it makes no model outdated.
    checkpoint = Checkpoint(
        params.state,
        decisive | params.settings,
        minutes=snakemake.config["checkpoint_minutes"],
    )
    model, history = models.train(
        params.architecture,
        read_images(snakemake.input.images),
        params.settings,
        seed=params.seed,
        device=pick_device(params.device),
        checkpoint=checkpoint,
    )
    with atomic(snakemake.output.history) as path:
        pd.DataFrame(history).to_parquet(path)
    model.save(snakemake.output.model)
    checkpoint.clear()
