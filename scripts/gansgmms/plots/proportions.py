"""The plot of proportions: where a model has too many samples, and where too few.

One plot per K (supp. Fig. 14), or per pair of models (supp. Fig. 15). The bins are in
order of falling size, so the reference falls from left to right; around it a band of
1.96 standard errors of the two-sample test of section 2, taken from the comparison with
the first model: of a model of the same distribution, 95% of the bins lie inside.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gansgmms.io.markup import for_matplotlib
from gansgmms.plots.style import PAGE, WIDE, colour, colours

LETTER = 0.055  # inches: the mean width of a letter in a legend


class Points(NamedTuple):
    """One model in a plot."""

    table: pd.DataFrame  # one row a bin, in order; columns as in `draw_proportions`
    name: str  # gives the colour
    label: str


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
    models = list(zip(tables, names, labels, strict=True))
    return draw_plots(
        [
            (f"$K$ = {k}", [Points(of_bins(t, k), *rest) for t, *rest in models])
            for k in sorted(tables[0]["k"].unique())
        ]
    )


def of_bins(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The rows of one K, in the order of the bins."""
    return table[table["k"] == k].sort_values("bin")


def draw_plots(plots: Sequence[tuple[str, Sequence[Points]]]) -> Figure:
    """Plots one below the other, of models that were scored in the same bins.

    Args:
        plots: what stands above each at the left, and the models in it.
    """
    plots = [
        (title, [m._replace(label=for_matplotlib(m.label)) for m in models])
        for title, models in plots
    ]
    labels = [
        ["reference", *(f"{m.label} (NDB/K = 0.00)" for m in p)] for _, p in plots
    ]
    columns = min(map(_legend_columns, labels))
    lines = max(math.ceil(len(entries) / columns) for entries in labels)
    height = min(1.43 + 0.17 * lines, PAGE / len(plots))
    figure = Figure(figsize=(WIDE, height * len(plots)), layout="constrained")
    axes = figure.subplots(len(plots), squeeze=False)[:, 0]
    hues = colours([model.name for _, models in plots for model in models])
    for (title, models), axis in zip(plots, axes, strict=True):
        reference = models[0].table
        k = len(reference)
        edges = [b - 0.5 for b in range(k + 1)]
        share = 100 * reference["reference_proportion"]
        band = 196 * reference["standard_error"]
        axis.stairs(share + band, edges, baseline=share - band, fill=True, color="0.88")
        axis.stairs(share, edges, baseline=None, color="black", label="reference")
        for i, (table, name, label) in enumerate(models):
            axis.plot(
                table["bin"],
                100 * table["proportion"],
                ".",
                color=hues[name],
                zorder=3 - i / len(models),  # the first model above the others
                label=f"{label} (NDB/K = {table['different'].mean():.2f})",
            )
        axis.set(xlim=(-0.5, k - 0.5), ylabel="% of images")
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.text(0, 1.06, title, transform=axis.transAxes)
        axis.legend(
            loc="lower right",
            bbox_to_anchor=(1, 0.97),
            ncols=columns,
            borderaxespad=0,
            handlelength=1.2,
            handletextpad=0.4,
            columnspacing=1.2,
        )
    figure.align_ylabels(axes)
    axes[-1].set_xlabel("bin, from the largest to the smallest")
    return figure


def draw_bars(
    axis: Axes, result, names: tuple[str, str], labels: tuple[str, str]
) -> None:
    """The proportions of the data and of a model, side by side in every bin (Fig. 2).

    With the standard error of the two-sample test, and a star where they differ
    significantly.

    Args:
        result: a `gansgmms.metrics.ndb.Result`.
        names: of data and model, which give them their colours.
        labels: of data and model, for the legend.
    """
    bins = np.arange(len(result.proportion))
    data, model = 100 * result.reference_proportion, 100 * result.proportion
    error = 100 * result.standard_error
    for offset, share, name, label in zip(
        (-0.2, 0.2), (data, model), names, labels, strict=True
    ):
        axis.bar(bins + offset, share, 0.4, color=colour(name), label=label)
    axis.errorbar(bins + 0.2, model, error, fmt="none", ecolor="black", elinewidth=0.8)
    for place in np.flatnonzero(result.different):
        y = max(data[place], model[place] + error[place])
        star = axis.annotate("*", (place, y), (0, 1), textcoords="offset points")
        star.set(size=8, ha="center")
    axis.set(ylabel="% of points", xlim=(-0.7, len(bins) - 0.3))
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))


def _legend_columns(entries: Sequence[str]) -> int:
    """The most columns in which a legend fits beside the K, about."""

    def width(columns: int) -> float:  # inches; the first columns may have one more
        parts = np.array_split(list(map(len, entries)), columns)
        return sum(0.4 + LETTER * part.max() for part in parts)

    fitting = [n for n in range(1, len(entries) + 1) if width(n) <= WIDE - 1.2]
    return max(fitting, default=1)
