<<<<<<< HEAD
"""Snakemake script: proportions of the samples in each bin (supp. Fig. 14)."""

import pandas as pd
=======
"""Proportions of the samples in each bin (supp. Figs. 14 and 15).

One plot for each number of bins K (Fig. 14), or for each pair of models (Fig. 15). The
bins are in order of falling size, so the reference falls from left to right; around it
a band of 1.96 standard errors of the two-sample test of section 2, taken from the
comparison with the first model of the plot: of a model of the same distribution, 95%
of the bins lie inside.
"""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
>>>>>>> b24d403 (WIP figures)

from gansgmms.figures import proportions
from gansgmms.jobs import job
<<<<<<< HEAD
from gansgmms.plotting import save_figure
from gansgmms.proportions import draw_proportions
from gansgmms.statistics import same_bins

with job(snakemake.log[0]):
    params = snakemake.params
    tables = [pd.read_parquet(path) for path in snakemake.input.proportions]
    # Scores that are shown as they are (rules/own.smk) may be older than the bins.
    kept = [i for i, table in enumerate(tables) if same_bins(table, tables[0])]
    shown = [[each[i] for i in kept] for each in (tables, params.names, params.models)]
    figure = draw_proportions(*shown)
=======
from gansgmms.plotting import PAGE, WIDE, colour, save_figure

with job(snakemake.log[0]):
    params = snakemake.params
    paths = dict(zip(params.names, snakemake.input.proportions, strict=True))
    labels = dict(zip(params.names, params.labels, strict=True))
    several = len({k for k, _ in params.plots}) > 1
    height = min(1.6, PAGE / len(params.plots))
    figure = Figure(figsize=(WIDE, height * len(params.plots)), layout="constrained")
    axes = figure.subplots(len(params.plots), squeeze=False)[:, 0]
    for (k, names), axis in zip(params.plots, axes, strict=True):
        of_k = {name: proportions(paths[name], k) for name in names}
        first = of_k[names[0]]
        edges = [b - 0.5 for b in range(k + 1)]
        share = 100 * first["reference_proportion"]
        band = 196 * first["standard_error"]
        axis.stairs(share + band, edges, baseline=share - band, fill=True, color="0.88")
        axis.stairs(share, edges, baseline=None, color="black", label="reference")
        for name, table in of_k.items():
            axis.plot(
                table["bin"],
                100 * table["proportion"],
                ".",
                color=colour(name),
                label=f"{labels[name]} (NDB/K = {table['different'].mean():.2f})",
            )
        axis.set(xlim=(-0.5, k - 0.5), ylabel="% of images")
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        if several:
            axis.text(0, 1.06, f"$K$ = {k}", transform=axis.transAxes)
        axis.legend(
            loc="lower right",
            bbox_to_anchor=(1, 0.97),
            ncols=1 + len(names),
            borderaxespad=0,
        )
    figure.align_ylabels(axes)
    axes[-1].set_xlabel("bin, from the largest to the smallest")
>>>>>>> b24d403 (WIP figures)
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
