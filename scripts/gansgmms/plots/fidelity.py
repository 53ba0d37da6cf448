"""How metrics answer planted faults, how often NDB finds one, and whether metrics agree."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from gansgmms.metrics.statistics import rank_correlation
from gansgmms.plots.style import WIDE

NONE = "none"  # what sound images are called (`metrics.sensitivity`)
# The paper's two in black and blue; the others by what they are made of.
METRICS = {
    "NDB/K": ("#000000", "-"),
    "JS": ("#0072B2", "-"),
    "FID": ("#D55E00", "-"),
    "KID": ("#E69F00", "-"),
    "precision": ("#009E73", "--"),
    "recall": ("#CC79A7", "--"),
    "density": ("#56B4E9", ":"),
    "coverage": ("#882255", ":"),
}
HIGHER_IS_BETTER = ("precision", "recall", "density", "coverage")
COLUMNS = 4


def distances(ndb: pd.DataFrame, fidelity: pd.DataFrame, k: int) -> pd.DataFrame:
    """How far each metric is from its value without a fault, where up is worse.

    In units of half its interval there, so that chance stays within 1. That of JS, which
    cannot be below 0, is the upper end of its interval.

    Args:
        ndb, fidelity: as `metrics.sensitivity.measured` gives them.

    Returns:
        columns fault, strength, metric, distance.
    """
    at_k, parts = ndb[ndb.k == k], []
    half = (at_k.high_over_k - at_k.low_over_k) / 2
    sound = at_k[at_k.fault == NONE].iloc[0]
    found = {
        "NDB/K": (at_k.ndb_over_k - at_k.expected_over_k) / half,
        "JS": at_k.js_unbiased / sound.js_high,
    }
    keys = at_k[["fault", "strength"]]
    parts += [keys.assign(metric=name, distance=v) for name, v in found.items()]
    keys, sound = fidelity[["fault", "strength"]], fidelity[fidelity.fault == NONE]
    for name in list(METRICS)[2:]:
        column = name.lower()
        change = (fidelity[column] - sound[column].iloc[0]) / sound[
            f"{column}_half"
        ].iloc[0]
        sign = -1 if name in HIGHER_IS_BETTER else 1
        parts.append(keys.assign(metric=name, distance=sign * change))
    return pd.concat(parts, ignore_index=True)


def draw_sensitivity(
    ndb: pd.DataFrame, fidelity: pd.DataFrame, power: pd.DataFrame, k: int, fault: str
) -> Figure:
    """A panel a fault, then the power of NDB for one fault at each strength and each K.

    Args:
        ndb, fidelity, power: as `metrics.sensitivity.measured` gives them.
    """
    found = distances(ndb, fidelity, k)
    faults = [f for f in found.fault.unique() if f != NONE]
    rows = -(-(len(faults) + 2) // COLUMNS)
    figure = Figure(figsize=(WIDE, 1.75 * rows + 0.3), layout="constrained")
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    sound = found[found.fault == NONE]
    limit = max(10.0, 1.3 * found.distance.abs().max())
    for i, (axis, name) in enumerate(zip(axes, faults, strict=False)):
        of_fault = found[found.fault == name]
        _answers(axis, pd.concat([sound, of_fault]), name.replace("_", " "), limit)
        axis.set_ylabel("distance" if i % COLUMNS == 0 else "")
    of_fault = power[power.fault == fault]
    strongest = of_fault.strength.max()
    words = fault.replace("_", " ")
    by_strength = of_fault[of_fault.k == k]
    _power(axes[-2], by_strength, "strength", f"power: {words}, $K$ = {k}")
    by_k = of_fault[of_fault.strength == strongest]
    _power(axes[-1], by_k, "k", f"power: strength {strongest:g}")
    for axis in axes[len(faults) : -2]:
        axis.set_axis_off()
    handles = axes[0].get_legend_handles_labels()[0]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _answers(axis: Axes, found: pd.DataFrame, title: str, limit: float) -> None:
    strengths = list(dict.fromkeys(found.strength))
    axis.axhspan(-1, 1, color="#DDDDDD", linewidth=0)
    for metric, (colour, line) in METRICS.items():
        values = found[found.metric == metric].distance
        axis.plot(
            range(len(values)),
            values,
            marker="o",
            markersize=2,
            linewidth=1,
            color=colour,
            linestyle=line,
            label=metric,
        )
    axis.set_yscale("symlog", linthresh=1)
    axis.yaxis.set_major_formatter(FuncFormatter(_plain))
    axis.set(ylim=(-limit, limit))
    axis.set_xticks(range(len(strengths)), ["none", *(f"{s:g}" for s in strengths[1:])])
    axis.set_title(title, size=9)
    axis.tick_params(labelsize=7)


def _plain(value: float, _position: int) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def _power(axis: Axes, power: pd.DataFrame, by: str, title: str) -> None:
    colours = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")
    groups = power.groupby(by)
    for colour, (value, of_one) in zip(colours, groups, strict=False):
        label = f"{value:g}" if by != "k" else f"$K$ = {value}"
        axis.plot(of_one.n, of_one.theory, color=colour, label=label, linewidth=1)
        axis.plot(of_one.n, of_one.measured, "o", color=colour, markersize=2.5)
    axis.axhline(0.05, color="#999999", linewidth=0.6)
    axis.set(xscale="log", ylim=(0, 1.05), xlabel="samples")
    sizes = sorted(power.n.unique())
    axis.set_xticks(sizes, [f"{n / 1000:g}k" if n >= 1000 else str(n) for n in sizes])
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_title(title, size=9, pad=12)
    axis.tick_params(labelsize=7)
    # Above the axes: curves and points may be anywhere below.
    axis.legend(
        fontsize=6.5,
        handlelength=0.8,
        columnspacing=0.8,
        borderpad=0,
        ncols=len(groups),
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
    )


def correlations(values: pd.DataFrame) -> pd.DataFrame:
    """Spearman's rank correlation of every pair of columns, one row a model."""
    return pd.DataFrame(
        {a: {b: rank_correlation(values[a], values[b]) for b in values} for a in values}
    )


