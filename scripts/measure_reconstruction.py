"""Snakemake script: how well mixtures of several sizes reconstruct test images."""

import pandas as pd
import torch

from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.models.mfa import MFA
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, rows = snakemake.params, []
    device = pick_device(params.device)
    images = read_images(snakemake.input.images)[: params.images]
    x = torch.from_numpy(as_vectors(images)).to(device)
    for path, source, components in zip(
        snakemake.input.models, params.sources, params.components, strict=True
    ):
        error = (MFA.load(path, device).reconstruct(x) - x).square().mean().sqrt()
        rows.append({"source": source, "components": components, "error": error.item()})
        log.info("%d components: %.4f of the pixel range", components, error)
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
