"""How a figure is laid out: panels of mosaics or points, in inches, and their labels."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gansgmms.plots.style import LABEL, MEMBERS, PAGE, TEXT, WIDE


def show(axis: Axes, pixels: np.ndarray) -> None:
    """Draw a mosaic into an axis, without ticks or borders."""
    axis.imshow(pixels, aspect="auto")
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(False)


def panels(
    pixels: Sequence[np.ndarray],
    labels: Sequence[str] = (),
    *,
    columns: int | None = None,
    width: float = TEXT,
    height: float = PAGE,
    gap: float = 0.15,
    left: float = 0.0,
    bottom: float = 0.0,
    to_scale: bool = False,
) -> tuple[Figure, list[Axes]]:
    """A figure of mosaics, as large as fits; those in a row are equally high.

    Args:
        pixels: the mosaics, each (height, width, 3) uint8.
        labels: a line above each; none when empty.
        columns: panels in a row; default: all of them.
        width: of the whole figure, at most, in inches.
        height: of one panel, at most, in inches; the figure is at most `PAGE` high.
        gap: inches between panels.
        left, bottom: inches kept free beside and below each panel.
        to_scale: a row of lower mosaics is lower; otherwise all are equally high.

    Returns:
        The figure, and the axis of each panel.
    """
    columns = min(columns or len(pixels), len(pixels))
    rows = [pixels[i : i + columns] for i in range(0, len(pixels), columns)]
    aspects = [[p.shape[1] / p.shape[0] for p in row] for row in rows]
    tallest = [max(p.shape[0] for p in row) for row in rows]
    shares = [t / max(tallest) if to_scale else 1.0 for t in tallest]
    top = LABEL if any(labels) else 0.0
    free_height = len(rows) * (top + bottom) + (len(rows) - 1) * gap

    def free(row: list) -> float:  # the part of a row's width that is not image
        return left * len(row) + gap * (len(row) - 1)

    height = min(
        [height, (PAGE - free_height) / sum(shares)]
        + [
            (width - free(row)) / (share * sum(row))
            for row, share in zip(aspects, shares, strict=True)
        ]
    )
    heights = [share * height for share in shares]
    width = max(
        h * sum(row) + free(row) for row, h in zip(aspects, heights, strict=True)
    )
    y = sum(heights) + free_height
    figure = Figure(figsize=(width, y))
    axes: list[Axes] = []
    for row, aspect_row, h in zip(rows, aspects, heights, strict=True):
        x = (width - h * sum(aspect_row) - free(aspect_row)) / 2
        y -= top + h
        for p, aspect in zip(row, aspect_row, strict=True):
            x += left
            axis = add_axis(figure, x, y, h * aspect, h)
            show(axis, p)
            if any(labels):
                label_above(axis, labels[len(axes)])
            axes.append(axis)
            x += h * aspect + gap
        y -= bottom + gap
    return figure, axes


def scatter_panels(
    points: Sequence[np.ndarray],
    groups: Sequence[np.ndarray],
    labels: Sequence[str],
    colours: Sequence[str] = MEMBERS,
    width: float = WIDE,
    gap: float = 0.12,
) -> Figure:
    """Points of the plane, a panel each, on the same scale.

    Args:
        points: (n, 2) each. All but the outermost thousandth of them is shown, of the
            first panel all.
        groups: (n,) integers each: the colour of each point.
        labels: a line above each panel.
        colours: of the groups; more groups go round.
        width: of the figure in inches.
        gap: inches between panels.
    """
    ends = [np.quantile(x, (0.001, 0.999), axis=0) for x in points[1:]]
    low = np.min([points[0].min(0), *(low for low, _ in ends)], axis=0)
    high = np.max([points[0].max(0), *(high for _, high in ends)], axis=0)
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)
    side = (width - gap * (len(points) - 1)) / len(points)
    height = side * (high[1] - low[1]) / (high[0] - low[0])
    figure = Figure(figsize=(width, height + LABEL))
    palette = np.array(colours)
    for i, (x, group, label) in enumerate(zip(points, groups, labels, strict=True)):
        axis = add_axis(figure, i * (side + gap), 0, side, height)
        # Mixed, so that no group covers another because it is drawn later.
        order = np.random.default_rng(0).permutation(len(x))
        shown = palette[group[order] % len(palette)]
        axis.scatter(
            x[order, 0], x[order, 1], s=1.2, c=shown, linewidths=0, rasterized=True
        )
        axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
        axis.spines[:].set_visible(True)
        label_above(axis, label)
    return figure


def blocks_of(rows: int, columns: int, cell: float) -> int:
    """The fewest blocks side by side into which rows of images fit a page.

    Args:
        rows, columns: of images, before they are cut into blocks.
        cell: inches, the largest side an image may have.
    """
    for blocks in range(1, rows):
        side = min(cell, WIDE / (blocks * columns))
        if math.ceil(rows / blocks) * side <= PAGE:
            return blocks
    return rows


def add_axis(
    figure: Figure, x: float, y: float, width: float, height: float, **options
) -> Axes:
    """An axis placed in inches from the figure's lower left corner."""
    w, h = figure.get_size_inches()
    return figure.add_axes((x / w, y / h, width / w, height / h), **options)


