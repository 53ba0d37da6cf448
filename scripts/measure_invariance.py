"""Snakemake script: what scaling and shifting the pixels does to the sharpness score."""

import numpy as np
import pandas as pd

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.sharpness import sharpness
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params, rows = snakemake.params, []
    images = read_images(snakemake.input.samples)[: params.images] / 255.0
    before = sharpness(images, params.sigma)
    for scale in params.scales:
        for shift in params.shifts:
            change = np.abs(sharpness(scale * images + shift, params.sigma) - before)
            rows.append(
                {
                    "scale": scale,
                    "shift": shift,
                    "images": len(images),
                    "largest": np.nanmax(change),
                }
            )
            log.info("x %g + %g: at most %.1e", scale, shift, rows[-1]["largest"])
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
