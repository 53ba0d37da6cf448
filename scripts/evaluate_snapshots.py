"""Snakemake script: NDB and Inception Score along one training."""

from pathlib import Path

import pandas as pd
import torch

from gansgmms import models
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.inception import inception_score, load_classifier
from gansgmms.metrics.ndb import NDB
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, device = snakemake.params, pick_device(snakemake.params.device)
    classifier = load_classifier(snakemake.input.network, device, params.sha256)
    bins = {k: NDB.load(p) for k, p in zip(params.k, snakemake.input.bins, strict=True)}
    rows = []
    for iteration in sorted(params.snapshots):
        path = Path(snakemake.input.progress, f"{iteration:07d}.safetensors")
        generator = torch.Generator().manual_seed(params.seed)
        samples = models.load(path, device).sample(params.samples, generator)
        score, error = inception_score(classifier(samples).cpu().numpy())
        for k in params.k:
            result = bins[k].evaluate(samples.cpu().numpy())
            row = {
                "iteration": iteration,
                "k": k,
                "ndb_over_k": result.ndb_over_k,
                "js": result.js,
                "inception_score": score,
                "inception_score_se": error,
                "network": params.network,
            }
            rows.append(row)
            log.info("%s", row)
    write_numbers(snakemake.output[0], pd.DataFrame(rows))
