"""Snakemake script: train one model of a dataset."""

import pandas as pd

from gansgmms import models
from gansgmms.arrays import read_images
from gansgmms.files import atomic
from gansgmms.jobs import job, pick_device

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    model, history, checkpoint = models.train(
        params.architecture,
        read_images(snakemake.input.images),
        params.settings,
        seed=params.seed,
        device=pick_device(params.device),
        folder=params.state,
    )
    with atomic(snakemake.output.history) as path:
        pd.DataFrame(history).to_parquet(path)
    model.save(snakemake.output.model)
    checkpoint.clear()
