"""Why pix2pix helps a mixture: a drawing in the plane (appendix G, supp. Fig. 17).

A curve stands for the manifold of the data. Equal pieces of it are each described by
one factor analyser, the likeliest for the points of its piece. An image x_B of the
curve is reconstructed as x_A by its component, as section 5.1 says; pix2pix learns the
way back.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gansgmms.plots import plane
from gansgmms.plots.layout import add_axis
from gansgmms.plots.style import TEXT, save_figure
from gansgmms.workflow.job import job

POINTS = 200  # of each piece of the curve
SHORTEST = 0.1  # of an arrow, in units of the curve
MANIFOLD = {"color": "0.72", "lw": 5, "solid_capstyle": "round"}

with job(snakemake.log[0]):
    count, shown = snakemake.params.components, snakemake.params.points
    figure = Figure(figsize=(TEXT, 2.3))
    axis = add_axis(figure, 0, 0.2, TEXT, 2.1)
    axis.plot(*plane.manifold(np.linspace(0, 1, 500)).T, **MANIFOLD, zorder=1)
    hues = colormaps["Set2"].colors
    for i in range(count):
        piece = plane.Piece.fit(plane.manifold((i + np.linspace(0, 1, POINTS)) / count))
        hue = hues[i % len(hues)]
        column = piece.column[None]
        plane.draw_analyser(
            axis, piece.mean, column, piece.covariance(), hue, alpha=0.4
        )
        b = plane.manifold((i + (np.arange(shown) + 0.5) / shown) / count)
        plane.draw_pairs(axis, piece.reconstruct(b), b, SHORTEST)
    axis.set_aspect("equal")
    axis.set_axis_off()
    named = {
        "data manifold": Line2D([], [], **MANIFOLD),
        "component": Patch(color=hues[0], alpha=0.4, lw=0),
        "$x_A$, of the mixture": Line2D([], [], **plane.RECONSTRUCTION),
        "pix2pix": Line2D([], [], color="black", lw=0.7, marker=">", ms=3),
        "$x_B$, image": Line2D([], [], **plane.IMAGE),
    }
    figure.legend(named.values(), named, loc="lower center", ncols=len(named))
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
