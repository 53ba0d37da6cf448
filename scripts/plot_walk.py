"""A walk along z inside components, and what pix2pix makes of it (supp. Fig. 18).

The animation shows mu + z_i A(i) of equation 1, enlarged, and to its right what pix2pix
makes of it: z_i swings out and back for one after the other of the longest columns of
A; the bar below is z_i. Components are spread evenly by rank of their mixing coefficients: one alone is the
median. The figure shows frames of the animation, those of the mixture above.
"""

import numpy as np
import torch

from gansgmms import models
from gansgmms.plots.components import components, rising, walk
from gansgmms.plots.layout import label_rows, panels
from gansgmms.plots.mosaic import mosaic, with_bar
from gansgmms.plots.style import WIDE, save_animation, save_figure
from gansgmms.workflow.job import job

CELL = 0.7  # inches: an image is drawn no larger
TURN = 3.0  # seconds from 0 to one end, to the other and back

with job(snakemake.log[0], snakemake.threads):
    params = snakemake.params
    model = models.load(snakemake.input.model)
    chosen = components(model.mixture, params.components)
    swing = params.vectors, params.frames, params.extent
    walks = np.stack([walk(component, *swing) for component in chosen])
    pixels = np.uint8(np.rint(255 * walks.clip(0, 1)))
    flat = torch.from_numpy(pixels.reshape(-1, *pixels.shape[3:]))
    before, after = (
        images.numpy().reshape(*pixels.shape[:3], *images.shape[1:])
        for images in (model.enlarge(flat), model.refine(flat))
    )  # (components, vectors, frames, 2h, 2w, c) each

    beside = np.stack([before, after], axis=3)
    # One scene a frame: the pairs of all components.
    scenes = beside.transpose(1, 2, 0, 3, 4, 5, 6)
    scenes = scenes.reshape(-1, 2 * len(walks), *after.shape[3:])
    z = np.sin(2 * np.pi * np.arange(params.frames) / params.frames)
    bars = np.tile(z, len(scenes) // params.frames)  # of one vector after the other
    frames = [
        with_bar(mosaic(images, 2), at) for images, at in zip(scenes, bars, strict=True)
    ]
    save_animation(frames, snakemake.output.gif, TURN / params.frames)

    stills = rising(params.frames, params.columns)
    above = np.stack([before[:, :, stills], after[:, :, stills]], axis=2)
    vectors = walks.shape[1]
    mosaics = [mosaic(a.reshape(-1, *a.shape[3:]), params.columns) for a in above]
    height = 2 * vectors * CELL
    figure, axes = panels(mosaics, columns=1, width=WIDE, height=height, left=0.6)
    for axis in axes:
        label_rows(
            axis,
            [
                t
                for i in range(vectors)
                for t in (rf"$z_{{{i + 1}}}$  mixture", "refined")
            ],
        )
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
