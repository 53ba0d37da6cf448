"""Snakemake script: how often a classifier is right on the test images."""

import pandas as pd
import torch

from gansgmms.arrays import read_images, read_labels
from gansgmms.files import atomic
from gansgmms.inception import load_judge
from gansgmms.jobs import job, pick_device

with job(snakemake.log[0], snakemake.threads) as log:
    judge = load_judge(snakemake.input.classifier, pick_device(snakemake.params.device))
    images = torch.tensor(read_images(snakemake.input.images))
    seen = judge(images).argmax(1).cpu().numpy()
    accuracy = float((seen == read_labels(snakemake.input.images)).mean())
    with atomic(snakemake.output[0]) as path:
        pd.DataFrame({"images": [len(images)], "accuracy": [accuracy]}).to_parquet(path)
    log.info("accuracy on %d test images: %.4f", len(images), accuracy)
