"""Snakemake script: the images that a model is scored by."""

import torch

from gansgmms import models
from gansgmms.io.images import write_images
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    model = models.load(snakemake.input.model, pick_device(params.device))
    generator = torch.Generator().manual_seed(params.seed)
    images = model.sample(params.samples, generator)
    write_images(snakemake.output[0], images.cpu().numpy())
