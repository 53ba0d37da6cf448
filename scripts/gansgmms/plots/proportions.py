"""The plots of proportions: where a model has too many samples, and where too few.

One plot per K (supp. Fig. 6), or per pair of models (supp. Fig. 5). The bins are in
order of falling size, so the reference falls from left to right. The grey band around
it holds what the two-sample test of section 2 does not call different from the reference
at the size of the samples: a marker outside is a different bin, and NDB counts those.
"""

import math
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from gansgmms.io.markup import for_matplotlib
from gansgmms.metrics.statistics import accepted_proportions
from gansgmms.plots.style import PAGE, WIDE, colours, markers

LIGHT = "0.78"  # the bars of the data
LONGEST = 60  # letters of a line of a label: more would leave no room for the plot
LETTER = 0.055  # inches: the mean width of a letter in a legend


class Points(NamedTuple):
    """One model in a plot."""

    table: pd.DataFrame  # one row a bin, in order; columns as in `draw_proportions`
    name: str  # gives the colour and the marker
    label: str

    @property
    def samples(self) -> int:
        """How many samples fell into the bins."""
        return int(self.table["count"].sum())


def draw_proportions(
    tables: Sequence[pd.DataFrame],
    names: Sequence[str],
    labels: Sequence[str],
    about: str = "",
    significance: float = 0.05,
) -> Figure:
    """Proportions of the samples of each model in each bin, at every K.

    Args:
        tables: one a model, one row a bin: columns k, bin, reference_count, count,
            reference_proportion, proportion and different.
        names: of the models, which give them their colours and markers.
        labels: of the models, for the legend.
        about: what stands beside each K, such as the seed.
        significance: level of the test of a bin, which decides the band.
    """
    models = list(zip(tables, names, labels, strict=True))
    plots = [
        (f"$K$ = {k}{about}", [Points(of_bins(t, k), *rest) for t, *rest in models])
        for k in sorted(tables[0]["k"].unique())
    ]
    return draw_plots(plots, significance)


def of_bins(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """The rows of one K, in the order of the bins."""
    return table[table["k"] == k].sort_values("bin")


def draw_plots(
    plots: Sequence[tuple[str, Sequence[Points]]], significance: float = 0.05
) -> Figure:
    """Plots one below the other, on one scale, of models that were scored in the same bins.

    The scale is linear from 0 to the power of ten below the smallest bin, and
    logarithmic above: an empty bin and one a hundred times too full are both seen.

    Args:
        plots: what stands above each at the left, and the models in it.
        significance: level of the test of a bin.
    """
    sizes = {model.samples for _, models in plots for model in models}
    plots = [
        (title, [_described(model, len(sizes) > 1) for model in models])
        for title, models in plots
    ]
    entries = [["reference", *(m.label for m in models)] for _, models in plots]
    columns = min(map(_legend_columns, entries))
    lines = max(
        math.ceil(len(labels) / columns) + sum(label.count("\n") for label in labels)
        for labels in entries
    )
    height = min(1.43 + 0.17 * lines, PAGE / len(plots))
    figure = Figure(figsize=(WIDE, height * len(plots)), layout="constrained")
    axes = figure.subplots(len(plots), sharey=True, squeeze=False)[:, 0]
    names = [model.name for _, models in plots for model in models]
    hues, signs = colours(names), markers(names)
    for (title, models), axis in zip(plots, axes, strict=True):
        _draw_band(axis, models, significance)
        for i, (table, name, label) in enumerate(models):
            seaborn.scatterplot(
                x=table["bin"],
                y=100 * table["proportion"],
                color=hues[name],
                marker=signs[name],
                s=13,
                linewidth=0,
                clip_on=False,  # bins at 0 lie on the axis
                zorder=4 - i / len(models),  # the first model above the others
                label=label,
                legend=False,
                ax=axis,
            )
        k = len(models[0].table)
        axis.set(xlim=(-0.5, k - 0.5), xlabel="", ylabel="% of images")
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
            markerscale=1.2,
        )
    shares = pd.concat([model.table for _, models in plots for model in models])
    _scale(axes[0], 100 * shares["reference_proportion"], 100 * shares["proportion"])
    figure.align_ylabels(axes)
    axes[-1].set_xlabel("bin, from the largest to the smallest")
    return figure


