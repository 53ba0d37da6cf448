"""What a GAN and an MFA learn of points of the plane (appendix E, supp. Fig. 12).

(a) The GAN's image of a regular grid of its two latent variables: lines along the
second, coloured by the first. (b) The components of the MFA: centre, direction (two
standard deviations each way) and what the noise adds around it. Grey: the data.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.io.images import read_images
from gansgmms.io.markup import for_matplotlib
from gansgmms.models.mfa import MFA
from gansgmms.plots.layout import add_axis, label_above
from gansgmms.plots.plane import draw_analyser, frame, latent_lines, limits
from gansgmms.plots.style import TEXT, colour, save_figure
from gansgmms.workflow.job import job

GAP = 0.15  # inches between the panels

with job(snakemake.log[0]):
    params = snakemake.params
    data = read_images(snakemake.input.data)
    gan = models.load(snakemake.input.generator)
    if gan.latent != 2:
        thing = f"figures.{snakemake.rule}.generator"
        found = f"{gan.latent} latent variables of {params.label}"
        raise InputError(thing, found, "2, for a grid of them")
    side, box = (TEXT - GAP) / 2, limits(data)
    figure = Figure(figsize=(TEXT, side))
    axes = [add_axis(figure, x, 0, side, side) for x in (0, side + GAP)]
    for axis in axes:
        axis.plot(*data[: params.points].T, ".", color="0.75", ms=1.2, mew=0, zorder=0)
        frame(axis, box)
    # All of U(-1, 1), or as far as the configuration says of N(0, 1).
    extent = 1 if gan.prior == "uniform" else params.extent
    lines = latent_lines(gan.decode, params.lines, extent)
    hues = colormaps["viridis"](0.95 * np.linspace(0, 1, len(lines)))
    for line, hue in zip(lines, hues, strict=True):
        axes[0].plot(*line.T, lw=0.7, color=hue)
    label_above(axes[0], f"(a) {for_matplotlib(params.label)}")
    mfa, hue = MFA.load(snakemake.input.model), colour("mfa")
    parameters = (p.numpy() for p in (mfa.means, mfa.factors, mfa.noise))
    for mean, a, noise in zip(*parameters, strict=True):
        draw_analyser(axes[1], mean, a.T, a @ a.T + np.diag(noise**2), hue, alpha=0.25)
        axes[1].plot(*mean, "o", color="black")
    label_above(axes[1], f"(b) {for_matplotlib(params.mixture)}")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
