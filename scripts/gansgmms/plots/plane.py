"""Drawings in the plane: the cells of NDB, factor analysers, a manifold and its pieces."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Ellipse
from matplotlib.patheffects import withStroke

# An image, and what a mixture makes of it; the arrow from one to the other.
IMAGE: dict[str, Any] = {"marker": "o", "color": "black", "ms": 2.5, "ls": ""}
RECONSTRUCTION: dict[str, Any] = IMAGE | {
    "color": "white",
    "mec": "black",
    "mew": 0.7,
    "ms": 3.2,
}
ARROW = {
    "arrowstyle": "-|>",
    "color": "black",
    "shrinkA": 1.6,
    "shrinkB": 1.2,
    "lw": 0.7,
    "mutation_scale": 5,
}


def limits(*points: np.ndarray, margin: float = 0.06) -> np.ndarray:
    """What to show of sets of points (n, 2): [[x, x], [y, y]], a square.

    The outermost thousandth on each side may lie outside.
    """
    low = np.min([np.quantile(p, 0.001, axis=0) for p in points], axis=0)
    high = np.max([np.quantile(p, 0.999, axis=0) for p in points], axis=0)
    half = (0.5 + margin) * (high - low).max()
    middle = (low + high) / 2
    return np.stack([middle - half, middle + half], axis=1)


def frame(axis: Axes, box: np.ndarray) -> None:
    """Show `limits` in a thin frame, without ticks."""
    axis.set(xlim=box[0], ylim=box[1], xticks=[], yticks=[])
    axis.spines[:].set(visible=True, color="0.7")


def edges(centres: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The edges of Voronoi cells.

    Args:
        centres: (k, 2), k at least 2.
        box: `limits`; edges that go to infinity leave it.

    Returns:
        (m, 2, 2) segments.
    """
    from scipy.spatial import Voronoi  # the environment of the drawings has no scipy

    # Four more cells, so far away that inside the box nothing changes, close the others.
    size = np.ptp(np.concatenate([centres, box.T]), axis=0).max()
    far = 100 * size * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    diagram = Voronoi(np.concatenate([centres, box.mean(1) + far]))
    inner = (diagram.ridge_points < len(centres)).all(1)
    pairs = [v for v, i in zip(diagram.ridge_vertices, inner, strict=True) if i]
    return diagram.vertices[np.array(pairs)]


def draw_cells(axis: Axes, bins, box: np.ndarray) -> None:
    """The Voronoi cells of bins, each with its number at its centre.

    Args:
        bins: a `gansgmms.metrics.ndb.NDB` of points of the plane.
        box: `limits`.
    """
    cells = edges(bins.anchors, box / bins.scale[:, None]) * bins.scale
    axis.add_collection(LineCollection(cells, colors="black", linewidths=0.6))
    for number, (x, y) in enumerate(bins.centres):
        stroke = [withStroke(linewidth=2, foreground="white")]
        text = axis.text(x, y, str(number), size=7, path_effects=stroke)
        text.set(ha="center", va="center", clip_on=True)


class Outline(NamedTuple):
    """The points at one Mahalanobis distance from a mean."""

    centre: np.ndarray  # (2,)
    width: float  # both axes, from end to end
    height: float
    degrees: float  # from the horizontal to the first axis

    def patch(self, **options) -> Ellipse:
        x, y = self.centre
        return Ellipse((x, y), self.width, self.height, angle=self.degrees, **options)


def ellipse(mean: np.ndarray, covariance: np.ndarray, deviations: float) -> Outline:
    """Where a Gaussian of the plane is `deviations` standard deviations from its mean."""
    values, vectors = np.linalg.eigh(covariance)
    x, y = vectors[:, 1]
    width, height = 2 * deviations * np.sqrt(values[::-1])
    return Outline(mean, width, height, float(np.degrees(np.arctan2(y, x))))


def draw_analyser(
    axis: Axes,
    mean: np.ndarray,
    columns: np.ndarray,
    covariance: np.ndarray,
    colour: str | tuple,
    alpha: float,
    deviations: float = 2,
) -> None:
    """A factor analyser: its columns (l, 2) as lines, its Gaussian as an ellipse below.

    Both reach `deviations` standard deviations from the mean (2,).
    """
    area = ellipse(mean, covariance, deviations)
    axis.add_patch(area.patch(color=colour, alpha=alpha, lw=0, zorder=0))
    for column in columns:
        ends = mean + deviations * np.array([-1, 1])[:, None] * column
        axis.plot(*ends.T, color=colour)


class Piece(NamedTuple):
    """One factor analyser of the plane, with isotropic noise: x = a z + mu + noise."""

    mean: np.ndarray  # (2,)
    column: np.ndarray  # (2,): a
    variance: float

    @classmethod
    def fit(cls, points: np.ndarray) -> "Piece":
        """The likeliest of points (n, 2) (Tipping & Bishop, 1999, equations 7 and 8)."""
        mean = points.mean(0)
        centred = points - mean
        values, vectors = np.linalg.eigh(centred.T @ centred / len(points))
        column = vectors[:, 1] * np.sqrt(values[1] - values[0])
        return cls(mean, column, float(values[0]))

    def covariance(self) -> np.ndarray:
        """(2, 2) a a^T + variance I."""
        return np.outer(self.column, self.column) + self.variance * np.eye(2)

    def reconstruct(self, points: np.ndarray) -> np.ndarray:
        """(n, 2) a E[z | x] + mu of points (n, 2), as in section 5.1."""
        z = (points - self.mean) @ self.column
        z /= self.column @ self.column + self.variance
        return self.mean + z[:, None] * self.column


def latent_lines(
    decode, lines: int, extent: float, steps: int = 400
) -> list[np.ndarray]:
    """What a generator of two latent variables makes of a regular grid of them.

    Args:
        decode: (n, 2) torch float32 -> (n, d).
        lines: values of the first variable, evenly over [-extent, extent].
        steps: points along a line, over the same range of the second variable.

    Returns:
        (steps, d) for each line.
    """
    import torch  # the environment of the drawings has none

    along = np.linspace(-extent, extent, steps, dtype=np.float32)
    images = []
    for part in np.linspace(0, 1, lines):
        first = np.full_like(along, extent * (2 * part - 1))
        z = torch.from_numpy(np.stack([first, along], axis=1))
        images.append(decode(z).detach().numpy())
    return images


def draw_pairs(axis: Axes, a: np.ndarray, b: np.ndarray, shortest: float) -> None:
    """Points a and b (n, 2), and arrows from each a to its b.

    Where they are no further apart than `shortest`, the dots would cover an arrow.
    """
    far = np.linalg.norm(b - a, axis=1) > shortest
    for start, end in zip(a[far], b[far], strict=True):
        axis.annotate("", end, start, arrowprops=ARROW)
    axis.plot(*a.T, **RECONSTRUCTION, zorder=4)
    axis.plot(*b.T, **IMAGE, zorder=4)


def manifold(t: np.ndarray) -> np.ndarray:
    """(n, 2) points of a smooth curve, 0 <= t <= 1: half circles, up and down in turn."""
    half, angle = np.divmod(3 * t, 1)
    x = 2 * half - np.cos(np.pi * angle)
    return np.stack([x, (-1) ** half * np.sin(np.pi * angle)], axis=1)
