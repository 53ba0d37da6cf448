"""The plot of proportions: where a model has too many samples, and where too few.

As supp. Fig. 14, one plot per K. The bins are in order of falling size, so the
reference falls from left to right; around it a band of 1.96 standard errors of the
two-sample test of section 2, taken from the comparison with the first model: of a model
of the same distribution, 95% of the bins lie inside.
"""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gansgmms.plotting import WIDE, colour


def draw_proportions(
    tables: Sequence[pd.DataFrame], names: Sequence[str], labels: Sequence[str]
) -> Figure:
    """Proportions of the samples of each model in each bin, at every K.

    Args:
        tables: one a model, one row a bin: columns k, bin, reference_proportion,
            proportion, standard_error and different.
        names: of the models, which give them their colours.
        labels: of the models, for the legend.
    """
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
        for name, label, table in zip(names, labels, of_k, strict=True):
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
    return figure
