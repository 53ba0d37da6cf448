"""Mixtures of factor analyzers as dense Gaussians in float64."""

import torch
from torch.distributions import MultivariateNormal

from gansgmms.models.mfa import MFA

# What float32 products of these sizes can hold.
SINGLE = 1e-5


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def random_mixture(k, d, l, seed=0, spread=1.0, shape=None):
    """A mixture with the scales of images: pixels of 0 to 1, noise of 0.1 to 0.3."""
    generator = seeded(seed)
    return MFA(
        torch.randn(k, generator=generator),
        spread * torch.rand(k, d, generator=generator),
        0.1 * torch.randn(k, d, l, generator=generator),
        0.1 + 0.2 * torch.rand(k, d, generator=generator),
        shape or (d,),
    ).requires_grad_(False)


def points(mixture, n, seed=1):
    return mixture.draw(n, seeded(seed), noise=True)[0]


def parameters(mixture):
    """Leaves in float64: logits, means, factors, noise."""
    names = ("logits", "means", "factors", "noise")
    return [getattr(mixture, n).detach().double().requires_grad_() for n in names]


def covariances(factors, noise):
    return factors @ factors.mT + torch.diag_embed(noise.square())


def dense_joint(logits, means, factors, noise, x):
    """(n, K) log [pi_k N(x_n; mu_k, Sigma_k)]."""
    normal = MultivariateNormal(means, covariances(factors, noise))
    return logits.log_softmax(0) + normal.log_prob(x.double()[:, None])
