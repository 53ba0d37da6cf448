"""What the figures show: which images are chosen, and how they are made.

Nothing is chosen by hand. Each function states its criterion; ties go to the lower
index. Models come in as `gansgmms.models.mfa.MFA` and leave as numpy arrays.
"""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gansgmms.io.images import as_vectors
from gansgmms.io.markup import for_matplotlib
from gansgmms.io.numbers import read_numbers
from gansgmms.plots.mosaic import mosaic, rgb, stack
from gansgmms.plots.style import PAGE, WIDE


class Component(NamedTuple):
    """One factor analyser: x = A z + mu + noise (paper, equation 1)."""

    mixing: float  # its weight in the mixture
    mean: np.ndarray  # (h, w, c)
    columns: np.ndarray  # (l, h, w, c): the columns of A, the longest first
    variance: np.ndarray  # (h, w, c): the diagonal of D


def evenly_by_rank(values: np.ndarray, n: int) -> np.ndarray:
    """n indices from the largest value to the smallest, the middles of n equal parts.

    One is the median; two are the quartiles.
    """
    largest_first = np.argsort(-values, kind="stable")
    middles = (np.arange(n) + 0.5) * len(largest_first) / n
    return largest_first[middles.astype(int)]


def components(model, n: int) -> list[Component]:
    """n components of an MFA, from heavy to light, spread evenly by rank.

    (The heaviest of all are often alike: on MNIST they are all ones.)
    The columns of A are put in order of their length, the longest first: the
    likelihood is the same in any order, so the order of training means nothing.
    """

    def images(parameter) -> np.ndarray:
        return parameter.detach().cpu().numpy().reshape(-1, *model.shape)

    mixing = model.mixing.detach().cpu().numpy()
    found = []
    for k in evenly_by_rank(mixing, n):
        columns = images(model.factors[k].T)
        lengths = np.linalg.norm(columns.reshape(len(columns), -1), axis=1)
        found.append(
            Component(
                float(mixing[k]),
                images(model.means[k])[0],
                columns[np.argsort(-lengths, kind="stable")],
                images(model.noise[k])[0] ** 2,
            )
        )
    return found


def labelled_components(
    models: Iterable, titles: Iterable[str], n: int
) -> Iterator[tuple[Component, str]]:
    """n components of each MFA, each with its weight, and the title where there is one."""
    for model, title in zip(models, titles, strict=True):
        for component in components(model, n):
            weight = rf"$\pi = {component.mixing:.2g}$"
            shown = for_matplotlib(title)
            yield component, f"{shown}, {weight}" if title else weight


def variations(component: Component, vectors: int) -> np.ndarray:
    """mu + A(i), 0.5 + A(i) and mu - A(i) for i = 1...vectors: (3 vectors, h, w, c)."""
    mean, a = component.mean, component.columns[:vectors]
    images = np.stack([mean + a, 0.5 + a, mean - a], axis=1)
    return images.reshape(-1, *mean.shape)


def portrait(component: Component, vectors: int) -> np.ndarray:
    """A component as in Fig. 6a: mean and noise variance above the `variations`.

    The variance is scaled so that its largest value is white.
    """
    top = np.stack([component.mean, component.variance / component.variance.max()])
    return stack([mosaic(top, 2), mosaic(variations(component, vectors), 3)])


def combinations(component: Component, steps: int, extent: float) -> np.ndarray:
    """mu + z_1 A(1) + z_2 A(2) on a grid of steps x steps: (steps^2, h, w, c).

    z_1 grows from -extent to extent along a row, z_2 from the last row to the first.
    """
    z = np.linspace(-extent, extent, steps, dtype=np.float32)
    across, up = np.meshgrid(z, z[::-1])
    weights = np.stack([across.ravel(), up.ravel()], axis=1)
    # A component of one column varies along one axis only.
    pair = component.columns[:2]
    return component.mean + np.tensordot(weights[:, : len(pair)], pair, axes=1)


def walk(component: Component, vectors: int, frames: int, extent: float) -> np.ndarray:
    """A walk along z: mu + z_i A(i) for one i after the other.

    For each of the longest columns, z_i swings from 0 to extent, to -extent and back,
    a full sine in `frames` steps, while the other z are 0.

    Returns:
        (vectors, frames, h, w, c); fewer vectors where A has fewer columns.
    """
    z = extent * np.sin(2 * np.pi * np.arange(frames) / frames).astype(np.float32)
    columns = component.columns[:vectors]
    return component.mean + z[:, None, None, None] * columns[:, None]


def rising(frames: int, n: int) -> np.ndarray:
    """n frames of a `walk`, evenly from -extent to extent: indices."""
    return np.rint(np.linspace(-frames / 4, frames / 4, n)).astype(int) % frames


