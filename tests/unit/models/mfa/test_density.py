"""The density of mixtures of factor analyzers, against dense Gaussians."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_digits

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.metrics.ndb import NDB
from gansgmms.models.mfa import MFA, Settings, em_step, initialise
from gansgmms.models.mfa import density as module
from tests.unit.models.mfa.dense import (
    SINGLE,
    covariances,
    dense_joint,
    parameters,
    points,
    random_mixture,
    seeded,
)


def digits():
    """(1797, 8, 8, 1) uint8; the outer columns are almost always black."""
    return (load_digits().images * 15).astype(np.uint8)[..., None]


def floored_mixture(k=5, l=3):
    """A mixture of real digits whose noise lies at its floor where pixels are constant."""
    data = FlatImages(digits()[:600])
    settings = Settings(components=k, latent=l, initialisation="random")
    mixture = initialise(data, k, settings, seeded())
    for _ in range(5):
        mixture, _ = em_step(mixture, data, settings.noise)
    assert (mixture.noise == settings.noise[0]).float().mean() > 0.05
    return mixture, data[torch.arange(600)]


def relative(found, expected):
    """Largest error over the largest value: log-densities may be near zero."""
    return ((found.double() - expected).abs().max() / expected.abs().max()).item()


SIZES = [(1, 1, 1), (1, 6, 2), (3, 20, 4), (8, 64, 6), (4, 784, 4), (2, 5, 5)]


@pytest.mark.parametrize("k, d, l", SIZES)
def test_log_density_is_that_of_dense_gaussians(k, d, l):
    mixture = random_mixture(k, d, l)
    x = points(mixture, 100)
    joint = dense_joint(*parameters(mixture), x)
    assert relative(mixture.log_prob(x), joint.logsumexp(1)) <= SINGLE
    assert relative(mixture.component_log_prob(x), joint) <= SINGLE


def test_log_density_is_that_of_scipy():
    mixture = random_mixture(3, 12, 2)
    x = points(mixture, 50)
    _, means, factors, noise = (p.detach() for p in parameters(mixture))
    density = sum(
        weight * multivariate_normal(mean, covariance).pdf(x.double())
        for weight, mean, covariance in zip(
            mixture.mixing.double().numpy(),
            means.numpy(),
            covariances(factors, noise).numpy(),
            strict=True,
        )
    )
    assert relative(mixture.log_prob(x), torch.from_numpy(np.log(density))) <= SINGLE


def test_log_density_where_noise_is_at_its_floor():
    mixture, x = floored_mixture()
    joint = dense_joint(*parameters(mixture), x)
    assert relative(mixture.log_prob(x), joint.logsumexp(1)) <= SINGLE


def cancelling(bright=0.4):
    """Of two components with little noise, one lies far from the other's mean."""
    mixture = random_mixture(3, 30, 2)
    mixture.noise.fill_(1e-3)
    mixture.factors *= 1e-2
    mixture.logits[2] = -12
    mixture.means[2] = mixture.means[0] + bright
    return mixture, points(mixture, 300) * 0 + mixture.means[2] + (
        1e-3 * torch.randn(300, 30, generator=seeded(3))
    )


def test_log_density_where_its_terms_cancel():
    mixture, x = cancelling()
    exact = dense_joint(*parameters(mixture), x).logsumexp(1)
    plain = mixture.log_density(x)
    assert ((plain - exact) / exact).abs().max() > 1e-4  # float32 alone
    assert ((mixture.log_prob(x) - exact) / exact).abs().max() <= SINGLE
    wanted = mixture.requires_grad_(True).log_prob(x)
    assert wanted.requires_grad and torch.equal(wanted, plain)


