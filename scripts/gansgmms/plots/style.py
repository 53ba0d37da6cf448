"""The house style: fonts, sizes, colours, and how figures are laid out and saved.

Importing this module sets the style, whatever the user's matplotlibrc says. Figures are built without pyplot, so that a
figure depends on nothing but what it is given; the font comes with matplotlib, so
that it looks the same on every machine. Figures carry no titles: the report's
captions say what they show.
"""

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from gansgmms.io.atomic import atomic

TEXT = 5.5  # inches: the width of the text in the paper
WIDE = 7.0  # inches: for what would be too small at the width of the text
PAGE = 8.5  # inches: no figure is taller
CELL = 0.5  # inches: no image of a mosaic is drawn larger
LABEL = 0.17  # inches: the height of one line of a label

HIDDEN = (190, 160, 205)  # pixels that a model is not shown

# Hues by family: the data black and grey, mixtures blue, VAEs green, GANs warm. From
# the colour-blind-safe sets of Okabe & Ito (2008) and Tol (2021).
PALETTE = {
    "train": "#000000",
    "test": "#6E6E6E",
    "mfa": "#0072B2",
    "mfa_em": "#56B4E9",
    "mfa_pix2pix": "#332288",
    "adversarial_mfa": "#44AA99",
    "vae": "#117733",
    "vae_dfc": "#999933",
    "dcgan": "#E69F00",
    "began": "#882255",
    "wgan": "#D55E00",
    "wgan_gp": "#CC6677",
    "gan": "#CC3311",
    "kvaes": "#AA4499",
}
OWN = "#E3001B"  # the user's own samples, in nobody else's colour
SPARE = ("#CC79A7", "#661100", "#6699CC", "#7B3FF2", "#009E73")

# The members of a mixture, which have no identity but within one figure.
MEMBERS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#DDAA33"),
    *("#56B4E9", "#332288", "#882255", "#777777"),
)

STYLE = {
    "font.family": "STIXGeneral",  # a Times, as in the paper
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 3,
    "savefig.dpi": 300,
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.03,
    "pdf.fonttype": 42,  # text stays text
}
# From matplotlib's own defaults: what a user's matplotlibrc says is for their figures.
matplotlib.rcdefaults()
matplotlib.rcParams.update(STYLE)

# What would differ from one day or machine to the next is left out of the files.
METADATA = {
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def colour(model: str) -> str:
    """The colour of a model, the same in every figure and in every run."""
    if model.startswith("own_"):
        return OWN
    return PALETTE.get(model, SPARE[zlib.crc32(model.encode()) % len(SPARE)])


def colours(models: Sequence[str]) -> dict[str, str]:
    """The colour of each model of one figure.

    A variant such as wgan+clip=0.1 has its model's, if nothing else in the figure is of
    that model; else a spare one, which no model before it has while there are any.
    """
    bases = [model.split("+")[0] for model in dict.fromkeys(models)]
    found: dict[str, str] = {}
    for model in models:
        base = model.split("+")[0]
        hue = colour(model if bases.count(base) > 1 else base)
        free = [spare for spare in SPARE if spare not in found.values()]
        if hue in found.values() and model not in found and free:
            hue = free[0]
        found.setdefault(model, hue)
    return found


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
    axes = []
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
        points: (n, 2) each. The first panel decides what is shown of the plane.
        groups: (n,) integers each: the colour of each point.
        labels: a line above each panel.
        colours: of the groups; more groups go round.
        width: of the figure in inches.
        gap: inches between panels.
    """
    low, high = points[0].min(0), points[0].max(0)
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
        axis.scatter(*x[order].T, s=1.2, c=shown, linewidths=0, rasterized=True)
        axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
        axis.spines[:].set_visible(True)
        label_above(axis, label)
    return figure


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


def label_columns(axis: Axes, labels: Sequence[str], size: float = 7) -> None:
    """Labels below the equally wide columns of a mosaic, from the left."""
    for i, text in enumerate(labels):
        at = ((i + 0.5) / len(labels), 0)
        _write(axis, text, at, offset=(0, -3), ha="center", va="top", size=size)


def label_grid(axis: Axes, steps: int, extent: float) -> None:
    """Ticks for a mosaic of steps x steps images over [-extent, extent] each way."""
    height, width = axis.images[0].get_size()
    middles = np.array([0.5, steps / 2, steps - 0.5]) / steps
    values = [f"{z:g}".replace("-", "\N{MINUS SIGN}") for z in (-extent, 0, extent)]
    axis.set_xticks(middles * width - 0.5, values, size=7)
    axis.set_yticks(middles * height - 0.5, values[::-1], size=7)
    axis.tick_params(length=0, pad=2)


def save_figure(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure to each path (PNG or PDF), whole or not at all.

    Nothing of the day or the machine goes into the files: the same figure gives the
    same bytes.
    """
    for path in map(Path, paths):
        with atomic(path) as temporary:
            figure.savefig(temporary, metadata=METADATA[path.suffix])


def save_animation(
    frames: Sequence[np.ndarray], path: str | Path, pause: float
) -> None:
    """Write mosaics of one size as a GIF that starts again at its end.

    Args:
        frames: (height, width, 3) uint8 each.
        pause: seconds from one frame to the next; GIF counts in hundredths.
    """
    # One palette for all frames: with one each, still parts would flicker.
    tall = Image.fromarray(np.concatenate(frames))
    palette = tall.quantize(256, dither=Image.Dither.NONE)
    images = [
        Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in frames
    ]
    duration = 10 * round(100 * pause)  # milliseconds
    with atomic(path) as temporary:
        images[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=images[1:],
            duration=duration,
            loop=0,
            optimize=False,
        )


def _write(axis: Axes, text: str, at: tuple, offset: tuple, **options) -> None:
    """Text `offset` points away from `at`, in fractions of the axis."""
    axis.annotate(
        text, at, offset, "axes fraction", textcoords="offset points", **options
    )
