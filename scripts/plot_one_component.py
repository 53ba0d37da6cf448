"""One component of a mixture through pix2pix, beside the data (supp. Fig. 19).

Samples of the component, what pix2pix makes of them, and the first training images of
which the component has the maximal responsibility. The component is the median by
mixing coefficient.
"""

import math

import torch

from gansgmms import models
from gansgmms.io.images import read_images
from gansgmms.plots.components import images_of_component
from gansgmms.plots.layout import panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.selection import evenly_by_rank
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads) as log:
    params = snakemake.params
    model = models.load(snakemake.input.model)
    mixture, shown = model.mixture, params.rows * params.columns
    component = int(evenly_by_rank(mixture.mixing.numpy(), 1)[0])
    log.info("component %d of %d", component, len(mixture.mixing))

    generator = torch.Generator().manual_seed(params.seed)
    z = torch.randn(shown, mixture.factors.shape[2], generator=generator)
    x = mixture.decode(z, torch.full((shown,), component))
    samples = x.clamp(0, 1).mul(255).round().to(torch.uint8).view(-1, *mixture.shape)
    refined = model.refine(samples)

    train = read_images(snakemake.input.images)
    found = images_of_component(mixture, train, component, shown)
    wide = refined.shape[2] * math.ceil(64 / refined.shape[2])
    figure, _ = panels(
        [
            # In equally large cells, so that the columns line up.
            mosaic(
                images, params.columns, rows=params.rows, scale=wide // images.shape[2]
            )
            for images in (samples.numpy(), refined.numpy(), train[found])
        ],
        ["samples of the component", "refined by pix2pix", "training images"],
        columns=1,
        height=params.rows * CELL,
    )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
