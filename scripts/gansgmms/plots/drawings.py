"""Drawings of how things go together: boxes and arrows, in inches."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure and an empty axis over all of it, whose units are inches."""
    figure = Figure(figsize=(width, height))
    axis = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axis.set_axis_off()
    return figure, axis


def box(
    axis: Axes,
    middle: tuple[float, float],
    size: tuple[float, float],
    text: str,
    colour: str = "black",
) -> None:
    """A box with round corners and a text in its middle; size: width and height."""
    (x, y), (width, height) = middle, size
    shape = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        "round,pad=0,rounding_size=0.06",
        facecolor="white",
        edgecolor=colour,
        linewidth=1,
    )
    axis.add_patch(shape)
    axis.text(x, y, text, ha="center", va="center", linespacing=1.25)


def arrow(
    axis: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = "black",
) -> None:
    """An arrow from a point to a point."""
    style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 8}
    style |= {"shrinkA": 0, "shrinkB": 0, "color": colour, "linewidth": 0.9}
    axis.add_patch(FancyArrowPatch(start, end, **style))


def caption(axis: Axes, at: tuple[float, float], text: str, va: str, size=8) -> None:
    """A small text above ("bottom") or below ("top") a point."""
    axis.text(*at, text, ha="center", va=va, size=size)
