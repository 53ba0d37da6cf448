"""Snakemake script: log-likelihood of each image under a mixture (equation 2)."""

import numpy as np
import pandas as pd

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    model = models.load(snakemake.input.model, pick_device(snakemake.params.device))
    parts = []
    for split in ["train", "test"]:
        data = FlatImages(read_images(snakemake.input[split]), model.means.device)
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
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
