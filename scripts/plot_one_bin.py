"""One bin that a model fills over or under its share (supp. Figs. 7-10).

Its images, the centroid framed red before them: of the data that the bins were made of,
of test images, and of the model. The bin is chosen by z of the two-sample test
of section 2, and by its distance from those that come before it. Where more images belong to it than fit, a random part is shown.
"""

import numpy as np

from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.io.numbers import read_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.bins import (
    centroid,
    random_members,
    reference_members,
    varied_bins,
)
from gansgmms.plots.layout import panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.proportions import of_bins
from gansgmms.plots.style import CELL, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]) as log:
    params = snakemake.params
    bins = NDB.load(snakemake.input.bins)
    z = of_bins(read_numbers(snakemake.input.proportions), params.k)["z"].to_numpy()
    b = varied_bins(z, bins.anchors, params.which, params.rank)[-1]
    log.info("bin %d of %d: z = %.1f", b, bins.k, z[b])
    fit = params.rows * params.columns - 1
    train = read_images(snakemake.input.images)
    groups = [reference_members(bins, train, b, fit, params.seed)]
    counts = [(bins.counts[b], bins.counts.sum())]
    for path in (snakemake.input.test, snakemake.input.samples):
        images = read_images(path)
        bin_of = bins.assign(images)
        groups.append(images[random_members(bin_of, b, fit, params.seed)])
        counts.append(((bin_of == b).sum(), len(images)))
    first = centroid(bins, b)[None]
    shown = [np.concatenate([first, group]) for group in groups]
    names = [
        "training images",
        "test images",
        f"samples of {for_matplotlib(params.label)}",
    ]
    titles = [
        f"({letter}) {name}: "
        + (f"{n:,} of {total:,}, {n / total:.2%}" if n else f"none of {total:,}")
        for letter, name, (n, total) in zip("abc", names, counts, strict=True)
    ]
    mosaics = [mosaic(images, params.columns, framed=[0]) for images in shown]
    height = params.rows * CELL
    figure, _ = panels(mosaics, titles, columns=1, height=height, to_scale=True)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
