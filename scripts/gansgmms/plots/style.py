"""The house style: fonts, sizes, colours, and how figures are saved.

Importing this module sets the style, whatever the user's matplotlibrc says. Figures are built without pyplot, so that a
figure depends on nothing but what it is given; the font comes with matplotlib, so
that it looks the same on every machine. Figures carry no titles: the report's
captions say what they show.
"""

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from gansgmms.io.atomic import atomic

TEXT = 5.5  # inches: the width of the text in the paper
WIDE = 7.0  # inches: for what would be too small at the width of the text
PAGE = 8.5  # inches: no figure is taller
CELL = 0.5  # inches: no image of a mosaic is drawn larger
LABEL = 0.17  # inches: the height of one line of a label

HIDDEN = (190, 160, 205)  # pixels that a model is not shown

# Hues by family: the data black and grey, mixtures blue, VAEs green, GANs warm. Within
# the families searched so that any two are far apart in CIELAB, seen normally and with
# deuteranopia; where a print in grey takes the hues away, markers remain.
PALETTE = {
    "train": "#000000",
    "test": "#6E6E6E",
    "mfa": "#0159A9",
    "mfa_em": "#3AB9FA",
    "mfa_pix2pix": "#3A30D5",
    "adversarial_mfa": "#21C1C2",
    "vae": "#014529",
    "vae_dfc": "#5A8000",
    "dcgan": "#D8A469",
    "began": "#DB1358",
    "wgan": "#FF7316",
    "wgan_gp": "#F992A6",
    "gan": "#691803",
    "kvaes": "#661E61",
}
OWN = "#C021F8"  # user samples, in the colour of no model here
SPARE = ("#BC27AB", "#272B9E", "#F298F7", "#A15CD9", "#ACA032")
MARKERS = dict(zip(PALETTE, "dDohspv<^>XP*8", strict=True))
OWN_MARKER, SPARE_MARKERS = "H", "osDv^"

# The members of a mixture, which have no identity but within one figure.
MEMBERS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#DDAA33"),
    *("#56B4E9", "#332288", "#882255", "#777777"),
)

STYLE: dict[Any, Any] = {
    # A Times, as in the paper; for the letters of labels that it has not, the other.
    "font.family": ["STIXGeneral", "DejaVu Sans"],
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
    "lines.markersize": 3.5,
    "lines.markeredgewidth": 0,
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


def markers(models: Sequence[str]) -> dict[str, str]:
    """The marker of each model of one figure: its colour's, or another where two share it."""
    by_hue = dict(zip(PALETTE.values(), MARKERS.values(), strict=True))
    by_hue |= dict(zip(SPARE, SPARE_MARKERS, strict=True)) | {OWN: OWN_MARKER}
    found: dict[str, str] = {}
    taken = set()
    for model, hue in colours(models).items():
        signs = (by_hue[hue], *by_hue.values())
        sign = next((s for s in signs if (hue, s) not in taken), by_hue[hue])
        taken.add((hue, sign))
        found[model] = sign
    return found


def save_figure(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure to each path (PNG or PDF), whole or not at all.

    Nothing of the day or the machine goes into the files: the same figure gives the
    same bytes. All have the layout of the first.
    """
    for path in map(Path, paths):
        with atomic(path) as temporary:
            figure.savefig(temporary, metadata=METADATA[path.suffix.lower()])
        # To find it takes up to half of the time of saving a figure.
        figure.set_layout_engine("none")


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
