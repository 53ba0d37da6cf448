"""The scores of all models in one picture: the paper's beside ours (x2, x3), or along
the training (x4)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from gansgmms.io.markup import for_matplotlib
from gansgmms.plots.style import PAGE, WIDE, colours, markers

ROW = 0.19  # inches: of one model
CHANCE = "0.85"


def beside_paper(
    rows: Sequence[dict], scores: Sequence[pd.DataFrame], published: pd.DataFrame
) -> pd.DataFrame:
    """Scores as `draw_dumbbells` takes them.

    Args:
        rows: title, name, label, seed, published and comparable of each row of tables.
        scores: what `evaluate_samples` wrote of each row, one line a K.
        published: resources/published-results.csv.
    """
    found = pd.concat([s.assign(**r) for r, s in zip(rows, scores, strict=True)])
    printed = published[published["quantity"] == "ndb_over_k"]
    printed = printed.rename(
        columns={"table": "published", "model": "name", "K": "k", "value": "paper"}
    )[["published", "name", "k", "paper"]]
    found = found.merge(printed, how="left", on=["published", "name", "k"])
    found.loc[~found["comparable"], "paper"] = np.nan
    return found


def draw_dumbbells(scores: pd.DataFrame) -> Figure:
    """NDB/K of every model: the paper's and ours, joined; a panel a dataset and K.

    Args:
        scores: one row a model, K and seed: title (of the dataset), name, label, k,
            ndb_over_k, low_over_k and high_over_k, the interval of chance, and paper,
            which is nan where the paper has none.
    """
    titles, ks = scores["title"].unique(), sorted(scores["k"].unique())
    heights = [scores[scores["title"] == title]["name"].nunique() for title in titles]
    row = min(ROW, (PAGE - 0.7) / (sum(heights) + 1.5 * len(heights)))
    figure = Figure(
        figsize=(WIDE, row * (sum(heights) + 1.5 * len(heights)) + 0.7),
        layout="constrained",
    )
    axes = figure.subplots(
        len(titles),
        len(ks),
        squeeze=False,
        sharex=True,
        height_ratios=heights,
    )
    for title, line in zip(titles, axes, strict=True):
        of_dataset = scores[scores["title"] == title]
        for k, axis in zip(ks, line, strict=True):
            _draw_rows(axis, of_dataset[of_dataset["k"] == k])
            axis.set(xlim=(0, 1))
            axis.set_title(f"$K$ = {k}", size=8, pad=3)
            if axis is not line[0]:
                axis.set_yticklabels([])
        line[0].text(
            *(-0.02, 1.02),
            for_matplotlib(title),
            transform=line[0].transAxes,
            ha="right",
            va="bottom",
            weight="bold",
        )
    for axis in axes[-1]:
        axis.set_xlabel("NDB/$K$")
    key: dict[str, Any] = {"ls": "", "color": "black", "ms": 4.5}
    shown: dict[str, Any] = {"ours": Line2D([], [], marker="o", **key)}
    if scores["paper"].notna().any():
        shown["paper"] = Line2D([], [], marker="o", mfc="white", mew=0.9, **key)
    shown["two samples of one distribution (95%)"] = Patch(color=CHANCE)
    if (scores.groupby(["title", "name", "k"]).size() > 1).any():
        shown["from seed to seed"] = Line2D([], [], color="black", lw=0.9)
    figure.legend(
        shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown)
    )
    return figure


def _draw_rows(axis: Axes, scores: pd.DataFrame) -> None:
    """One line a model, the first on top."""
    names = list(scores["name"].unique())
    hues, signs = colours(names), markers(names)
    labels = []
    for y, name in enumerate(names):
        of_model = scores[scores["name"] == name]
        ours, paper = of_model["ndb_over_k"], of_model["paper"].iloc[0]
        low, high = of_model["low_over_k"].min(), of_model["high_over_k"].max()
        axis.barh(y, high - low, 0.72, low, color=CHANCE, zorder=0)
        style: dict[str, Any] = {
            "color": hues[name],
            "marker": signs[name],
            "ms": 4.5,
            "zorder": 4,
        }
        axis.plot([ours.mean(), paper], [y, y], color=hues[name], lw=1.4, alpha=0.55)
        axis.plot([ours.min(), ours.max()], [y, y], color="black", lw=0.9, zorder=3)
        open_marker = {"mfc": "white", "mew": 0.9, "mec": hues[name]}
        axis.plot(paper, y, **style | open_marker, clip_on=False)
        axis.plot(ours.mean(), y, **style, clip_on=False)
        labels.append(for_matplotlib(of_model["label"].iloc[0]))
    axis.set_yticks(range(len(names)), labels, size=7.5)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
    axis.grid(axis="x", color="0.92", linewidth=0.6, zorder=-1)
    axis.set_axisbelow(True)
    axis.tick_params(axis="y", length=0)
    axis.spines.left.set_visible(False)


def draw_tradeoff(scores: pd.DataFrame, k: int) -> Figure:
    """NDB/K against sharpness, as it is scored and after a median of 3 x 3 pixels.

    Args:
        scores: one row a model: name, label, ndb_over_k, sharpness and after_median;
            paper_ndb and paper_sharpness, nan where the paper has none.
        k: the number of bins.
    """
    figure = Figure(figsize=(WIDE, 2.9), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    names = list(scores["name"])
    hues, signs = colours(names), markers(names)
    quantities = {
        "sharpness": "sharpness",
        "after_median": "sharpness after a median of 3 \N{MULTIPLICATION SIGN} 3 pixels",
    }
    for axis, (quantity, text) in zip(axes, quantities.items(), strict=True):
        seaborn.scatterplot(
            scores,
            x=quantity,
            y="ndb_over_k",
            hue="name",
            style="name",
            palette=hues,
            markers=signs,
            s=38,
            linewidth=0,
            legend=False,
            zorder=3,
            ax=axis,
        )
        axis.set(xlabel=text, ylabel=f"NDB/$K$, $K$ = {k}", ylim=(0, 1.03))
        axis.grid(color="0.93", linewidth=0.6)
        axis.set_axisbelow(True)
    for row in scores.itertuples():
        hue = hues[row.name]
        ends = [row.sharpness, row.paper_sharpness], [row.ndb_over_k, row.paper_ndb]
        axes[0].plot(*ends, color=hue, lw=1.2, alpha=0.55, zorder=2)
        style: dict[str, Any] = {
            "color": hue,
            "mfc": "white",
            "mec": hue,
            "mew": 0.9,
            "ms": 5,
        }
        x, y = row.paper_sharpness, row.paper_ndb
        axes[0].plot(x, y, ls="", marker=signs[row.name], zorder=3, **style)
    shown = {
        for_matplotlib(row.label): Line2D(
            [], [], ls="", ms=5, marker=signs[row.name], color=hues[row.name]
        )
        for row in scores.itertuples()
    }
    if scores["paper_ndb"].notna().any():
        open_marker: dict[str, Any] = {
            "color": "black",
            "mfc": "white",
            "mew": 0.9,
            "ms": 5,
        }
        shown["paper"] = Line2D([], [], ls="", marker="o", **open_marker)
    figure.legend(shown.values(), shown.keys(), loc="outside right center")
    return figure


def draw_courses(courses: pd.DataFrame, k: int) -> Figure:
    """NDB/K against the minutes of training so far, a line a model.

    Args:
        courses: one row a model and snapshot: name, label, minutes, ndb_over_k.
        k: the number of bins.
    """
    figure = Figure(figsize=(WIDE, 2.9), layout="constrained")
    axis = figure.subplots()
    names = list(courses["name"].unique())
    seaborn.lineplot(
        courses,
        x="minutes",
        y="ndb_over_k",
        hue="name",
        style="name",
        palette=colours(names),
        markers=markers(names),
        dashes=False,
        markersize=5,
        markeredgewidth=0,
        legend=True,
        ax=axis,
    )
    handles, _ = axis.get_legend_handles_labels()
    axis.legend().remove()
    labels = courses.drop_duplicates("name")["label"].map(for_matplotlib)
    axis.set(
        xlabel="minutes of training",
        ylabel=f"NDB/$K$, $K$ = {k}",
        xscale="log",
        ylim=(0, 1.03),
    )
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.grid(color="0.93", linewidth=0.6)
    axis.set_axisbelow(True)
    figure.legend(handles, labels, loc="outside right center")
    return figure
