"""Snakemake script: the component, the bins and the VAE of each training image, and its
class and style.
"""

import pandas as pd
import torch

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.io.images import read_images, read_labels
from gansgmms.io.numbers import write_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.style import slant, thickness
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params, device = snakemake.params, pick_device(snakemake.params.device)
    train = snakemake.input.train
    images, labels = read_images(train), read_labels(train)
    if labels is None:
        raise InputError(train, "no labels", "a label for each image")
    columns = {"label": labels, "slant": slant(images), "thickness": thickness(images)}
    mixture = models.load(snakemake.input.mixture, device)
    with torch.no_grad():
        own = mixture.likeliest(FlatImages(images, device))
    columns["mfa"] = own.cpu().numpy()
    for name, path in zip(params.bins, snakemake.input.bins, strict=True):
        columns[name] = NDB.load(path).assign(images)
    for path in snakemake.input.vaes:
        columns["kvaes"] = models.load(path).assignment.numpy()
    write_numbers(snakemake.output[0], pd.DataFrame(columns))
    log.info("%d images of %d classes", len(labels), len(set(labels.tolist())))
