"""Snakemake script: the sharpness score of one sample file (supplementary 1.4)."""

import pandas as pd

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.sharpness import mean_sharpness, without_speckle
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    images = read_images(snakemake.input.samples)[: snakemake.params.images]
    score, error, n = mean_sharpness(images, snakemake.params.sigma)
    if n < len(images):
        log.info("left out %d images of one colour", len(images) - n)
    median, *_ = mean_sharpness(without_speckle(images), snakemake.params.sigma)
    row = {
        "images": n,
        "sharpness": score,
        "standard_error": error,
        "after_median": median,
    }
    log.info(
        "sharpness %.3f +- %.3f; after a median of 3 x 3 %.3f", score, error, median
    )
    write_numbers(snakemake.output[0], pd.DataFrame([row]))
