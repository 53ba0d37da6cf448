"""Snakemake script: the density that synthetic points are drawn from, at those points."""

import numpy as np
import pandas as pd

from gansgmms.data.synthetic import log_density
from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params, parts = snakemake.params, []
    for split in ["train", "test"]:
        # The points at which models are measured.
        points = read_images(snakemake.input[split])[: params.points]
        values = log_density(points, params.centres)
        columns = {"split": split, "index": np.arange(len(points)), "truth": values}
        parts.append(pd.DataFrame(columns))
        log.info("%s: %.3f nats", split, values.mean())
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
