"""In-painting with an MFA (Fig. 7b, supp. 1.3).

In each row a test image, then pairs: the image with a part hidden, and the image with
that part replaced by its most probable value given the rest. The images are spread
evenly over the test set by likelihood, from easy to hard.
"""

import numpy as np
import torch

from gansgmms.io.images import as_vectors, read_images
from gansgmms.models.mfa import MFA
from gansgmms.plots.layout import panels
from gansgmms.plots.mosaic import mosaic, rgb
from gansgmms.plots.selection import evenly_by_rank, hidden, likelihoods, masks
from gansgmms.plots.style import CELL, HIDDEN, WIDE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0], snakemake.threads):
    likelihood = likelihoods(snakemake.input.likelihood)
    chosen = evenly_by_rank(likelihood, snakemake.params.images)
    images = read_images(snakemake.input.images)[chosen]
    vectors = torch.from_numpy(as_vectors(images))
    model = MFA.load(snakemake.input.model)
    shown, titles = [mosaic(images, 1)], ["original"]
    for part, observed in masks(*images.shape[1:3]).items():
        of_values = torch.from_numpy(observed.ravel()).repeat_interleave(
            images.shape[3]
        )
        filled = model.conditional(vectors, of_values).numpy().reshape(images.shape)
        pairs = np.stack([hidden(images, observed, HIDDEN), rgb(filled)], axis=1)
        shown.append(mosaic(pairs.reshape(-1, *pairs.shape[2:]), 2))
        titles.append(f"{part} hidden")
    figure, _ = panels(shown, titles, width=WIDE, height=len(images) * CELL, gap=0.08)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
