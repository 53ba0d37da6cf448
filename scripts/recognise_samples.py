"""Snakemake script: which classes a classifier sees in samples, and how surely."""

import pandas as pd
import torch

from gansgmms.arrays import read_images
from gansgmms.files import atomic
from gansgmms.inception import inception_score, load_judge
from gansgmms.jobs import job, pick_device

with job(snakemake.log[0], snakemake.threads) as log:
    judge = load_judge(snakemake.input.classifier, pick_device(snakemake.params.device))
    images = torch.tensor(read_images(snakemake.input.samples))
    probabilities = judge(images).cpu().numpy()
    score, error = inception_score(probabilities)
    confidence, seen = probabilities.max(1), probabilities.argmax(1)
    shares = (
        pd.Series(seen)
        .value_counts(normalize=True)
        .reindex(range(probabilities.shape[1]), fill_value=0.0)
    )
    table = pd.DataFrame(
        {
            "classes": [int((shares > 0).sum())],
            "smallest_share": [shares.min()],
            "confidence": [confidence.mean()],
            "inception_score": [score],
            "inception_score_se": [error],
        }
    )
    with atomic(snakemake.output[0]) as path:
        table.to_parquet(path)
    log.info("%s", table.to_string())
