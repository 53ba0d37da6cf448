"""The idea of NDB in the plane (section 2, Fig. 2).

Left: points of the data and of a model, in the same Voronoi cells, numbered from the
largest. Right: the proportion of each in every cell, with the standard error of the
two-sample test; a star marks the cells where they differ significantly.
"""

from matplotlib.figure import Figure

from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB
from gansgmms.plots.layout import add_axis
from gansgmms.plots.plane import draw_cells, frame, limits
from gansgmms.plots.proportions import draw_bars
from gansgmms.plots.style import LABEL, WIDE, colour, save_figure
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
    shown = [(data, "test", SIDE + GAP), (samples, params.model, 0)]
    for points, name, bottom in shown:
        axis = add_axis(figure, 0, bottom, SIDE, SIDE)
        axis.plot(*points[: params.points].T, ".", ms=1.5, mew=0, color=colour(name))
        draw_cells(axis, bins, box)
        frame(axis, box)

    left = SIDE + LEFT
    axis = add_axis(figure, left, BOTTOM, WIDE - left, height - BOTTOM - LABEL)
    ndb = f"{params.label} (NDB/K = {result.ndb_over_k:.2f})"
    draw_bars(axis, result, ("test", params.model), ("data", ndb))
    axis.set_xlabel("cell, from the largest to the smallest")
    above = {"bbox_to_anchor": (1, 1), "borderaxespad": 0}
    axis.legend(loc="lower right", ncols=3, **above)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
