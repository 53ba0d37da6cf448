"""Snakemake script: the error of what a mixture, the mean image and one Gaussian fill in."""

import pandas as pd
import torch

from gansgmms.io.images import as_vectors, read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.inpainting import gaussian_fill
from gansgmms.models import Task
from gansgmms.models.mfa import MFA
from gansgmms.models.trivial import gaussian
from gansgmms.plots.selection import masks
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, device = snakemake.params, pick_device(snakemake.params.device)
    train, test = (read_images(snakemake.input[s]) for s in ("train", "test"))
    shape, test = test.shape[1:], test[: params.images]
    x = torch.from_numpy(as_vectors(test)).to(device)
    model = MFA.load(snakemake.input.model, device)
    one, _ = gaussian.train_model(Task(train, {}, 0, device))
    parts = []
    for part, seen in masks(*shape[:2]).items():
        observed = torch.from_numpy(seen.ravel()).repeat_interleave(shape[2]).to(device)
        hidden = x[:, ~observed]
        filled = {
            "mfa": model.conditional(x, observed)[:, ~observed],
            "mean": one.mean[~observed],
            "gaussian": gaussian_fill(x, observed, one.mean, one.factor),
        }
        for method, values in filled.items():
            error = (values.clamp(0, 1) - hidden).square().mean(1).cpu().numpy()
            row = {"hidden": part, "method": method, "index": range(len(x))}
            parts.append(pd.DataFrame(row | {"error": error}))
            log.info("%s hidden, %s: %.4f", part, method, error.mean())
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
