"""Snakemake script: what pix2pix's size alone does to the sharpness of real images."""

import numpy as np
import pandas as pd
import torch

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.sharpness import mean_sharpness
from gansgmms.models.gan.pix2pix import reduce, targets
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params, inputs = snakemake.params, dict(snakemake.input.items())
    images, *native = (
        torch.from_numpy(np.array(read_images(inputs[key])[: params.images]))
        for key in ("images", "native")
        if key in inputs
    )
    back = reduce(targets(images, *native), images.shape[1:], bool(native))
    rows = []
    for what, shown in [("as they are", images), ("there and back", back)]:
        score, error, n = mean_sharpness(shown.numpy(), params.sigma)
        log.info("%s: sharpness %.3f +- %.3f", what, score, error)
        row = {"what": what, "images": n, "sharpness": score, "standard_error": error}
        rows.append(row)
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
