"""What a mixture makes of images, and the images it makes: posteriors, in-painting, samples."""

import numpy as np
import pytest
import torch

from gansgmms.models.mfa import MFA
from tests.unit.models.mfa.dense import (
    SINGLE,
    covariances,
    dense_joint,
    parameters,
    points,
    random_mixture,
    seeded,
)

# Monte-Carlo estimates: this many standard errors.
ERRORS = 5


def assert_moments(draws, mean, covariance):
    """Sample mean and covariance, each element within its own standard errors."""
    draws = draws.double()
    centred = draws - mean
    products = centred[:, :, None] * centred[:, None]
    for values, expected in [(draws, mean), (products, covariance)]:
        error = (values.mean(0) - expected).abs()
        # The last term is for elements that do not vary.
        allowed = ERRORS * values.std(0) / len(draws) ** 0.5 + 1e-6
        assert (error <= allowed).all()


def dense_posterior(factors, noise, mean, x):
    """E[z | x] and Cov[z | x] from the joint Gaussian of z and x."""
    gain = torch.linalg.solve(covariances(factors, noise), factors).mT
    eye = torch.eye(factors.shape[1], dtype=torch.float64)
    return (x - mean) @ gain.mT, eye - gain @ factors


@pytest.mark.parametrize("k, d, l", [(1, 6, 2), (4, 30, 3), (2, 784, 6)])
def test_posterior_is_the_dense_conditional(k, d, l):
    mixture = random_mixture(k, d, l)
    x, components = mixture.draw(30, seeded(), noise=True)
    means, spreads = mixture.posterior(x, components)
    _, mu, factors, noise = (p.detach() for p in parameters(mixture))
    for i, j in enumerate(components.tolist()):
        mean, spread = dense_posterior(factors[j], noise[j], mu[j], x[i].double())
        torch.testing.assert_close(means[i].double(), mean, rtol=1e-4, atol=SINGLE)
        # The reference subtracts nearly equal matrices: 1e-12 of 1 remain.
        torch.testing.assert_close(spreads[i], spread, rtol=SINGLE, atol=1e-9)


def test_reconstruction_is_the_posterior_mean_of_the_likeliest_component():
    mixture = random_mixture(3, 20, 2)
    x = points(mixture, 20)
    leaves = [p.detach() for p in parameters(mixture)]
    _, mu, factors, noise = leaves
    found = mixture.reconstruct(x)
    for i, j in enumerate(dense_joint(*leaves, x).argmax(1).tolist()):
        z, _ = dense_posterior(factors[j], noise[j], mu[j], x[i].double())
        expected = factors[j] @ z + mu[j]
        torch.testing.assert_close(found[i].double(), expected, rtol=1e-4, atol=1e-4)


def hidden_conditional(mixture, j, x, observed):
    """Mean and covariance of the noise-free hidden pixels under component j."""
    _, mu, factors, noise = (p.detach()[j] for p in parameters(mixture))
    seen = observed.nonzero().squeeze(1)
    z, spread = dense_posterior(factors[seen], noise[seen], mu[seen], x[seen].double())
    hidden = factors[~observed]
    return hidden @ z + mu[~observed], hidden @ spread @ hidden.mT


def test_in_painting_one_component_is_the_dense_conditional_mean():
    mixture = random_mixture(1, 12, 3)
    x = points(mixture, 10)
    observed = torch.arange(12) % 3 > 0
    found = mixture.conditional(x, observed)
    _, mu, factors, noise = (p.detach()[0] for p in parameters(mixture))
    sigma = covariances(factors, noise)
    gain = torch.linalg.solve(
        sigma[observed][:, observed], sigma[observed][:, ~observed]
    )
    expected = mu[~observed] + (x.double() - mu)[:, observed] @ gain
    torch.testing.assert_close(
        found[:, ~observed].double(), expected, rtol=SINGLE, atol=SINGLE
    )
    assert (found[:, observed] == x[:, observed]).all()


def test_in_painting_picks_the_likeliest_component_of_what_is_seen():
    mixture = random_mixture(4, 12, 2)
    x = points(mixture, 40)
    observed = torch.arange(12) < 5
    logits, mu, factors, noise = (p.detach() for p in parameters(mixture))
    joint = dense_joint(
        logits,
        mu[:, observed],
        factors[:, observed],
        noise[:, observed],
        x[:, observed],
    )
    # What is hidden must not be looked at.
    spoiled = torch.where(observed, x, torch.nan)
    found = mixture.conditional(spoiled, observed)
    for i, j in enumerate(joint.argmax(1).tolist()):
        expected, _ = hidden_conditional(mixture, j, x[i], observed)
        torch.testing.assert_close(
            found[i, ~observed].double(), expected, rtol=1e-4, atol=1e-4
        )


