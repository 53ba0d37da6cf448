"""Small mixtures of VAEs, and their densities by integration."""

import numpy as np
import torch
from scipy.stats import norm

from gansgmms.models.kvae import KVAE

HIDDEN = [7, 6]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def small(k=3, latent=2, shape=(2,), seed=0, **more):
    sizes = {"hidden": HIDDEN, "filters": [4, 6, 8], "classifier_filters": [5, 6]}
    options = {"noise": (1e-2, 1.0), "sample_noise": True} | more
    return KVAE(k, latent, sizes, shape, generator=seeded(seed), **options)


def integrated(model, x):
    """log p(x) by the trapezoid rule over z: (n,)."""
    z = torch.linspace(-8, 8, 4001)
    means = model.decode(z.expand(model.k, -1)[:, :, None]).double().numpy()
    sigma = (model.log_sigma.exp() * model.scale).numpy()
    total = 0
    for weight, mean, s in zip(model.weights.numpy(), means, sigma, strict=True):
        given = norm(mean, s).pdf(np.asarray(x)[:, None]).prod(2)
        total += weight * np.trapezoid(given * norm.pdf(z.numpy()), z.numpy(), axis=1)
    return np.log(total)
