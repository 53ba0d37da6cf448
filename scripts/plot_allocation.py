"""The bins that a model fills the most over and under their share (section 4, Fig. 5).

Each bin has two rows: its centroid, framed red, and random members of it from the
data; below, random members of it from the model. Bins are chosen by z of the two-sample
test of section 2. A row that ends early shows all there are.
"""

import numpy as np

from gansgmms.io.images import read_images
from gansgmms.io.numbers import read_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.proportions import of_bins
from gansgmms.plots.selection import (
    bin_rows,
    extreme_bins,
    padded,
    random_members,
)
from gansgmms.plots.style import CELL, WIDE, label_rows, panels, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params = snakemake.params
    bins = NDB.load(snakemake.input.bins)
    images = read_images(snakemake.input.images)
    samples = read_images(snakemake.input.samples)
    bin_of = bins.assign(samples)
    test = of_bins(read_numbers(snakemake.input.proportions), params.k)
    pixels, labels, columns = [], [], 1 + params.members
    for which in ("over", "under"):
        chosen = extreme_bins(test["z"].to_numpy(), which, params.bins)
        of_data = bin_rows(bins, images, chosen, params.members, params.seed)
        white = np.full_like(images[0], 255)
        of_model = [
            samples[random_members(bin_of, b, params.members, params.seed)]
            for b in chosen
        ]
        of_model = np.stack([padded([white, *row], columns) for row in of_model])
        rows = np.stack([of_data, of_model], axis=1)
        framed = range(0, rows.shape[0] * 2 * columns, 2 * columns)
        pixels.append(
            mosaic(rows.reshape(-1, *images.shape[1:]), columns, framed=framed)
        )
        shares = test.iloc[chosen][["reference_proportion", "proportion"]]
        names = ["data", params.label]
        labels.append(
            [
                f"{name}\n{share:.2%}"
                for row in shares.to_numpy()
                for name, share in zip(names, row, strict=True)
            ]
        )
    figure, axes = panels(
        pixels,
        ["over-allocated bins", "under-allocated bins"],
        width=WIDE,
        height=2 * params.bins * CELL,
        left=0.45,
    )
    for axis, names in zip(axes, labels, strict=True):
        label_rows(axis, names)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
