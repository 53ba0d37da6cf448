"""Samples of every model, a row each, with NDB/K and sharpness beside (x1).

The first samples of each file, nothing picked; of each dataset the test images on top.
"""

import numpy as np

from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.io.numbers import read_numbers
from gansgmms.plots.layout import column_beside, label_rows, minus, panels
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.style import CELL, PAGE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    blocks: dict[str, list[tuple]] = {}
    files = zip(params.rows, inputs.samples, inputs.ndb, inputs.sharpness, strict=True)
    for row, samples, ndb, sharpness in files:
        score = read_numbers(ndb).set_index("k")["ndb_over_k"][params.k]
        sharp = read_numbers(sharpness).iloc[0]
        images = read_images(samples)[: params.columns]
        numbers = [
            minus(f"{v:.2f}") for v in (score, sharp.sharpness, sharp.after_median)
        ]
        label = for_matplotlib(row["label"])
        blocks.setdefault(row["title"], []).append((images, label, numbers))
    strips, heads = [], [f"NDB/$K$\n$K$ = {params.k}", "sharp-\nness", "after\nmedian"]
    for rows in blocks.values():
        pixels = np.concatenate([images for images, *_ in rows])
        strips.append(mosaic(pixels, params.columns))
    deep = sum(map(len, blocks.values()))
    cell = min(CELL, (PAGE - 0.6 * len(blocks)) / deep)
    figure, axes = panels(
        strips,
        columns=1,
        width=params.columns * cell + 2.5,
        height=max(map(len, blocks.values())) * cell,
        gap=0.45,
        left=1.2,
        to_scale=True,
    )
    for axis, (title, rows) in zip(axes, blocks.items(), strict=True):
        label_rows(axis, [label for _, label, _ in rows])
        for i, head in enumerate(heads):
            column_beside(axis, [numbers[i] for *_, numbers in rows], head, i)
        axis.set_title(for_matplotlib(title), size=9, pad=4)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
