"""Adversarial MFA, against closed forms and numbers by hand."""

import numpy as np
import pytest
import torch

from gansgmms.data.batches import ImageTensor
from gansgmms.models import Task
from gansgmms.models.gan.adversarial_mfa import AdversarialMFA, AdversarialMixture
from tests.unit.models.handmade import Slope, as_float, grey

SETTINGS = {
    "iterations": 1,
    "batch": 4,
    "width": 2,
    "levels": 1,
    "learning_rate": 1e-3,
    "components": 1,
    "factors": 2,
}


def noisy(n=100, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 4, 4, 1)).astype(np.uint8)


def test_what_the_critic_sees_has_the_mixtures_moments():
    """x = A z1 + mu + D z2 has the mean mu and the covariance A A^T + D^2."""
    torch.manual_seed(0)
    built = AdversarialMFA(Task(noisy(), SETTINGS | {"batch": 200_000}, 0))
    with torch.no_grad():
        made = (built._fake().permute(0, 2, 3, 1).flatten(1).double() + 1) / 2
    m = built.mixture
    covariance = m.factors[0] @ m.factors[0].T + m.noise[0].square().diag()
    torch.testing.assert_close(made.mean(0), m.means[0].double(), atol=5e-3, rtol=0)
    torch.testing.assert_close(made.T.cov(), covariance.double(), atol=3e-3, rtol=0)


def test_the_losses_are_wgan_gps(updates):
    """The critic on E D(mixture) - E D(x) + lambda (|grad D| - 1)^2, the mixture on -E D."""
    x = grey([204], (4, 4, 1))
    settings = SETTINGS | {"critic_steps": 2, "penalty": 2.5, "noise": (1e-3, 1.0)}
    built = AdversarialMFA(Task(x.repeat(20, 0), settings, 0))
    with torch.no_grad():
        built.mixture.means.fill_(0.25)  # -0.5 in [-1, 1]
        built.mixture.factors.zero_()
        built.mixture.noise.zero_()
    built.critic = Slope(3.0, constant=7.0)
    built.step(ImageTensor(x), 1)
    real, fake = 3 * as_float(204) + 7, 3 * -0.5 + 7
    # The gradient is 3 / 16 in each of 16 pixels.
    penalty = 2.5 * (3 / 4 - 1) ** 2
    critic = updates.of(built.optimisers["critic"])
    assert critic == pytest.approx([fake - real + penalty] * 2, abs=1e-5)
    assert updates.of(built.optimisers["generator"]) == pytest.approx([-fake])


def test_the_noise_is_kept_within_its_bounds_after_each_step():
    x = noisy()
    built = AdversarialMFA(Task(x, SETTINGS | {"noise": (0.2, 0.25)}, 0))
    with torch.no_grad():
        built.mixture.noise[:, :8], built.mixture.noise[:, 8:] = 0.01, 3.0
    row = built.step(ImageTensor(x), 1)
    noise = built.mixture.noise.detach()
    assert noise[:, :8].unique().tolist() == pytest.approx([0.2])
    assert noise[:, 8:].unique().tolist() == pytest.approx([0.25])
    assert row["noise"].item() == pytest.approx(0.225)


def test_the_start_is_drawn_by_the_tasks_seed_alone():
    def start(seed, state):
        torch.manual_seed(state)
        settings = SETTINGS | {"components": 3, "initialisation": "random"}
        return AdversarialMFA(Task(noisy(), settings, seed)).mixture.means

    assert torch.equal(start(1, state=5), start(1, state=6))
    assert not torch.equal(start(1, state=5), start(2, state=5))


def test_the_mixing_proportions_are_not_trained():
    x = noisy()
    built = AdversarialMFA(Task(x, SETTINGS | {"components": 3}, 0))
    before = built.mixture.logits.clone()
    built.step(ImageTensor(x), 1)
    assert torch.equal(built.mixture.logits, before)


def test_samples_have_the_noise_that_the_critic_saw():
    """Of one component without factors, pixels are N(0.5, 0.1^2)."""
    d = 16
    mixture = AdversarialMixture(
        torch.zeros(1),
        torch.full((1, d), 0.5),
        torch.zeros(1, d, 1),
        torch.full((1, d), 0.1),
        (4, 4, 1),
    )
    samples = mixture.sample(2000, torch.Generator().manual_seed(0)).double() / 255
    assert samples.std().item() == pytest.approx(0.1, rel=0.03)
    assert samples.mean().item() == pytest.approx(0.5, abs=0.003)
