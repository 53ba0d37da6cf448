"""How the number of components matters to an MFA (supp. Fig. 11; arXiv: Fig. 21).

Above: the mean log-likelihood (equation 2) of training and test images against the
number of components. Below: one test image and its reconstruction A z + mu by each
model (supp. 1.3). The image is the lower quartile by likelihood under the largest
model: harder than most, so that there is something to reconstruct.
"""

import numpy as np
import pandas as pd
import seaborn
import torch
from matplotlib.figure import Figure

from gansgmms.io.images import as_vectors, read_images
from gansgmms.models.mfa import MFA
from gansgmms.plots.layout import add_axis, label_columns, show
from gansgmms.plots.mosaic import mosaic
from gansgmms.plots.selection import evenly_by_rank, likelihoods
from gansgmms.plots.style import TEXT, colour, save_figure
from gansgmms.workflow.job import job

LEFT, BOTTOM = 0.55, 0.2  # inches for the labels
CELL = 0.8  # inches: an image is drawn no larger

with job(snakemake.log[0], snakemake.threads):
    params, paths = snakemake.params, snakemake.input.likelihoods
    sizes = params.components
    chosen = evenly_by_rank(likelihoods(paths[-1]), 2)[1:]
    image = read_images(snakemake.input.images)[chosen]
    x = torch.from_numpy(as_vectors(image))
    seen = [MFA.load(path).reconstruct(x).numpy() for path in snakemake.input.models]
    images = np.reshape([as_vectors(image), *seen], (-1, *image.shape[1:]))

    strip = mosaic(images, len(images))
    width = min(TEXT - LEFT, CELL * len(images))
    height = width * strip.shape[0] / strip.shape[1]
    figure = Figure(figsize=(TEXT, BOTTOM + height + 2.2))
    below = add_axis(figure, LEFT, BOTTOM, width, height)
    show(below, strip)
    label_columns(below, ["original", *map(str, sizes)])

    above = add_axis(figure, LEFT, BOTTOM + height + 0.5, TEXT - LEFT, 1.65)
    means = [
        {"components": n, "images": images, "mean": likelihoods(path, split).mean()}
        for split, images in (("train", "training images"), ("test", "test images"))
        for n, path in zip(sizes, paths, strict=True)
    ]
    seaborn.lineplot(
        pd.DataFrame(means),
        x="components",
        y="mean",
        style="images",
        color=colour(params.model.split("+")[0]),
        markers=["s", "o"],
        dashes=[(3, 1.5), ""],
        markeredgewidth=0,
        ax=above,
    )
    above.set_xscale("log")
    above.set_xticks(sizes, map(str, sizes))
    above.minorticks_off()
    above.set(xlabel="components", ylabel="log-likelihood (nats per image)")
    above.legend(loc="lower right", title="")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
