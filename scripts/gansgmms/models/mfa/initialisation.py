"""Three starts for a mixture of factor analyzers (supplementary 1.2)."""

import math

import torch
from torch import Tensor

from gansgmms.data.batches import FlatImages
from gansgmms.metrics.kmeans import assign, kmeans
from gansgmms.models.mfa.density import MFA
from gansgmms.models.mfa.factor_analysis import factor_analyses
from gansgmms.models.mfa.training import Settings

# The authors' code: images per component, pixels clustered, and default noise.
IMAGES_PER_COMPONENT = 300
LEAST_DIMENSIONS = 500
NOISE = 0.15

MOST_IMAGES = 1000  # that a factor analysis looks at


def initialise(
    data: FlatImages, components: int, settings: Settings, generator: torch.Generator
) -> MFA:
    """A mixture of `components`, started as `settings.initialisation` says."""
    start = {
        "kmeans": from_kmeans,
        "random": from_random_images,
        "ksubspaces": from_subspaces,
    }[settings.initialisation]
    return start(data, components, settings, generator)


def from_kmeans(
    data: FlatImages, components: int, settings: Settings, generator: torch.Generator
) -> MFA:
    """K-means, then a factor analysis of each cluster: the paper's default.

    Clusters come from a random subset of the images and of the pixels, divided by
    their standard deviation with `settings.whiten`; then all images are assigned.
    """
    if components == 1:
        labels = torch.zeros(len(data), dtype=torch.long)
        return from_labels(data, labels, 1, settings, generator)
    sample = _choose(len(data), IMAGES_PER_COMPONENT * components, generator)
    x = data[sample]
    d = x.shape[1]
    pixels = _choose(d, max(LEAST_DIMENSIONS, d // 8), generator).to(x.device)
    x = x[:, pixels]
    scale = 1 / (x.std(0) + 1e-6) if settings.whiten else 1.0
    centres = kmeans(x * scale, components, generator, settings.starts).centres
    labels = torch.cat(
        [assign(batch[:, pixels] * scale, centres) for batch in data.batches(4096)]
    )
    return from_labels(data, labels, components, settings, generator)


def from_random_images(
    data: FlatImages, components: int, settings: Settings, generator: torch.Generator
) -> MFA:
    """l + 1 random images span each component; a constant noise is added."""
    seeds = [
        _choose(len(data), settings.latent + 1, generator) for _ in range(components)
    ]
    spans = [_span(data[seed], settings.latent) for seed in seeds]
    return _mixture(data, spans, torch.ones(components))


def from_subspaces(
    data: FlatImages, components: int, settings: Settings, generator: torch.Generator
) -> MFA:
    """K-subspaces: random seeds as above, refined by all images nearest to each."""
    seeded = from_random_images(data, components, settings, generator)
    # With equal weights and noise, the likeliest component is the nearest subspace
    # once its factors are long: distance within the subspace then costs nothing.
    factors = 1e3 * torch.linalg.qr(seeded.factors)[0]
    nearest = MFA(
        torch.zeros(components).to(factors),
        seeded.means,
        factors,
        torch.full_like(seeded.noise, NOISE),
        data.shape,
    ).requires_grad_(False)
    return from_labels(data, nearest.likeliest(data), components, settings, generator)


def from_labels(
    data: FlatImages,
    labels: Tensor,
    components: int,
    settings: Settings,
    generator: torch.Generator,
) -> MFA:
    """A factor analysis of the images with each label (n,).

    A cluster of fewer than l + 2 images cannot be analysed: l + 1 random images
    take its place, with the weight of one image.
    """
    weights, spans, groups = torch.ones(components), {}, {}
    for k in range(components):
        members = (labels == k).nonzero().squeeze(1)
        if len(members) < settings.latent + 2:
            seed = _choose(len(data), settings.latent + 1, generator)
            spans[k] = _span(data[seed], settings.latent)
            continue
        weights[k] = len(members)
        some = _choose(len(members), MOST_IMAGES, generator).to(members.device)
        groups[k] = members[some]
    chosen = list(groups.values())
    analyses = factor_analyses(
        data, chosen, settings.latent, settings.noise, settings.analysis_steps
    )
    parts = spans | dict(zip(groups, analyses, strict=True))
    return _mixture(data, [parts[k] for k in range(components)], weights)


def _span(x: Tensor, latent: int) -> tuple[Tensor, Tensor, Tensor]:
    """The subspace through the l + 1 images x, with their spread, and default noise."""
    mean = x.mean(0)
    _, values, directions = torch.linalg.svd(x - mean, full_matrices=False)
    scale = values[:latent, None] / math.sqrt(len(x))
    factors = torch.zeros(len(mean), latent).to(x)
    factors[:, : len(scale)] = (directions[:latent] * scale).T
    return mean, factors, torch.full_like(mean, NOISE)


def _mixture(data: FlatImages, parts: list, weights: Tensor) -> MFA:
    means, factors, noise = (torch.stack(p) for p in zip(*parts, strict=True))
    logits = (weights / weights.sum()).log().to(means.device)
    return MFA(logits, means, factors, noise, data.shape).requires_grad_(False)


def _choose(n: int, most: int, generator: torch.Generator) -> Tensor:
    """At most `most` of the numbers below n, at random without repetition."""
    return torch.randperm(n, generator=generator, device=generator.device)[:most]
