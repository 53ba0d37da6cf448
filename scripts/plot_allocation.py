"""The bins that a model fills the most over and under their share (section 4, Fig. 5).

Each bin has two rows: its centroid, framed red, and random members of it from the
data; below, random members of it from the model. Bins are chosen by z of the two-sample
test of section 2. A row that ends early shows all there are.
"""

from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.io.numbers import read_numbers
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.bins import extreme_bins, paired_rows
from gansgmms.plots.layout import label_rows, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.proportions import of_bins
from gansgmms.plots.style import CELL, WIDE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    bins = NDB.load(inputs.bins)
    images, samples = read_images(inputs.images), read_images(inputs.samples)
    test = of_bins(read_numbers(inputs.proportions), params.k)
    total = test["count"].sum()
    pixels, labels, columns = [], [], 1 + params.members
    for which in ("over", "under"):
        chosen = extreme_bins(test["z"].to_numpy(), which, params.bins)
        rows = paired_rows(bins, images, samples, chosen, params.members, params.seed)
        framed = range(0, len(rows), 2 * columns)
        pixels.append(mosaic(rows, columns, framed=framed))
        shares = test.iloc[chosen][["reference_proportion", "proportion"]]
        names = ["data", for_matplotlib(params.label)] * len(chosen)
        labels.append(
            [
                f"{name}\n{share:.2%}" if share else f"{name}\nnone of {total:,}"
                for name, share in zip(names, shares.to_numpy().ravel(), strict=True)
            ]
        )
    titles = ["over-allocated bins", "under-allocated bins"]
    height = 2 * params.bins * CELL
    figure, axes = panels(pixels, titles, width=WIDE, height=height, left=0.6)
    for axis, names in zip(axes, labels, strict=True):
        label_rows(axis, names)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