def label_above(axis: Axes, text: str) -> None:
    """A short label above a panel."""
    _write(axis, text, at=(0.5, 1), offset=(0, 2.5), ha="center", va="bottom")


def label_rows(axis: Axes, labels: Sequence[str], size: float = 7) -> None:
    """Labels to the left of the equally high rows of a mosaic, from the top."""
    for i, text in enumerate(labels):
        at = (0, 1 - (i + 0.5) / len(labels))
        _write(axis, text, at, offset=(-3, 0), ha="right", va="center", size=size)


def column_beside(
    axis: Axes, texts: Sequence[str], head: str, number: int, width: float = 0.42
) -> None:
    """A column of texts to the right of the rows of a mosaic, and its head above.

    Args:
        number: 0 for the first column; each is `width` inches wide.
    """
    right = 72 * (number + 0.9) * width  # points
    for i, text in enumerate(texts):
        at = (1, 1 - (i + 0.5) / len(texts))
        _write(axis, text, at, offset=(right, 0), ha="right", va="center", size=7)
    _write(axis, head, (1, 1), offset=(right, 3), ha="right", va="bottom", size=6.5)


def label_columns(axis: Axes, labels: Sequence[str], size: float = 7) -> None:
    """Labels below the equally wide columns of a mosaic, from the left."""
    for i, text in enumerate(labels):
        at = ((i + 0.5) / len(labels), 0)
        _write(axis, text, at, offset=(0, -3), ha="center", va="top", size=size)


def label_top(axis: Axes, labels: tuple[str, str] | list[str], height: float) -> None:
    """Labels beside a pair of images in the middle of a mosaic of three, on top.

    Args:
        height: of the row of the pair, as a part of the axis.
    """
    for text, x in zip(labels, (1 / 12, 11 / 12), strict=True):
        _write(axis, text, (x, 1 - height / 2), (0, 0), ha="center", va="center")


def label_grid(axis: Axes, steps: int, extent: float) -> None:
    """Ticks for a mosaic of steps x steps images over [-extent, extent] each way."""
    height, width = axis.images[0].get_size()
    middles = np.array([0.5, steps / 2, steps - 0.5]) / steps
    values = [minus(f"{z:g}") for z in (-extent, 0, extent)]
    axis.set_xticks(middles * width - 0.5, values, size=7)
    axis.set_yticks(middles * height - 0.5, values[::-1], size=7)
    axis.tick_params(length=0, pad=2)


def minus(number: str) -> str:
    """A formatted number with a minus sign in place of the hyphen."""
    return number.replace("-", "\N{MINUS SIGN}")


def _write(axis: Axes, text: str, at: tuple, offset: tuple, **options) -> None:
    """Text `offset` points away from `at`, in fractions of the axis."""
    axis.annotate(
        text, at, offset, "axes fraction", textcoords="offset points", **options
    )