def test_only_what_rounding_spoils_is_scored_again(monkeypatch):
    again, real = [], MFA._in_float64

    def spy(self, batches):
        again.extend(len(b) for b in batches(1000))
        return real(self, batches)

    monkeypatch.setattr(MFA, "_in_float64", spy)
    mixture = random_mixture(4, 784, 4, spread=0.1)
    # Far from a density of 1, whose logarithm is 0, and with little that cancels.
    mixture.noise *= 0.3
    mixture.factors *= 0.1
    mixture.log_prob(points(mixture, 50))
    assert again == []
    mixture, x = cancelling()
    mixture.log_prob(x)
    assert again == [300]


def test_log_density_far_from_the_origin():
    mixture = random_mixture(3, 30, 2)
    mixture.means += 100
    x = points(mixture, 100)
    joint = dense_joint(*parameters(mixture), x)
    # Near 100, float32 resolves 4e-6 of a pixel whose noise is at least 0.1.
    assert relative(mixture.log_prob(x), joint.logsumexp(1)) <= SINGLE


@given(weight=st.floats(0.01, 0.99))
@settings(max_examples=20, deadline=None)
def test_mixing_weights_enter_as_logarithms(weight):
    single = random_mixture(1, 8, 2)
    logits = torch.tensor([weight, 1 - weight]).log() + 3  # any constant may be added
    twice = MFA(
        logits,
        *(p.repeat_interleave(2, 0) for p in list(single.parameters())[1:]),
        single.shape,
    ).requires_grad_(False)
    x = points(single, 20)
    expected = single.log_prob(x).double()
    assert relative(twice.log_prob(x), expected) <= SINGLE
    first = torch.tensor(weight, dtype=torch.float64).log()
    # Two rounded log-densities of about 10 are subtracted.
    found = twice.component_log_prob(x)[:, 0].double() - expected
    torch.testing.assert_close(found, first.expand(20), rtol=0, atol=2e-5)


@given(seed=st.integers(0, 1000), k=st.integers(1, 6), l=st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_responsibilities_are_bayes_rule(seed, k, l):
    mixture = random_mixture(k, 10, l, seed, spread=0.5)
    x = points(mixture, 20)
    found = mixture.responsibilities(x)
    torch.testing.assert_close(found.sum(1), torch.ones(20), rtol=0, atol=1e-6)
    expected = dense_joint(*parameters(mixture), x).softmax(1)
    # An error of 1e-5 of a log-density of 30 or so.
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=3e-4)


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_rotating_factors_and_reordering_components_changes_nothing(seed):
    mixture = random_mixture(4, 10, 3, seed)
    rotation = torch.linalg.qr(torch.randn(3, 3, generator=seeded(seed)))[0]
    order = torch.randperm(4, generator=seeded(seed))
    other = MFA(
        mixture.logits[order],
        mixture.means[order],
        mixture.factors[order] @ rotation,
        mixture.noise[order],
        mixture.shape,
    ).requires_grad_(False)
    x = points(mixture, 20)
    assert relative(other.log_prob(x), mixture.log_prob(x).double()) <= SINGLE


@pytest.mark.parametrize("part", [1, 3, 8, 512])
def test_log_likelihood_of_a_part_of_the_components_at_a_time(part, monkeypatch):
    mixture = random_mixture(8, 64, 6)
    pixels = torch.randint(0, 256, (50, 8, 8, 1), generator=seeded(1))
    data = FlatImages(pixels.to(torch.uint8))
    monkeypatch.setattr(module, "PART", part)
    found = mixture.log_likelihood(data)
    joint = dense_joint(*parameters(mixture), data[torch.arange(50)])
    assert found.dtype == torch.float64
    assert relative(found, joint.logsumexp(1)) <= 1e-10
    assert torch.equal(mixture.likeliest(data), joint.argmax(1))


def test_chunks_change_nothing(monkeypatch):
    mixture = random_mixture(3, 40, 2)
    x = points(mixture, 300)
    whole = mixture.log_prob(x), mixture.component_log_prob(x)
    assert mixture.block() > len(x)
    monkeypatch.setattr(module, "BLOCK", 1)
    assert mixture.block() < len(x) / 4
    # Products of other sizes may add in another order: a few roundings.
    for found, expected in zip(
        (mixture.log_prob(x), mixture.component_log_prob(x)), whole, strict=True
    ):
        assert relative(found, expected.double()) <= 2e-6


