"""Outliers: test images to which an MFA gives a low likelihood (Fig. 7a).

Shown are images among the lowest log-likelihoods (equation 2), spread evenly by rank
over them, the lowest first.
"""

from gansgmms.io.images import read_images
from gansgmms.plots.layout import panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.selection import likelihoods, outliers
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    chosen = outliers(
        likelihoods(snakemake.input.likelihood),
        params.among,
        params.rows * params.columns,
    )
    images = read_images(snakemake.input.images)[chosen]
    figure, _ = panels([mosaic(images, params.columns)], height=params.rows * CELL)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
