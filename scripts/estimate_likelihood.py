"""Snakemake script: log-likelihood of points under VAEs, by importance sampling."""

import numpy as np
import pandas as pd
import torch

from gansgmms import models
from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.models.kvae import log_likelihood
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    device = pick_device(params.device)
    model = models.load(snakemake.input.model, device)
    generator = torch.Generator().manual_seed(params.seed)
    parameters = sum(p.numel() for p in model.parameters())
    parts = []
    for split in ["train", "test"]:
        images = read_images(snakemake.input[split])[: params.points]
        x = torch.from_numpy(as_vectors(np.array(images))).to(device)
        values, errors = log_likelihood(model, x, params.samples, generator)
        columns = {
            f"s{s}": v for s, v in zip(params.samples, values.T.cpu(), strict=True)
        }
        columns |= {"error": errors.cpu(), "split": split, "index": np.arange(len(x))}
        columns["parameters"] = parameters
        parts.append(pd.DataFrame(columns))
        for s, mean in zip(params.samples, values.mean(0).tolist(), strict=True):
            log.info("%s: %.3f nats with %d samples", split, mean, s)
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
