"""Samples of models, and below each the nearest training image (x5).

The first samples of each file, nothing picked. The distance stands below each pair, as a
root of the mean square over the pixels, from 0 to 1.
"""

import numpy as np

from gansgmms.data.batches import FlatImages
from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.metrics.neighbours import nearest_two
from gansgmms.plots.layout import label_columns, label_rows, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import CELL, save_figure
from gansgmms.training.device import pick_device
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    device = pick_device(params.device)
    train = read_images(snakemake.input.train)
    candidates = FlatImages(train, device, params.mirror)
    pairs, distances = [], []
    for path in snakemake.input.samples:
        samples = read_images(path)[: params.columns]
        found, numbers = nearest_two(FlatImages(samples, device), candidates)
        number, mirrored = numbers[:, 0] % len(train), numbers[:, 0] >= len(train)
        nearest = train[number]
        flipped = np.where(mirrored[:, None, None, None], nearest[:, :, ::-1], nearest)
        pairs.append(mosaic(np.concatenate([samples, flipped]), params.columns))
        distances.append(found[:, 0] / np.sqrt(samples[0].size))
    figure, axes = panels(
        pairs,
        [*map(for_matplotlib, params.labels)],
        columns=1,
        height=2 * CELL,
        left=0.45,
        bottom=0.15,
    )
    for axis, values in zip(axes, distances, strict=True):
        label_rows(axis, ["sample", "nearest"])
        label_columns(axis, [f"{value:.2f}" for value in values])
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
