"""Snakemake script: how often a classifier is right on the test images."""

import pandas as pd
import torch

from gansgmms.io.images import read_images, read_labels
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.inception import load_classifier
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    classifier = load_classifier(
        snakemake.input.classifier, pick_device(snakemake.params.device)
    )
    images = torch.tensor(read_images(snakemake.input.images))
    seen = classifier(images).argmax(1).cpu().numpy()
    accuracy = float((seen == read_labels(snakemake.input.images)).mean())
    write_numbers(
        snakemake.output[0],
        pd.DataFrame({"images": [len(images)], "accuracy": [accuracy]}),
    )
    log.info("accuracy on %d test images: %.4f", len(images), accuracy)
