"""Snakemake script: which modes the samples of each VAE are nearest to, at its snapshots."""

import numpy as np
import pandas as pd
import torch

from gansgmms import models
from gansgmms.data.synthetic import distances
from gansgmms.io.numbers import write_numbers
from gansgmms.workflow.job import job

SAMPLES = 2000  # of each VAE

with job(snakemake.log[0]) as log:
    params = snakemake.params
    model, parts = models.load(snakemake.input.model), []
    for iteration in sorted(model.snapshots):
        generator = torch.Generator().manual_seed(params.seed)
        points = model.at(iteration).generate(SAMPLES, generator).numpy()
        for component, own in enumerate(points):
            mode = distances(own, params.centres).argmin(1)
            counts = np.bincount(mode, minlength=len(params.centres))
            row = {"iteration": iteration, "component": component, "samples": counts}
            parts.append(pd.DataFrame(row | {"mode": range(len(counts))}))
        log.info("iteration %d", iteration)
    write_numbers(snakemake.output[0], pd.concat(parts, ignore_index=True))
