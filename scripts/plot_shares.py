"""Training images of each class that each VAE has won (draft, Fig. 6)."""

import seaborn
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
    points.columns = range(1, columns + 1)
    seaborn.heatmap(
        points,
        cmap="Greys",
        vmin=0,
        annot=True,
        fmt=",d",
        annot_kws={"size": 6.5},
        cbar=False,
        ax=axis,
    )
    axis.tick_params(length=0, rotation=0)
    axis.spines[:].set_visible(False)
    axis.set(xlabel="VAE", ylabel="class")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
