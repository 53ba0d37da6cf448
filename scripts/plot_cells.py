"""The idea of NDB in the plane (section 2, Fig. 2).

Left: points of the data and of a model, in the same Voronoi cells, numbered from the
largest. Right: the proportion of each in every cell, with the standard error of the
two-sample test; a star marks the cells where they differ significantly.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.plane import edges, frame, limits
from gansgmms.plots.style import LABEL, WIDE, add_axis, colour, save_figure
from gansgmms.workflow.job import job

SIDE, GAP, LEFT, BOTTOM = 2.4, 0.1, 0.6, 0.4  # inches

with job(snakemake.log[0]):
    params = snakemake.params
    bins = NDB.load(snakemake.input.bins)
    data = read_images(snakemake.input.data)
    samples = read_images(snakemake.input.samples)
    result = bins.evaluate(samples)
    height = 2 * SIDE + GAP
    figure = Figure(figsize=(WIDE, height))

    box = limits(data, samples)
    cells = edges(bins.anchors, box / bins.scale[:, None]) * bins.scale
    shown = [(data, "test", SIDE + GAP), (samples, params.model, 0)]
    for points, name, bottom in shown:
        axis = add_axis(figure, 0, bottom, SIDE, SIDE)
        axis.plot(*points[: params.points].T, ".", ms=1.5, mew=0, color=colour(name))
        axis.add_collection(LineCollection(cells, colors="black", linewidths=0.6))
        for number, (x, y) in enumerate(bins.centres):
            stroke = [withStroke(linewidth=2, foreground="white")]
            middle = {"ha": "center", "va": "center", "clip_on": True}
            axis.text(x, y, str(number), size=7, path_effects=stroke, **middle)
        frame(axis, box)

    left = SIDE + LEFT
    axis = add_axis(figure, left, BOTTOM, WIDE - left, height - BOTTOM - LABEL)
    number = np.arange(bins.k)
    ndb = f"{params.label} (NDB/K = {result.ndb_over_k:.2f})"
    sides = [
        (-0.2, result.reference_proportion, "test", "data"),
        (0.2, result.proportion, params.model, ndb),
    ]
    for offset, share, name, label in sides:
        axis.bar(number + offset, 100 * share, 0.4, color=colour(name), label=label)
    error, top = 100 * result.standard_error, 100 * result.proportion
    axis.errorbar(number + 0.2, top, error, fmt="none", ecolor="black", elinewidth=0.8)
    for place in np.flatnonzero(result.different):
        y = max(100 * result.reference_proportion[place], top[place] + error[place])
        at = {"xytext": (0, 1), "textcoords": "offset points", "ha": "center"}
        axis.annotate("*", (place, y), size=8, **at)
    axis.set(xlabel="cell, from the largest to the smallest", ylabel="% of points")
    axis.set_xlim(-0.7, bins.k - 0.3)
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    above = {"bbox_to_anchor": (1, 1), "borderaxespad": 0}
    axis.legend(loc="lower right", ncols=2, **above)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
