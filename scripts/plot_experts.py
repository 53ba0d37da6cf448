"""Samples of each VAE of a mixture, a row each (draft, Fig. 7).

The first samples of each, nothing picked. The VAEs have the numbers of the figure of
shares, and beside them the training images that they have won.
"""

import torch

from gansgmms import models
from gansgmms.io.numbers import read_numbers
from gansgmms.plots.layout import label_rows, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.selection import by_class
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    model = models.load(snakemake.input.model)
    table = read_numbers(snakemake.input.shares)
    points = table.pivot(index="label", columns="component", values="points")
    generator = torch.Generator().manual_seed(params.seed)
    images = model.as_data(model.generate(params.columns, generator)).numpy()
    order = by_class(points)
    shown = images[order].reshape(-1, *model.shape)
    figure, (axis,) = panels(
        [mosaic(shown, params.columns)], height=model.k * CELL, left=0.5
    )
    won, labels = points.sum(), []
    for number, j in enumerate(order, start=1):
        share = f"{won[j] / won.sum():.1%}"
        images_won = f"{won[j]:,} image{'' if won[j] == 1 else 's'}"
        labels.append(f"VAE {number}\n{share if share != '0.0%' else images_won}")
    label_rows(axis, labels)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