def draw_correlations(values: pd.DataFrame) -> Figure:
    """A heat map of `correlations`, with its numbers."""
    found = correlations(values)
    n = len(found)
    figure = Figure(figsize=(min(WIDE, 1.4 + 0.4 * n),) * 2, layout="constrained")
    axis = figure.subplots()
    axis.imshow(found, cmap="RdBu", vmin=-1, vmax=1)
    for i, j in np.ndindex(n, n):
        value = found.iloc[i, j]
        text = "" if np.isnan(value) else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
        hue = "white" if abs(value) > 0.65 else "black"
        axis.text(j, i, text, ha="center", va="center", color=hue, size=6.5)
    axis.set_xticks(range(n), found.columns, rotation=90)
    axis.set_yticks(range(n), found.index)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
    return figure


def metric_values(
    ndb: Sequence[pd.DataFrame], fidelity: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """One row a model, one column a metric and feature space; lower is better in all.

    Args:
        ndb, fidelity: of each model, the files of its scores. NDB/K and JS: means over K;
            beside them NDB/K with bins in each feature space.
    """
    rows = []
    for of_model, spaces in zip(ndb, fidelity, strict=True):
        row = {"NDB/K": of_model.ndb_over_k.mean(), "JS": of_model.js.mean()}
        for space in spaces.itertuples():
            row[f"NDB/K, {space.space}"] = space.ndb_over_k
            for name in list(METRICS)[2:]:
                value = getattr(space, name.lower())
                sign = -1 if name in HIGHER_IS_BETTER else 1
                row[f"{name}, {space.space}"] = sign * value
        rows.append(row)
    return pd.DataFrame(rows)
