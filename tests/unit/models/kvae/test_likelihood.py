"""The likelihood of a mixture of VAEs, against numerical integration."""

import numpy as np
import pytest
import torch

from gansgmms.models.kvae import KVAE, log_likelihood
from tests.unit.models.kvae.small import integrated, seeded


def test_importance_sampling_tends_to_the_likelihood(mixture):
    x = mixture.centre + 3 * torch.randn(20, 2, generator=seeded())
    values, errors = log_likelihood(mixture, x, [1, 4000], seeded(1))
    expected = integrated(mixture, x)
    assert (errors < 0.2).all()
    assert (np.abs(values[:, 1].numpy() - expected) < 5 * errors.numpy() + 1e-3).all()
    assert values[:, 0].mean() < values[:, 1].mean()  # a bound when S = 1


def test_the_standard_error_is_the_spread_over_repetitions(mixture):
    x = mixture.centre + torch.ones(1, 2)
    pairs = [log_likelihood(mixture, x, [300], seeded(s)) for s in range(200)]
    values = torch.stack([v[0, 0] for v, _ in pairs])
    error = torch.stack([e[0] for _, e in pairs]).mean()
    assert values.std().item() == pytest.approx(error.item(), rel=0.25)


def test_blocks_change_nothing_but_the_draws(mixture, monkeypatch):
    x = mixture.centre + torch.randn(50, 2, generator=seeded())
    whole, errors = log_likelihood(mixture, x, [2000], seeded())
    monkeypatch.setattr(KVAE, "block", lambda self: 4000)
    parts, _ = log_likelihood(mixture, x, [2000], seeded())
    assert parts.shape == whole.shape
    assert ((whole - parts)[:, 0].abs() < 8 * errors).all()


def test_one_sample_has_no_standard_error(mixture):
    x = mixture.centre + torch.randn(3, 2, generator=seeded())
    values, errors = log_likelihood(mixture, x, [1], seeded(1))
    assert values.shape == (3, 1) and values.isfinite().all()
    assert errors.shape == (3,) and errors.dtype == torch.float64
    assert errors.isnan().all()
