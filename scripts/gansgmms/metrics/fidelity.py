"""FID, KID, precision, recall, density and coverage of samples, from their features.

All of them compare two sets of vectors, of real images and of samples, in a feature
space (`gansgmms.models.features`), and say little without its name. They are computed
in float64 from one pass over the inner products, tile by tile: 20,000 against 20,000
never are in memory at once. The kernel takes the products, the neighbourhoods the
distances that follow from them.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from scipy.special import stdtrit
from torch import Tensor

from gansgmms.errors import InputError

TILE = 512  # vectors on each side of a tile of products
# Squares that cancel to less than this share of what they were are rounding.
ROUNDING = 1e-12
NAMES = ("fid", "kid", "precision", "recall", "density", "coverage")


class Fidelity(NamedTuple):
    """fid, kid: 0 is best. precision, recall, density, coverage: shares of `fidelity`."""

    fid: float
    kid: float
    precision: float
    recall: float
    density: float
    coverage: float


def fidelity(
    real: np.ndarray, samples: np.ndarray, neighbours: int = 5, device="cpu"
) -> Fidelity:
    """All measures of features (n, d) of real images and (m, d) of samples.

    fid: the squared Frechet distance of two Gaussians, `frechet_distance`. kid: the
    squared maximum mean discrepancy, `kernel_distance`. With the ball of a vector
    reaching to the `neighbours`-th nearest vector of its own set, precision: share of
    samples in the ball of any real image; recall: share of real images in that of any
    sample (Kynkaanniemi et al. 2019); density: real balls that hold a sample, over
    `neighbours`, on average; coverage: share of real balls that hold any sample (Naeem
    et al. 2020).

    Raises:
        InputError: for other shapes, values that are not finite, or sets of no more
            than `neighbours` vectors.
    """
    x, y = _checked(real, samples, neighbours + 1, device)
    kernel_x, radii_x = _within(x, neighbours)
    kernel_y, radii_y = _within(y, neighbours)
    between = _between(x, y, radii_x, radii_y)
    return Fidelity(
        _frechet(x, y),
        kernel_x + kernel_y - 2 * between.kernel,
        (between.real_balls > 0).double().mean().item(),
        between.recalled.double().mean().item(),
        between.real_balls.mean().item() / neighbours,
        between.covered.double().mean().item(),
    )


def frechet_distance(real: np.ndarray, samples: np.ndarray, device="cpu") -> float:
    """|m - m'|^2 + tr(S + S' - 2 (S S')^1/2) of means and covariances of (n, d), (m, d).

    With features of the Inception network, the FID of Heusel et al. (2017). It is too
    large for finite samples: `frechet_limit`.
    """
    return _frechet(*_checked(real, samples, 2, device))


def frechet_limit(
    real: np.ndarray, samples: np.ndarray, seed: int = 0, device="cpu"
) -> float:
    """The Frechet distance of infinitely many images (Chong & Forsyth 2020).

    Its bias falls as 1 / n, so that twice the distance of all, less that of halves (the
    mean of two pairs), is without it to the first order; it may come out below 0.
    """
    x, y = _checked(real, samples, 4, device)
    random = np.random.default_rng(seed)
    pairs = zip(_parts(len(x), 2, random), _parts(len(y), 2, random), strict=True)
    halves = [_frechet(x[a], y[b]) for a, b in pairs]
    return 2 * _frechet(x, y) - float(np.mean(halves))


def kernel_distance(real: np.ndarray, samples: np.ndarray, device="cpu") -> float:
    """Unbiased estimate of the squared MMD of (n, d) and (m, d), kernel (x.y / d + 1)^3.

    The KID of Binkowski et al. (2018) with one subset, of all points; it is 0 on average
    where nothing differs, and may come out below.
    """
    x, y = _checked(real, samples, 2, device)
    return _within(x)[0] + _within(y)[0] - 2 * _between(x, y).kernel


def kernel_distances(
    real: np.ndarray,
    samples: np.ndarray,
    subsets: int = 100,
    size: int = 1000,
    seed: int = 0,
    device="cpu",
) -> np.ndarray:
    """(subsets,) `kernel_distance` of random subsets, as KID is mostly reported.

    Raises:
        InputError: if either set has fewer than `size` vectors.
    """
    x, y = _checked(real, samples, size, device)
    random = np.random.default_rng(seed)

    def subset(z: Tensor) -> np.ndarray:
        return z[np.sort(random.choice(len(z), size, replace=False))].cpu().numpy()

    return np.array(
        [kernel_distance(subset(x), subset(y), device) for _ in range(subsets)]
    )


def intervals(
    real: np.ndarray,
    samples: np.ndarray,
    neighbours: int = 5,
    parts: int = 10,
    level: float = 0.95,
    seed: int = 0,
    device="cpu",
) -> dict[str, float]:
    """Half the width of the interval of each measure, by name.

    Both sets are cut into parts at random. The variance of a measure falls as 1 / n, so
    that its standard error on all is the parts' spread over the root of their number;
    t has `parts` - 1 degrees of freedom. A part's own value is another than that of all
    (FID's bias, larger balls), so only the spread is taken. (The bootstrap would put
    copies into each other's balls.) Where nothing differs, FID and KID spread less than
    that: the interval is then too wide.
    """
    _checked(real, samples, parts * (neighbours + 1), "cpu")
    random = np.random.default_rng(seed)
    cuts = [_parts(len(z), parts, random) for z in (real, samples)]
    values = np.array(
        [
            fidelity(real[a], samples[b], neighbours, device)
            for a, b in zip(*cuts, strict=True)
        ]
    )
    error = values.std(0, ddof=1) / np.sqrt(parts)
    halves = stdtrit(parts - 1, (1 + level) / 2) * error
    return dict(zip(NAMES, halves.tolist(), strict=True))


def expected_coverage(real: int, samples: int, neighbours: int = 5) -> float:
    """The mean coverage where nothing differs (Naeem et al. 2020, their equation 8).

    That of density is 1; precision and recall have none that holds for all densities.
    """
    k = np.arange(1, neighbours + 1)
    return float(1 - np.prod((real - k) / (real + samples - k)))


class _Between(NamedTuple):
    """kernel: its mean over all pairs. real_balls: (m,) in how many each sample lies.
    covered: (n,) whether a real ball holds a sample. recalled: (n,) whether a real
    image lies in a ball of a sample.
    """

    kernel: float
    real_balls: Tensor
    covered: Tensor
    recalled: Tensor


def _checked(real, samples, least: int, device) -> tuple[Tensor, Tensor]:
    shapes = f"features of shape {real.shape} and {samples.shape}"
    if real.ndim != 2 or samples.ndim != 2 or real.shape[1] != samples.shape[1]:
        raise InputError("fidelity", shapes, "(n, d) and (m, d)")
    if min(len(real), len(samples)) < least:
        raise InputError("fidelity", shapes, f"at least {least} of each")
    pair = [
        torch.tensor(z, dtype=torch.float64, device=device) for z in (real, samples)
    ]
    if not all(torch.isfinite(z).all() for z in pair):
        raise InputError("fidelity", "features that are not finite", "finite numbers")
    return pair[0], pair[1]


def _parts(n: int, parts: int, random: np.random.Generator) -> list[np.ndarray]:
    return [np.sort(part) for part in np.array_split(random.permutation(n), parts)]


def _frechet(x: Tensor, y: Tensor) -> float:
    # The eigenvalues of S S' are those of R S' R^T, where S = R^T R: symmetric, and no
    # larger than the number of vectors.
    root, mean = _root(x), y.mean(0)
    cross = root.new_zeros(len(root), len(root))
    spread = root.square().sum()
    for part in y.split(TILE):
        centred = (part - mean) / (len(y) - 1) ** 0.5
        spread += centred.square().sum()
        projected = root @ centred.T
        cross.addmm_(projected, projected.T)
    roots = torch.linalg.eigvalsh(cross).clamp_min_(0).sqrt_()
    return ((x.mean(0) - mean).square().sum() + spread - 2 * roots.sum()).item()


def _root(x: Tensor) -> Tensor:
    """R (min(n, d), d) with R^T R the covariance of x (n, d)."""
    centred = (x - x.mean(0)) / (len(x) - 1) ** 0.5
    if len(x) <= x.shape[1]:
        return centred
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    return values.clamp_min(0).sqrt()[:, None] * vectors.T


def _kernel(products: Tensor, d: int) -> float:
    base = products.div(d).add_(1).flatten()
    return base.dot(base.square()).item()


def _tiles(x: Tensor, y: Tensor) -> Iterator[tuple[slice, slice, Tensor]]:
    """The products of x and y by tiles; of x with itself, those on and below the diagonal."""
    for i in range(0, len(x), TILE):
        rows = slice(i, min(i + TILE, len(x)))
        for j in range(0, rows.stop if y is x else len(y), TILE):
            columns = slice(j, min(j + TILE, len(y)))
            yield rows, columns, x[rows] @ y[columns].T


def _within(x: Tensor, neighbours: int = 1) -> tuple[float, Tensor]:
    """The kernel's mean over pairs of different vectors of x, and (n,) squared radii."""
    n, d = x.shape
    norms = x.square().sum(1)
    best = x.new_full((n, neighbours), torch.inf)
    total = 0.0

    def closer(part: slice, squared: Tensor) -> None:
        k = min(neighbours, squared.shape[1])
        found = squared.topk(k, largest=False, sorted=False).values
        both = torch.cat([best[part], found], 1)
        best[part] = both.topk(neighbours, largest=False).values

    for rows, columns, products in _tiles(x, x):
        squared = (norms[rows, None] + norms[columns]).sub_(products, alpha=2)
        if rows == columns:
            total += _kernel(products, d) - _kernel(products.diagonal(), d)
            squared.fill_diagonal_(torch.inf)
        else:
            total += 2 * _kernel(products, d)
            closer(columns, squared.T)
        closer(rows, squared)
    return total / (n * (n - 1)), best.amax(1)


def _between(
    x: Tensor, y: Tensor, radii_x: Tensor | None = None, radii_y: Tensor | None = None
) -> _Between:
    norms = [z.square().sum(1) for z in (x, y)]
    real_balls = torch.zeros_like(y[:, 0])
    covered, recalled = torch.zeros(2, len(x), dtype=torch.bool, device=x.device)
    total = 0.0
    for rows, columns, products in _tiles(x, y):
        total += _kernel(products, x.shape[1])
        if radii_x is None or radii_y is None:
            continue
        sizes = norms[0][rows, None] + norms[1][columns]
        # A sample that is a copy of the vector at a radius lies on the ball, not in it.
        squared = sizes.mul(1 + ROUNDING).sub_(products, alpha=2)
        covered[rows] |= squared.amin(1) < radii_x[rows]
        inside = (squared < radii_x[rows, None]).to(x.dtype)
        real_balls[columns] += inside.sum(0)
        recalled[rows] |= squared.sub_(radii_y[columns]).amin(1) < 0
    return _Between(total / (len(x) * len(y)), real_balls, covered, recalled)