@pytest.mark.parametrize("k, d, l", [(1, 6, 2), (4, 30, 3), (3, 200, 5)])
def test_gradients_are_those_of_the_dense_density(k, d, l):
    mixture = random_mixture(k, d, l, spread=0.3)
    # Not the mixture's own samples, for which the gradient is nearly zero.
    x = torch.rand(40, d, generator=seeded())
    leaves = parameters(mixture)
    dense_joint(*leaves, x).logsumexp(1).mean().backward()
    mixture.requires_grad_(True)
    mixture.log_prob(x).mean().backward()
    found = [mixture.logits, mixture.means, mixture.factors, mixture.noise]
    for ours, leaf in zip(found, leaves, strict=True):
        if k == 1 and leaf is leaves[0]:
            assert ours.grad.abs().max() <= SINGLE  # pi = 1 whatever the logit
            continue
        error = (ours.grad.double() - leaf.grad).norm() / leaf.grad.norm()
        assert error <= SINGLE


def test_parameters_that_are_not_finite_give_a_density_that_is_not():
    """And no error: training reads it off the loss."""
    for name in ("means", "factors", "noise"):
        mixture = random_mixture(2, 6, 2)
        getattr(mixture, name)[0, 0] = torch.nan
        assert mixture.log_prob(torch.zeros(3, 6)).isnan().all()


def test_shapes_must_agree():
    good = random_mixture(2, 6, 2)
    with pytest.raises(InputError, match=r"means \(2, 5\)"):
        MFA(good.logits, good.means[:, :5], good.factors, good.noise, (6,))
    with pytest.raises(InputError, match="6 values an image"):
        MFA(good.logits, good.means, good.factors, good.noise, (2, 2, 1))


def test_density_of_a_flat_mixture_is_the_weighted_sum():
    parts = [random_mixture(k, 10, 2, seed=k) for k in (1, 2, 4)]
    weights = torch.tensor([0.2, 0.5, 0.3])
    flat = MFA.flatten(weights, parts)
    x = torch.cat([points(p, 20) for p in parts])
    expected = torch.stack(
        [
            dense_joint(*parameters(p), x).logsumexp(1) + w.double().log()
            for w, p in zip(weights, parts, strict=True)
        ]
    ).logsumexp(0)
    assert flat.factors.shape == (7, 10, 2) and flat.shape == (10,)
    assert relative(flat.log_prob(x), expected) <= SINGLE


def test_load_gives_what_was_saved(tmp_path):
    mixture = random_mixture(3, 12, 2, shape=(2, 2, 3))
    path = tmp_path / "new folder" / "mixture.safetensors"
    mixture.save(path)
    for load in (MFA.load, models.load):
        loaded = load(path)
        assert loaded.shape == (2, 2, 3)
        assert not any(p.requires_grad for p in loaded.parameters())
        for name, value in mixture.named_parameters():
            assert torch.equal(getattr(loaded, name), value)
        assert torch.equal(loaded.sample(9, seeded()), mixture.sample(9, seeded()))


def bins_file(path):
    NDB.fit(digits()[:50], 2, initialisations=1).save(path)


def truncated_file(path):
    random_mixture(3, 12, 2).save(path)
    path.write_bytes(path.read_bytes()[:-1])


def text_file(path):
    path.write_text("no weights")


@pytest.mark.parametrize("write", [bins_file, truncated_file, text_file, None])
@pytest.mark.parametrize("load", [MFA.load, models.load])
def test_what_is_no_mixture_is_refused_by_its_path(tmp_path, write, load):
    path = tmp_path / "model.safetensors"
    if write:
        write(path)
    with pytest.raises(InputError, match="model.safetensors"):
        load(path)
