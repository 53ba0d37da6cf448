"""What a GAN and an MFA learn of points of the plane (appendix E, supp. Fig. 12).

(a) The GAN's image of a regular grid of its two latent variables: lines along the
second, coloured by the first. (b) The components of the MFA: centre, direction (two
standard deviations each way) and what the noise adds around it. Grey: the data.
"""

import numpy as np
import torch
from matplotlib import colormaps
from matplotlib.figure import Figure

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.io.images import read_images
from gansgmms.models.mfa import MFA
from gansgmms.plots.plane import ellipse, frame, limits
from gansgmms.plots.style import TEXT, add_axis, colour, label_above, save_figure
from gansgmms.workflow.job import job

STEPS = 400  # points along a line of the grid
GAP = 0.15  # inches
DEVIATIONS = 2

with job(snakemake.log[0]):
    params = snakemake.params
    data = read_images(snakemake.input.data)
    gan = models.load(snakemake.input.generator)
    if gan.latent != 2:
        found = f"{gan.latent} latent variables of {params.label}"
        raise InputError("figures.s12.generator", found, "2, for a grid of them")
    mfa = MFA.load(snakemake.input.model)
    side, box = (TEXT - GAP) / 2, limits(data)
    figure = Figure(figsize=(TEXT, side))
    axes = [add_axis(figure, x, 0, side, side) for x in (0, side + GAP)]
    for axis in axes:
        grey = {"color": "0.75", "ms": 1.2, "mew": 0, "zorder": 0}
        axis.plot(*data[: params.points].T, ".", **grey)
        frame(axis, box)

    # All of U(-1, 1), or as far as the configuration says of N(0, 1).
    extent = 1 if gan.prior == "uniform" else params.extent
    along = np.linspace(-extent, extent, STEPS, dtype=np.float32)
    for part in np.linspace(0, 1, params.lines):
        first = np.full_like(along, extent * (2 * part - 1))
        z = torch.from_numpy(np.stack([first, along], axis=1))
        image = gan.decode(z).detach().numpy()
        axes[0].plot(*image.T, lw=0.7, color=colormaps["viridis"](0.95 * part))
    label_above(axes[0], f"(a) {params.label}")

    hue = colour("mfa")
    for mean, a, noise in zip(
        *(p.numpy() for p in (mfa.means, mfa.factors, mfa.noise)), strict=True
    ):
        whole = ellipse(mean, a @ a.T + np.diag(noise**2), DEVIATIONS)
        axes[1].add_patch(whole.patch(color=hue, alpha=0.25, lw=0))
        for column in a.T:
            ends = mean + DEVIATIONS * np.array([-1, 1])[:, None] * column
            axes[1].plot(*ends.T, color=hue)
        axes[1].plot(*mean, "o", color="black")
    label_above(axes[1], f"(b) {params.mixture}")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
