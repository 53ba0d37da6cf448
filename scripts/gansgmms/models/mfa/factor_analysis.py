"""Maximum-likelihood factor analyses of many groups at once.

The algorithm of scikit-learn's `FactorAnalysis` (Barber 2012, section 21.1) and its
stopping rule: the factors are the leading singular vectors of the data divided by the
noise, then the noise is what they leave, until the log-likelihood of a group gains less
than 0.01 nats in all. The vectors come from a subspace that each step starts from the
last one's, so a step is a few matrix products.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor
from tqdm import tqdm

from gansgmms.data.batches import FlatImages

TOLERANCE = 1e-2  # scikit-learn's, in nats of all of a group's images together
MORE = 10  # dimensions of the subspace beyond the factors
POWERS = 5  # of the first step's subspace
AT_ONCE = 2**25  # values of a block of groups, in float64

Analysis = tuple[Tensor, Tensor, Tensor]


def factor_analyses(
    data: FlatImages,
    groups: list[Tensor],
    latent: int,
    bounds: tuple[float, float],
    steps: int = 1000,
) -> list[Analysis]:
    """A factor analysis of each group of vectors.

    Args:
        data: vectors in d dimensions.
        groups: the numbers of each group's, (n,), at least `latent` + 2.
        latent: factors, l; with 0, the variances alone.
        bounds: of the noise's standard deviation; the variance is clipped to them.
        steps: at most; scikit-learn's 1,000.

    Returns:
        mean (d,), factors (d, l) and noise's standard deviation (d,) of each, float32.
    """
    found: dict[int, Analysis] = {}
    bar = tqdm(total=len(groups), desc="factor analyses", mininterval=1)
    for block in _blocks([len(g) for g in groups], math.prod(data.shape)):
        loaded = [data[groups[i]] for i in block]
        analyses = _analyse(loaded, latent, bounds, steps)
        found |= zip(block, analyses, strict=True)
        bar.update(len(block))
    bar.close()
    return [found[i] for i in range(len(groups))]


def _blocks(sizes: list[int], d: int) -> Iterator[list[int]]:
    """Numbers of groups of like sizes, as many together as fit."""
    order = sorted(range(len(sizes)), key=lambda i: -sizes[i])
    while order:
        fit = max(AT_ONCE // (sizes[order[0]] * d), 1)
        yield order[:fit]
        order = order[fit:]


@torch.no_grad()
def _analyse(
    groups: list[Tensor], latent: int, bounds: tuple[float, float], steps: int
) -> list[Analysis]:
    """Groups of any sizes side by side: (B, n, d), the smaller ones with rows of zeros."""
    low, high = bounds[0] ** 2, bounds[1] ** 2
    d, dtype = groups[0].shape[1], groups[0].dtype
    means = torch.stack([g.double().mean(0) for g in groups])
    x = means.new_zeros(len(groups), max(map(len, groups)), d)
    for i, group in enumerate(groups):
        x[i, : len(group)] = (group.double() - means[i]) / math.sqrt(len(group))
    sizes = torch.tensor([len(g) for g in groups]).to(means)
    variance = x.square().sum(1)
    noise = variance.clamp(low, high)
    # A subspace to start from, the same on every device: any will do.
    generator = torch.Generator().manual_seed(0)
    shape = d, min(latent + MORE, x.shape[1], d)
    start = torch.randn(shape, generator=generator, device=generator.device)
    basis = start.to(x).expand(len(x), -1, -1)
    all_factors, all_noise = x.new_zeros(len(x), d, latent), noise.clone()
    active = torch.arange(len(x), device=x.device)
    before = torch.full_like(sizes, -math.inf)
    for step in range(steps):
        scale = noise.sqrt()[:, :, None]
        basis, values = _leading(x, scale, basis, 1 if step else POWERS)
        larger = values[:, :latent].clamp_min(1)  # a factor below the noise is none
        factors = scale * basis[:, :, :latent] * (larger - 1).sqrt()[:, None]
        value = larger.log().sum(1) - (larger - 1).sum(1)
        value = value + noise.log().sum(1) + (variance / noise).sum(1)
        likelihood = -sizes / 2 * (value + d * math.log(2 * math.pi))
        all_factors[active], all_noise[active] = factors, noise
        going = likelihood - before >= TOLERANCE
        if not going.any():
            break
        noise = (variance - factors.square().sum(2)).clamp(low, high)
        x, sizes, variance, noise, basis, active, before = (
            values[going]
            for values in (x, sizes, variance, noise, basis, active, likelihood)
        )
    kept = means.to(dtype), all_factors.to(dtype), all_noise.sqrt().to(dtype)
    return list(zip(*kept, strict=True))


def _leading(
    x: Tensor, scale: Tensor, basis: Tensor, powers: int
) -> tuple[Tensor, Tensor]:
    """Leading right singular vectors of x / scale (B, n, d), and squared values.

    Args:
        basis: (B, d, r), near the vectors or anywhere.
        powers: how often it is multiplied by (x / scale)^T (x / scale).

    Returns:
        (B, d, r) and (B, r), the largest first.
    """
    for _ in range(powers):
        basis = torch.linalg.qr((x.mT @ (x @ (basis / scale))) / scale)[0]
    y = x @ (basis / scale)
    values, rotation = torch.linalg.eigh(y.mT @ y)
    return (basis @ rotation).flip(2), values.flip(1)
