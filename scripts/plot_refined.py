"""Samples of a mixture and what pix2pix makes of them (section 5.1, Fig. 8).

Random samples, enlarged to the size of pix2pix's images, each beside what pix2pix
makes of it. Nothing is picked.
"""

import numpy as np
import torch

from gansgmms import models
from gansgmms.plots.layout import label_columns, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import WIDE, save_figure
from gansgmms.workflow.job import job

CELL = 0.8  # inches: twice as large as elsewhere, for the details

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    model = models.load(snakemake.input.model)
    generator = torch.Generator().manual_seed(params.seed)
    samples = model.mixture.sample(params.rows * params.columns, generator)
    pairs = np.stack([model.enlarge(samples), model.refine(samples)], axis=1)
    # One panel a column of pairs, so that pairs stand apart.
    figure, axes = panels(
        [
            mosaic(pairs[i :: params.columns].reshape(-1, *pairs.shape[2:]), 2)
            for i in range(params.columns)
        ],
        width=WIDE,
        height=params.rows * CELL,
        bottom=0.15,
    )
    for axis in axes:
        label_columns(axis, ["mixture", "refined"])
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
