"""Snakemake script: NDB of one random half of the training images against the other."""

import pandas as pd

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.split_half import null_scores
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    images, device = read_images(snakemake.input.images), pick_device(params.device)
    parts = []
    for repetition in range(params.repetitions):
        rows = null_scores(
            images,
            params.k,
            params.samples,
            params.settings,
            params.significance,
            params.seed + repetition,
            device,
        )
        parts.append(pd.DataFrame(rows).assign(repetition=repetition))
        log.info("cut %d\n%s", repetition + 1, parts[-1].to_string(index=False))
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
