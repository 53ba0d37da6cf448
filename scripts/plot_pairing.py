"""Why pix2pix helps a mixture: a drawing in the plane (appendix G, supp. Fig. 17).

A curve stands for the manifold of the data. Equal pieces of it are each described by
one factor analyser, the likeliest for the points of its piece. An image x_B of the
curve is reconstructed as x_A by its component, as section 5.1 says; pix2pix learns the way back.
"""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gansgmms.plots.plane import Piece, ellipse, manifold
from gansgmms.plots.style import TEXT, add_axis, save_figure
from gansgmms.workflow.job import job

POINTS = 200  # of each piece of the curve
SHORTEST = 0.1  # in units of the curve: the dots would cover a shorter arrow

IMAGE = {"marker": "o", "color": "black", "ms": 2.5, "ls": ""}
RECONSTRUCTION = IMAGE | {"color": "white", "mec": "black", "mew": 0.7, "ms": 3.2}
MANIFOLD = {"color": "0.72", "lw": 5, "solid_capstyle": "round"}
ARROW = {
    "arrowstyle": "-|>",
    "color": "black",
    "shrinkA": 1.6,
    "shrinkB": 1.2,
    "lw": 0.7,
    "mutation_scale": 5,
}


with job(snakemake.log[0]):
    count, shown = snakemake.params.components, snakemake.params.points
    figure = Figure(figsize=(TEXT, 2.3))
    axis = add_axis(figure, 0, 0.2, TEXT, 2.1)
    axis.plot(*manifold(np.linspace(0, 1, 500)).T, **MANIFOLD, zorder=1)
    hues = colormaps["Set2"].colors
    for i in range(count):
        piece = Piece.fit(manifold((i + np.linspace(0, 1, POINTS)) / count))
        hue = hues[i % len(hues)]
        area = ellipse(piece.mean, piece.covariance(), 2)
        axis.add_patch(area.patch(color=hue, alpha=0.4, lw=0, zorder=0))
        ends = piece.mean + 2 * np.array([-1, 1])[:, None] * piece.column
        axis.plot(*ends.T, color=hue, zorder=2)
        b = manifold((i + (np.arange(shown) + 0.5) / shown) / count)
        a = piece.reconstruct(b)
        far = np.linalg.norm(b - a, axis=1) > SHORTEST
        for start, end in zip(a[far], b[far], strict=True):
            axis.annotate("", end, start, arrowprops=ARROW)
        axis.plot(*a.T, **RECONSTRUCTION, zorder=4)
        axis.plot(*b.T, **IMAGE, zorder=4)
    axis.set_aspect("equal")
    axis.set_axis_off()
    named = {
        "data manifold": Line2D([], [], **MANIFOLD),
        "component": Patch(color=hues[0], alpha=0.4, lw=0),
        "$x_A$, of the mixture": Line2D([], [], **RECONSTRUCTION),
        "pix2pix": Line2D([], [], color="black", lw=0.7, marker=">", ms=3),
        "$x_B$, image": Line2D([], [], **IMAGE),
    }
    figure.legend(named.values(), named, loc="lower center", ncols=len(named))
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
