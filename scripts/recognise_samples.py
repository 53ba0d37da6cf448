"""Snakemake script: which classes a classifier sees in samples, and how surely."""

import pandas as pd
import torch

from gansgmms.io.images import read_images
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.inception import inception_score, load_classifier
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    classifier = load_classifier(
        snakemake.input.classifier, pick_device(snakemake.params.device)
    )
    images = torch.tensor(read_images(snakemake.input.samples))
    probabilities = classifier(images).cpu().numpy()
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
    write_numbers(snakemake.output[0], table)
    log.info("%s", table.to_string())
