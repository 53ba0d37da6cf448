"""Proportions of the samples in each bin, for several numbers of bins (supp. Fig. 14).

One plot per K. The bins are in order of falling size, so the reference falls from left
to right; around it a band of 1.96 standard errors of the two-sample test of section 2,
taken from the comparison with the first model: of a model of the same distribution,
95% of the bins lie inside.
"""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gansgmms.jobs import job
from gansgmms.plotting import WIDE, colour, save_figure

with job(snakemake.log[0]):
    params = snakemake.params
    tables = [pd.read_parquet(path) for path in snakemake.input.proportions]
    sizes = sorted(tables[0]["k"].unique())
    figure = Figure(figsize=(WIDE, 1.6 * len(sizes)), layout="constrained")
    axes = figure.subplots(len(sizes), squeeze=False)[:, 0]
    for k, axis in zip(sizes, axes, strict=True):
        of_k = [table[table["k"] == k].sort_values("bin") for table in tables]
        edges = [b - 0.5 for b in range(k + 1)]
        share = 100 * of_k[0]["reference_proportion"]
        band = 196 * of_k[0]["standard_error"]
        axis.stairs(share + band, edges, baseline=share - band, fill=True, color="0.88")
        axis.stairs(share, edges, baseline=None, color="black", label="reference")
        for name, label, table in zip(params.names, params.models, of_k, strict=True):
            axis.plot(
                table["bin"],
                100 * table["proportion"],
                ".",
                color=colour(name),
                label=f"{label} (NDB/K = {table['different'].mean():.2f})",
            )
        axis.set(xlim=(-0.5, k - 0.5), ylabel="% of images")
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.text(0, 1.06, f"$K$ = {k}", transform=axis.transAxes)
        axis.legend(
            loc="lower right",
            bbox_to_anchor=(1, 0.97),
            ncols=1 + len(tables),
            borderaxespad=0,
        )
    axes[-1].set_xlabel("bin, from the largest to the smallest")
    save_figure(figure, [snakemake.output.png, snakemake.output.pdf])
