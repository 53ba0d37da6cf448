"""Training images of each class that each VAE has won (draft, Fig. 6)."""

import numpy as np
from matplotlib.figure import Figure

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.selection import by_class
from gansgmms.plots.style import WIDE, save_figure
from gansgmms.workflow.job import job

with job(snakemake.log[0]):
    table = read_numbers(snakemake.input.shares)
    points = table.pivot(index="label", columns="component", values="points")
    # VAEs in the order of the class that they have most of: their own order is chance.
    points = points[by_class(points)]
    rows, columns = points.shape
    cell = min(0.45, (WIDE - 0.5) / columns)
    figure = Figure(figsize=(cell * columns + 0.5, 0.26 * rows + 0.45))
    axis = figure.add_axes((0.07, 0.16, 0.92, 0.82))
    shades = axis.imshow(points, "Greys", vmin=0, aspect="auto", interpolation="none")
    for (row, column), n in np.ndenumerate(points):
        dark = shades.norm(n) > 0.5
        style = {"ha": "center", "va": "center", "color": "w" if dark else "0.15"}
        axis.text(column, row, f"{n:,d}", size=6.5, **style)
    axis.set_xticks(range(columns), range(1, columns + 1))
    axis.set_yticks(range(rows), points.index)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.set(xlabel="VAE", ylabel="class")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
