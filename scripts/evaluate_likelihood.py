"""Snakemake script: log-likelihood of each image under a mixture (equation 2)."""

import numpy as np
import pandas as pd

from gansgmms import models
from gansgmms.arrays import read_images
from gansgmms.files import atomic
from gansgmms.jobs import job, pick_device
from gansgmms.vectors import Vectors

with job(snakemake.log[0], snakemake.threads) as log:
    model = models.load(snakemake.input.model, pick_device(snakemake.params.device))
    parts = []
    for split in ["train", "test"]:
        data = Vectors(read_images(snakemake.input[split]), model.means.device)
        values = model.log_likelihood(data)
        parts.append(
            pd.DataFrame(
                {
                    "split": split,
                    "index": np.arange(len(data)),
                    "log_likelihood": values.cpu().numpy(),
                }
            )
        )
        log.info(
            "%s: mean log-likelihood %.2f nats", split, parts[-1].log_likelihood.mean()
        )
    with atomic(snakemake.output[0]) as path:
        pd.concat(parts, ignore_index=True).to_parquet(path)