def test_drawn_in_painting_has_the_posteriors_moments():
    mixture = random_mixture(2, 8, 2, spread=0.3)
    mixture.logits.copy_(torch.tensor([0.8, 0.2]).log())
    x = points(mixture, 1)[0]
    observed = torch.arange(8) < 2
    draws = mixture.conditional(x.expand(20_000, -1), observed, seeded())
    assert (draws[:, observed] == x[observed]).all()

    logits, mu, factors, noise = (p.detach() for p in parameters(mixture))
    weights = dense_joint(
        logits,
        mu[:, observed],
        factors[:, observed],
        noise[:, observed],
        x[None, observed],
    ).softmax(1)[0]
    assert 0.05 < weights.min() < 0.35  # otherwise only one would be tested
    parts = [hidden_conditional(mixture, j, x, observed) for j in range(2)]
    mean = sum(w * m for w, (m, _) in zip(weights, parts, strict=True))
    covariance = sum(
        w * (c + torch.outer(m - mean, m - mean))
        for w, (m, c) in zip(weights, parts, strict=True)
    )
    assert_moments(draws[:, ~observed], mean, covariance)


def test_drawn_in_painting_where_the_data_nearly_decide_z():
    """One weak factor among strong ones, in directions of their own."""
    base = torch.randn(200, 10, generator=seeded())
    base[:, -1] *= 1e-6
    rotation = torch.linalg.qr(torch.randn(10, 10, generator=seeded(1)))[0]
    mixture = MFA(
        torch.zeros(1),
        torch.zeros(1, 200),
        (10 * base @ rotation)[None],
        torch.full((1, 200), 1e-3),
        (200,),
    ).requires_grad_(False)
    observed = torch.arange(200) < 180
    x = points(mixture, 1)
    draws = mixture.conditional(x.expand(5000, -1), observed, seeded())
    mean, _ = hidden_conditional(mixture, 0, x[0], observed)
    assert draws.isfinite().all()
    # In float32 the strong factors blur the weak one, whose pixels differ by 1e-5.
    error = (draws[:, ~observed].double().mean(0) - mean).abs().max()
    assert error <= 1e-3 * mean.abs().max()


@pytest.mark.parametrize("seen", [False, True])
def test_in_painting_when_nothing_or_everything_is_seen(seen):
    mixture = random_mixture(2, 6, 2)
    x = points(mixture, 5)
    observed = torch.full((6,), seen)
    found = mixture.conditional(x, observed)
    expected = x if seen else mixture.means[mixture.logits.argmax()].expand(5, -1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("noise", [False, True])
def test_samples_have_the_mixtures_moments(noise):
    mixture = random_mixture(3, 6, 2)
    weights = mixture.mixing.double()
    _, mu, factors, sd = (p.detach() for p in parameters(mixture))
    mean = weights @ mu
    within = covariances(factors, sd if noise else torch.zeros_like(sd))
    between = torch.einsum("k,ki,kj->ij", weights, mu - mean, mu - mean)
    covariance = torch.einsum("k,kij->ij", weights, within) + between
    samples = mixture.sample(20_000, seeded(), noise=noise)
    assert samples.shape == (20_000, 6) and samples.dtype == torch.float32
    assert_moments(samples, mean, covariance)


def test_components_are_drawn_with_their_weights():
    mixture = random_mixture(4, 6, 2)
    x, components = mixture.draw(20_000, seeded())
    found = torch.bincount(components, minlength=4) / 20_000
    weights = mixture.mixing
    allowed = ERRORS * (weights * (1 - weights) / 20_000).sqrt()
    assert ((found - weights).abs() <= allowed).all()
    for k in range(4):
        _, mu, factors, _ = (p.detach()[k] for p in parameters(mixture))
        assert_moments(x[components == k], mu, factors @ factors.mT)


def test_images_are_clipped_and_rounded_to_eight_bits():
    mixture = random_mixture(2, 12, 2, shape=(2, 2, 3))
    images = mixture.sample(100, seeded())
    assert images.shape == (100, 2, 2, 3) and images.dtype == torch.uint8
    assert images.min() == 0 and images.max() == 255
    vectors = mixture.draw(100, seeded())[0].numpy().reshape(images.shape)
    expected = np.rint(np.clip(vectors, 0, 1) * np.float32(255))
    np.testing.assert_array_equal(images.numpy(), expected)


def test_same_seed_same_images():
    mixture = random_mixture(3, 12, 2, shape=(2, 2, 3))
    first, again, other = (mixture.sample(50, seeded(s)) for s in (4, 4, 5))
    assert (first == again).all() and (first != other).any()
