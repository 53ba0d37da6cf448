"""What the bins of NDB hold (section 2; supp. Figs. 1-4).

In each row the centroid of a bin, framed red, then random members of it. The label is
the bin's share of the images that the bins were made of.
"""

from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.bins import bin_rows, ordered_bins
from gansgmms.plots.layout import blocks_of, label_rows, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import WIDE, save_figure
from gansgmms.workflow.job import job

CELL = 0.4  # inches: an image is drawn no larger

with job(snakemake.log[0]):
    params = snakemake.params
    bins = NDB.load(snakemake.input.bins)
    images = read_images(snakemake.input.images)
    kinds = ["largest", "smallest"] if params.which == "both" else [params.which]
    columns = 1 + params.members
    parts = blocks_of(params.bins, columns * len(kinds), CELL)
    deep = -(-params.bins // parts)  # rows of a block; the last may fill fewer
    pixels, titles, labels = [], [], []
    for letter, kind in zip("ab", kinds, strict=False):
        chosen = ordered_bins(bins.counts, kind, params.bins)
        for start in range(0, len(chosen), deep):
            block = chosen[start : start + deep]
            rows = bin_rows(bins, images, block, params.members, params.seed)
            flat = rows.reshape(-1, *images.shape[1:])
            firsts = range(0, len(flat), columns)
            pixels.append(mosaic(flat, columns, framed=firsts, rows=deep))
            first = len(kinds) == 2 and start == 0
            titles.append(f"({letter}) {len(chosen)} {kind}" if first else "")
            shares = [f"{s:.2%}" for s in bins.counts[block] / bins.counts.sum()]
            labels.append(shares + [""] * (deep - len(shares)))
    figure, axes = panels(pixels, titles, width=WIDE, height=deep * CELL, left=0.3)
    for axis, shares in zip(axes, labels, strict=True):
        label_rows(axis, shares)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
