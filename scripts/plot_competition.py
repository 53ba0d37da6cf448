"""Samples of each VAE before, during and after the competition (draft, Figs. 3-5).

Left the training points, then the mixture's samples after uniform training and after
the iterations; a VAE has the same colour everywhere, and wins the training points of
its colour in the end.
"""

import torch

from gansgmms import models
from gansgmms.io.images import read_images
from gansgmms.io.numbers import read_numbers
from gansgmms.plots.layout import scatter_panels
from gansgmms.plots.style import save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    model = models.load(snakemake.input.model)
    data = read_images(snakemake.input.images)[: params.points]
    last = int(read_numbers(snakemake.input.history)["iteration"].max())
    generator = torch.Generator().manual_seed(params.seed)
    final, winners = model.sample_labelled(params.points, generator)
    shown = [(data, model.assignment[: params.points].numpy(), "data")]
    for iteration in params.iterations:
        points, which = model.at(iteration).sample_labelled(params.points, generator)
        title = f"iteration {iteration}" if iteration else "uniform training"
        shown.append((points.numpy(), which.numpy(), title))
    shown.append((final.numpy(), winners.numpy(), f"iteration {last}"))
    figure = scatter_panels(*zip(*shown, strict=True))
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
