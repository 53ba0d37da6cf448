"""K-means for many centres in many dimensions, as matrix products.

scikit-learn seeds one initialisation after the other and spends most of its time
there: one matrix-vector product a centre, bound by memory. Here all
initialisations are seeded together, so that each centre costs one matrix product
over the data (where they are few, over the points that a bound leaves); and an iteration
computes distances to the centres that moved only.
The algorithm, its seeding (greedy k-means++) and its stopping rule are those of
scikit-learn's `KMeans`; `benchmarks` compares time and inertia.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from gansgmms.errors import InputError

# Dimensions of the subspace that seeding first looks for distances in, for so many
# candidates at most, and the share of a vector's square that rounding may take.
DIRECTIONS = 96
FEW = 24
SLACK = 1e-5


@dataclass
class Clustering:
    """The best of all initialisations.

    centres: (k, d) float32. labels: (n,) int64. inertia: sum of squared distances
    to the nearest centre. iterations: how many the best initialisation took.
    """

    centres: Tensor
    labels: Tensor
    inertia: float
    iterations: int


def kmeans(
    x: Tensor,
    k: int,
    generator: torch.Generator,
    initialisations: int = 10,
    iterations: int = 100,
    tolerance: float = 1e-4,
) -> Clustering:
    """Lloyd's algorithm from several greedy k-means++ seedings.

    Args:
        x: (n, d) float32 on any device.
        k: number of centres, at most n.
        generator: a CPU generator; the same seed gives the same clustering.
        iterations: at most this many in each initialisation.
        tolerance: stop when the squared movement of all centres falls below this
            times the mean variance of the dimensions.

    Raises:
        InputError: if there are fewer points than centres, or one is not finite.
    """
    if len(x) < k:
        raise InputError("kmeans", f"{len(x)} points", f"at least k = {k}")
    # Centring keeps |c|^2 - 2 x.c well-conditioned; distances do not change.
    origin = x.mean(0)
    if not torch.isfinite(origin).all():
        raise InputError("kmeans", "points that are not finite", "finite numbers")
    x = x - origin
    norms = x.square().sum(1)
    threshold = tolerance * x.var(0, correction=0).mean().item()
    seeds = _seed(x, norms, k, initialisations, generator)
    lloyd = _lloyd if x.device.type == "cpu" else _lloyd_whole
    runs = (lloyd(x, norms, x[s], iterations, threshold) for s in seeds)
    best = min(runs, key=lambda run: run.inertia)
    best.centres += origin
    return best


def assign(x: Tensor, centres: Tensor, chunk: int = 16384) -> Tensor:
    """Index (n,) of the centre (k, d) nearest to each point (n, d), in L2."""
    origin = centres.mean(0)
    centres = centres - origin
    half_norms = centres.square().sum(1) / 2
    return torch.cat(
        [
            torch.addmm(half_norms, part - origin, centres.T, alpha=-1).argmin(1)
            for part in x.split(chunk)
        ]
    )


def _seed(
    x: Tensor, norms: Tensor, k: int, initialisations: int, generator: torch.Generator
) -> Tensor:
    """Greedy k-means++ of all initialisations at once: (initialisations, k) rows of x.

    Each new centre is the one of `trials` candidates, drawn in proportion to the
    squared distance to the nearest centre so far, that lowers the inertia most.
    """
    n, m = len(x), initialisations
    trials = 2 + int(math.log(k))
    seeds = torch.empty(m, k, dtype=torch.long, device=x.device)
    seeds[:, 0] = torch.randint(
        n, (m,), generator=generator, device=generator.device
    ).to(x.device)
    # Products of many rows at once are cheaper than the bounds that would spare some,
    # and a GPU would wait for the number of points that are left.
    few = m * trials <= FEW and x.device.type == "cpu"
    outline = _outline(x, norms) if few else None

    def distances(rows: Tensor, vectors: Tensor, among: Tensor | None = None) -> Tensor:
        others = vectors if among is None else vectors.index_select(0, among)
        sizes = norms if among is None else norms[among]
        squared = torch.addmm(sizes, vectors[rows], others.T, beta=1, alpha=-2)
        return squared.add_(norms[rows, None]).clamp_(min=0)

    closest = distances(seeds[:, 0], x)
    runs = torch.arange(m, device=x.device)
    for j in range(1, k):
        cumulative = closest.double().cumsum(1)
        draws = torch.rand(
            m, trials, dtype=torch.float64, generator=generator, device=generator.device
        )
        thresholds = draws.to(x.device) * cumulative[:, -1:]
        candidates = torch.searchsorted(cumulative, thresholds).clamp_(max=n - 1)
        rows = candidates.flatten()
        among = None
        if outline is not None:
            # Only points that a candidate may be nearer to are measured.
            bounds = distances(rows, outline).view(m, trials, n).amin(1)
            may = (bounds < closest + SLACK * norms).any(0)
            among = may.nonzero().squeeze(1) if 2 * may.sum() < n else None
        part = closest if among is None else closest[:, among]
        reduced = distances(rows, x, among).view(m, trials, -1)
        torch.minimum(reduced, part[:, None], out=reduced)
        winner = reduced.sum(2).argmin(1)
        seeds[:, j] = candidates[runs, winner]
        if among is None:
            closest = reduced[runs, winner]
        else:
            closest[:, among] = reduced[runs, winner]
    return seeds


def _outline(x: Tensor, norms: Tensor) -> Tensor | None:
    """(n, r + 1) vectors that are no farther apart than those of x.

    The coordinates in a subspace that holds most of the variance, and the length of
    what lies outside it: with that, few distances are much too short. None where x has
    too few dimensions for that to spare anything.
    """
    d = x.shape[1]
    if d <= 2 * DIRECTIONS:
        return None
    generator = torch.Generator().manual_seed(0)
    basis = torch.randn(d, DIRECTIONS, generator=generator, device=generator.device).to(
        x
    )
    for _ in range(2):
        basis = torch.linalg.qr(x.T @ (x @ basis)).Q
    inside = x @ basis
    outside = (norms - inside.square().sum(1)).clamp_(min=0).sqrt_()
    return torch.cat([inside, outside[:, None]], 1)


def _lloyd(
    x: Tensor, norms: Tensor, centres: Tensor, iterations: int, threshold: float
) -> Clustering:
    n, k = len(x), len(centres)
    # scores[j, i] = |c_j|^2 - 2 c_j.x_i: the squared distance without |x_i|^2.
    scores = x.new_empty(k, n)
    moved = torch.arange(k, device=x.device)
    labels = torch.full((n,), -1, device=x.device)
    sums = torch.zeros(k, x.shape[1], dtype=torch.float64, device=x.device)
    counts = torch.zeros(k, dtype=torch.long, device=x.device)
    ones = torch.ones_like(labels)

    for iteration in range(1, iterations + 1):
        _update_scores(scores, x, centres, moved)
        nearest, new_labels = scores.min(0)
        changed = (new_labels != labels).nonzero().squeeze(1)
        if len(changed) == 0:
            break
        # Only the points that changed sides touch the sums, and only those centres move.
        points = x[changed].double()
        old, new = labels[changed], new_labels[changed]
        if iteration > 1:
            sums.index_add_(0, old, points, alpha=-1)
            counts.index_add_(0, old, ones[changed], alpha=-1)
        sums.index_add_(0, new, points)
        counts.index_add_(0, new, ones[changed])
        labels = new_labels
        touched = torch.cat([old[old >= 0], new]).unique()
        if (counts == 0).any():
            _fill_empty(x, norms + nearest, labels, sums, counts)
            touched = torch.arange(k, device=x.device)
        updated = (sums[touched] / counts[touched, None]).to(x.dtype)
        movement = (updated - centres[touched]).square().sum().item()
        centres = centres.index_copy(0, touched, updated)
        moved = touched
        if movement <= threshold:
            break

    _update_scores(scores, x, centres, moved)
    nearest, labels = scores.min(0)
    inertia = (norms + nearest).clamp_(min=0).double().sum().item()
    return Clustering(centres, labels, inertia, iteration)


def _lloyd_whole(
    x: Tensor, norms: Tensor, centres: Tensor, iterations: int, threshold: float
) -> Clustering:
    """`_lloyd` as a GPU likes it: all distances each time, and one number to wait for.

    Sums are accumulated in the order of the labels, not as they come: the same seed
    gives the same clustering there, too.
    """
    n, k = len(x), len(centres)
    labels = torch.full((n,), -1, device=x.device)
    ones, doubles = torch.ones_like(labels), x.double()
    taken = 0
    for _ in range(iterations):
        taken += 1
        nearest, new = _nearest(x, centres)
        sums = doubles.new_zeros(k, x.shape[1])
        sums.index_put_((new,), doubles, accumulate=True)
        counts = torch.zeros(k, dtype=torch.long, device=x.device)
        counts.index_add_(0, new, ones)
        updated = (sums / counts.clamp_min(1)[:, None]).to(x.dtype)
        movement = (updated - centres).square().sum()
        same, empty = (new == labels).all(), (counts == 0).any()
        read = torch.stack([same.to(movement), empty.to(movement), movement]).tolist()
        if read[0]:
            break
        labels = new
        if read[1]:
            _fill_empty(x, norms + nearest, labels, sums, counts)
            updated = (sums / counts[:, None]).to(x.dtype)
            read[2] = (updated - centres).square().sum().item()
        centres = updated
        if read[2] <= threshold:
            break
    nearest, labels = _nearest(x, centres)
    inertia = (norms + nearest).clamp_(min=0).double().sum().item()
    return Clustering(centres, labels, inertia, taken)


def _nearest(x: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """Of each point (n,): |c|^2 - 2 c.x of the nearest centre c, and its number."""
    best = torch.addmm(centres.square().sum(1), x, centres.T, alpha=-2).min(1)
    return best.values, best.indices


def _update_scores(scores: Tensor, x: Tensor, centres: Tensor, moved: Tensor) -> None:
    part = centres[moved]
    fresh = torch.addmm(part.square().sum(1, keepdim=True), part, x.T, alpha=-2)
    scores.index_copy_(0, moved, fresh)


def _fill_empty(
    x: Tensor, distances: Tensor, labels: Tensor, sums: Tensor, counts: Tensor
) -> None:
    """Give each empty cluster the point that lies farthest from its centre."""
    for j in (counts == 0).nonzero().squeeze(1).tolist():
        # A cluster of one must not be emptied in turn.
        far = torch.where(counts[labels] > 1, distances, -1.0).argmax()
        point = x[far].double()
        sums[labels[far]] -= point
        counts[labels[far]] -= 1
        sums[j], counts[j], labels[far], distances[far] = point, 1, j, 0.0
