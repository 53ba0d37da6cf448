"""Snakemake script: the sharpness score of one sample file (supplementary 1.4)."""

import numpy as np
import pandas as pd

from gansgmms.arrays import read_images
from gansgmms.files import atomic
from gansgmms.jobs import job
from gansgmms.sharpness import sharpness

with job(snakemake.log[0]) as log:
    images = read_images(snakemake.input.samples)[: snakemake.params.images]
    scores = sharpness(images, snakemake.params.sigma)
    scores = scores[~np.isnan(scores)]
    if len(scores) < len(images):
        log.info("left out %d images of one colour", len(images) - len(scores))
    row = {
        "images": len(scores),
        "sharpness": scores.mean(),
        "standard_error": scores.std(ddof=1) / np.sqrt(len(scores)),
    }
    log.info("sharpness %.3f +- %.3f", row["sharpness"], row["standard_error"])
    with atomic(snakemake.output[0]) as path:
        pd.DataFrame([row]).to_parquet(path)
