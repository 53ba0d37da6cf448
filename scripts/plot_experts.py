"""Samples of each VAE of a mixture, a row each (draft, Fig. 7).

The first samples of each, nothing picked; the label is the VAE's weight.
"""

import torch

from gansgmms import models
from gansgmms.plots.layout import label_rows, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    model = models.load(snakemake.input.model)
    generator = torch.Generator().manual_seed(params.seed)
    images = model.as_data(model.generate(params.columns, generator)).numpy()
    heaviest_first = model.weights.argsort(descending=True, stable=True).numpy()
    shown = images[heaviest_first].reshape(-1, *model.shape)
    figure, (axis,) = panels(
        [mosaic(shown, params.columns)], height=model.k * CELL, left=0.35
    )
    weights = model.weights.numpy()[heaviest_first]
    label_rows(axis, [f"{weight:.1%}" for weight in weights])
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