def images_of_component(
    model, images: np.ndarray, component: int, n: int, chunk: int = 1024
) -> np.ndarray:
    """The first n images of which a component has the maximal responsibility.

    Args:
        model: an MFA.
        images: (m, h, w, c) uint8. They are looked through in order, and only as far
            as needed: the likelihood of a whole data set can take minutes.

    Returns:
        At most n indices, ascending.
    """
    import torch  # most figures do without

    found = np.empty(0, int)
    for start in range(0, len(images), chunk):
        x = torch.from_numpy(as_vectors(images[start : start + chunk]))
        likeliest = model.component_log_prob(x).argmax(1).numpy()
        found = np.append(found, start + np.flatnonzero(likeliest == component))
        if len(found) >= n:
            break
    return found[:n]


def likelihoods(path: str | Path, split: str = "test") -> np.ndarray:
    """Log-likelihood of each image of a split, in the order of its file: (n,) nats."""
    table = read_numbers(path).query("split == @split")
    return table.sort_values("index")["log_likelihood"].to_numpy()


def outliers(log_likelihood: np.ndarray, among: int, n: int) -> np.ndarray:
    """n of the `among` least likely images, evenly by rank, the least likely first."""
    lowest = np.argsort(log_likelihood, kind="stable")[:among]
    ranks = np.linspace(0, len(lowest) - 1, min(n, len(lowest)))
    return lowest[np.rint(ranks).astype(int)]


def masks(height: int, width: int) -> dict[str, np.ndarray]:
    """What is observed of an image: (height, width) bool each, by what is hidden."""
    y, x = np.mgrid[:height, :width]
    off_centre = np.ones((height, width), bool)
    off_centre[height // 4 : height - height // 4, width // 4 : width - width // 4] = (
        False
    )
    shuffled = np.random.default_rng(0).permutation(height * width)
    return {
        "left": 2 * x >= width,
        "right": 2 * x < width,
        "top": 2 * y >= height,
        "bottom": 2 * y < height,
        "centre": off_centre,
        "half": (2 * shuffled >= height * width).reshape(height, width),
    }


def hidden(images: np.ndarray, observed: np.ndarray, colour: tuple) -> np.ndarray:
    """Images (n, h, w, c) uint8 with what is not observed painted: (n, h, w, 3)."""
    return np.where(observed[:, :, None], rgb(images), np.uint8(colour))


def ordered_bins(sizes: np.ndarray, which: str, n: int) -> np.ndarray:
    """The n "largest" bins, or the n "smallest" in the same order of falling size."""
    order = np.argsort(-sizes, kind="stable")
    return order[:n] if which == "largest" else order[-n:]


def extreme_bins(z: np.ndarray, which: str, n: int) -> np.ndarray:
    """The n bins that a sample fills "over" or "under" their share, the worst first.

    Args:
        z: (k,) of the two-sample test (section 2), positive where the sample has more
            than the reference.
    """
    return np.argsort(-z if which == "over" else z, kind="stable")[:n]


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


def centroid(bins, b: int) -> np.ndarray:
    """(h, w, c) uint8, the mean of a bin's images, clipped to [0, 1]."""
    return np.uint8(np.rint(np.clip(bins.centres[b].reshape(bins.shape), 0, 1) * 255))


def random_members(bin_of: np.ndarray, b: int, n: int, seed: int) -> np.ndarray:
    """n places at random where `bin_of` is b, all of them where there are fewer.

    Each bin has a seed of its own: its members are the same in every selection.
    """
    inside = np.flatnonzero(bin_of == b)
    return np.random.default_rng([seed, int(b)]).permutation(inside)[:n]


def reference_members(
    bins, images: np.ndarray, b: int, n: int, seed: int
) -> np.ndarray:
    """`random_members` of the images that the bins were made of, mirrored as binned.

    Args:
        bins: a `gansgmms.metrics.ndb.NDB`.
        images: (m, h, w, c) uint8, those that the bins were made of.

    Returns:
        (at most n, h, w, c) uint8.
    """
    places = random_members(bins.reference_bin, b, n, seed)
    members = images[bins.reference_index[places]]
    mirrored = bins.reference_mirrored[places][:, None, None, None]
    return np.where(mirrored, members[:, :, ::-1], members)


def bin_rows(
    bins, images: np.ndarray, chosen: np.ndarray, members: int, seed: int
) -> np.ndarray:
    """For each bin its centroid, then `reference_members` of it.

    Returns:
        (len(chosen), 1 + members, h, w, c) uint8. A bin with fewer members shows all
        it has, and white.
    """
    rows = [
        [centroid(bins, b), *reference_members(bins, images, b, members, seed)]
        for b in chosen
    ]
    return np.stack([padded(row, 1 + members) for row in rows])


def padded(images: Iterable[np.ndarray], n: int) -> np.ndarray:
    """Images (h, w, c) uint8, at least one, and white up to n: (n, h, w, c)."""
    images = list(images)
    white = np.full_like(images[0], 255)
    return np.stack(images + [white] * (n - len(images)))