def _described(model: Points, sized: bool) -> Points:
    """The model with what the legend says of it; with its size, where sizes differ."""
    lines = textwrap.wrap(str(model.label), LONGEST) or [""]
    label = "\n".join(map(for_matplotlib, lines))
    text = f"{label}, NDB/K {model.table['different'].mean():.3f}"
    return model._replace(label=text + (f" of {model.samples:,}" if sized else ""))


def _draw_band(axis: Axes, models: Sequence[Points], significance: float) -> None:
    """The reference, and around it a band for each size of the samples, widest first."""
    counts = models[0].table["reference_count"].to_numpy()
    edges = np.arange(len(counts) + 1) - 0.5
    sizes = sorted({model.samples for model in models})
    for size, shade in zip(sizes, np.linspace(0.91, 0.8, len(sizes)), strict=True):
        low, high = accepted_proportions(counts, size, significance)
        shade = f"{shade if len(sizes) > 1 else 0.87:.3f}"
        axis.stairs(100 * high, edges, baseline=100 * low, fill=True, color=shade)
    share = 100 * counts / counts.sum()
    style: dict[str, Any] = {"color": "black", "linewidth": 1, "label": "reference"}
    axis.stairs(share, edges, baseline=None, **style)


def _scale(axis: Axes, reference: pd.Series, shares: pd.Series) -> None:
    """A scale for shares in percent: linear up to the smallest of the reference."""
    smallest = math.log10(max(reference[reference > 0].min(), 1e-3))
    threshold, top = 10 ** math.floor(smallest), 1.1 * max(*reference, *shares)
    axis.set_yscale("symlog", linthresh=threshold, linscale=0.4)
    axis.set_ylim(0, top)
    steps = [threshold * 10**i * n for i in range(7) for n in (1, 3)]
    axis.set_yticks([0, *(step for step in steps if step <= top)])
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.yaxis.set_minor_locator(NullLocator())


def draw_bars(
    axis: Axes, result, names: tuple[str, str], labels: tuple[str, str]
) -> None:
    """The proportions of the data and of a model, side by side in every bin (Fig. 2).

    With the standard error of the two-sample test, and a star where they differ
    significantly.

    Args:
        result: a `gansgmms.metrics.result.Result`.
        names: of data and model, which give them their colours.
        labels: of data and model, for the legend.
    """
    bins = np.arange(len(result.proportion))
    data, model = 100 * result.reference_proportion, 100 * result.proportion
    error = 100 * result.standard_error
    seaborn.barplot(
        x=np.tile(bins, 2),
        y=np.concatenate([data, model]),
        hue=np.repeat(names, len(bins)),
        palette={names[0]: LIGHT, names[1]: colours(names)[names[1]]},
        saturation=1,
        legend=False,
        ax=axis,
    )
    for bars, label in zip(axis.containers, labels, strict=True):
        bars.set_label(for_matplotlib(label))
    axis.errorbar(bins + 0.2, model, error, fmt="none", ecolor="black", elinewidth=0.8)
    different = np.flatnonzero(result.different)
    above = np.maximum(data, model + error)[different] + 0.02 * data.max()
    style: dict[str, Any] = {"marker": "*", "color": "black", "ls": "", "ms": 4}
    axis.plot(different, above, **style, label="differs significantly")
    axis.set(ylabel="% of points", xlim=(-0.7, len(bins) - 0.3))
    axis.set_ylim(bottom=0)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))


def _legend_columns(entries: Sequence[str]) -> int:
    """The most columns in which a legend fits beside the K, about."""

    def width(columns: int) -> float:  # inches; the first columns may have one more
        widest = [max(map(len, entry.split("\n"))) for entry in entries]
        parts = np.array_split(widest, columns)
        return sum(0.4 + LETTER * part.max() for part in parts)

    fitting = [n for n in range(1, len(entries) + 1) if width(n) <= WIDE - 1.2]
    return max(fitting, default=1)
