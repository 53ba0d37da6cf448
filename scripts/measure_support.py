"""Snakemake script: the share of a model's samples outside the data's support."""

import pandas as pd

from gansgmms.data.synthetic import is_outside
from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    points = read_images(snakemake.input.samples)
    outside = is_outside(points, snakemake.params.centres)
    row = {"samples": len(points), "outside": outside.mean()}
    log.info("%.2f%% of %d samples are outside", 100 * row["outside"], row["samples"])
    write_numbers(snakemake.output[0], pd.DataFrame([row]))
