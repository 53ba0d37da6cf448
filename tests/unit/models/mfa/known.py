"""Mixtures and images that are known, for tests of training."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.decomposition import FactorAnalysis

from gansgmms.models.mfa import MFA, Settings

STARTS = ["kmeans", "random", "ksubspaces"]
BOUNDS = (1e-3, 1.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def digits(n=600):
    """(n, 8, 8, 1) uint8; the outer columns are almost always black."""
    return (load_digits().images[:n] * 15).astype(np.uint8)[..., None]


def mean_log_prob(mixture, data):
    return mixture.log_prob(data[torch.arange(len(data))]).double().mean().item()


def assert_finite(mixture):
    assert all(p.isfinite().all() for p in mixture.parameters())


def double(mixture):
    parts = [p.double() for p in mixture.parameters()]
    return MFA(*parts, mixture.shape).requires_grad_(False)


def factor_data(n, d, l=3, seed=0):
    random = np.random.default_rng(seed)
    loading = random.normal(size=(d, l))
    noise = 0.3 + random.random(d)
    x = random.normal(size=(n, l)) @ loading.T + noise * random.normal(size=(n, d))
    return (x + random.normal(size=d)).astype(np.float32)


def best_score(x, l):
    """Mean log-likelihood of scikit-learn's factor analysis, run to its end."""
    analysis = FactorAnalysis(l, tol=1e-10, max_iter=20_000, svd_method="lapack")
    return analysis.fit(x.astype(np.float64)).score(x.astype(np.float64))


def changed(settings, **more):
    """The settings, but for some."""
    return Settings(**vars(settings) | more)
