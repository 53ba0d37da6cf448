"""No factors at all, l = 0: a mixture of diagonal Gaussians, as scikit-learn has it."""

import warnings

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.models.mfa import MFA, Settings, em_step, initialise, training
from gansgmms.models.mfa.factor_analysis import factor_analyses

BOUNDS = (1e-3, 1.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def digits():
    return (load_digits().images * 15).astype(np.uint8)[..., None]


def clusters(n=2000, d=6):
    """Points around four centres, with another spread in each dimension."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(4, d))
    spread = 0.1 + 0.3 * random.random((4, d))
    k = random.integers(0, 4, n)
    return (centres[k] + spread[k] * random.normal(size=(n, d))).astype(np.float32)


def mixture(k=4, d=6):
    """Near the centres of `clusters`, so that no component is left without points."""
    generator = seeded(1)
    centres = np.random.default_rng(0).normal(size=(k, d)).astype(np.float32)
    return MFA(
        torch.randn(k, generator=generator),
        torch.from_numpy(centres) + 0.2 * torch.randn(k, d, generator=generator),
        torch.zeros(k, d, 0),
        0.3 + 0.4 * torch.rand(k, d, generator=generator),
        (d,),
    ).requires_grad_(False)


def theirs(ours, x, iterations):
    """scikit-learn's mixture after so many EM steps from ours on x."""
    gaussians = GaussianMixture(
        len(ours.means),
        covariance_type="diag",
        tol=0,
        reg_covar=0,
        max_iter=iterations,
        weights_init=ours.logits.double().softmax(0).numpy(),
        means_init=ours.means.double().numpy(),
        precisions_init=ours.noise.double().numpy() ** -2,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return gaussians.fit(np.float64(x))


def test_the_density_is_scikit_learns():
    x = clusters()
    start = mixture()
    expected = theirs(start, x, 1)
    ours = MFA(
        *(
            torch.from_numpy(value).float()
            for value in (
                np.log(expected.weights_),
                expected.means_,
                np.zeros((4, 6, 0)),
                np.sqrt(expected.covariances_),
            )
        ),
        (6,),
    ).requires_grad_(False)
    points = torch.from_numpy(x)
    scores = expected.score_samples(np.float64(x))
    np.testing.assert_allclose(ours.log_prob(points), scores, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(
        ours.log_likelihood(FlatImages(x)), scores, rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(
        ours.responsibilities(points), expected.predict_proba(np.float64(x)), atol=1e-4
    )


@pytest.mark.parametrize("steps", [1, 10])
def test_em_is_scikit_learns(steps):
    x = clusters()
    start = found = mixture()
    for _ in range(steps):
        found, _ = em_step(found, FlatImages(x), BOUNDS)
    expected = theirs(start, x, steps)
    np.testing.assert_allclose(found.mixing, expected.weights_, atol=1e-4)
    np.testing.assert_allclose(found.means, expected.means_, atol=1e-4)
    np.testing.assert_allclose(
        found.noise.square(), expected.covariances_, rtol=1e-3, atol=1e-5
    )


@pytest.mark.parametrize("n", [40, 500])
def test_a_factor_analysis_without_factors_is_the_variances(n):
    x = torch.from_numpy(digits()[:n].reshape(n, 64) / np.float32(255))
    data, all_of = FlatImages.of(x), [torch.arange(n)]
    ((mean, factors, noise),) = factor_analyses(data, all_of, 0, BOUNDS)
    assert factors.shape == (64, 0)
    torch.testing.assert_close(mean, x.mean(0), rtol=0, atol=1e-6)
    expected = x.var(0, correction=0).clamp(BOUNDS[0] ** 2, BOUNDS[1] ** 2).sqrt()
    torch.testing.assert_close(noise, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("start", ["kmeans", "random", "ksubspaces"])
def test_every_start(start):
    data = FlatImages(digits()[:500])
    settings = Settings(components=5, latent=0, initialisation=start)
    found = initialise(data, 5, settings, seeded())
    assert found.factors.shape == (5, 64, 0)
    before = found.log_prob(data[torch.arange(500)]).mean()
    after, _ = em_step(found, data, settings.noise)
    assert after.log_prob(data[torch.arange(500)]).mean() >= before


def test_adam_climbs():
    data = FlatImages(clusters())
    start = mixture()
    before = start.log_likelihood(data).mean()
    settings = Settings(
        components=4, latent=0, training="adam", iterations=300, learning_rate=1e-2
    )
    found, _ = training.train_adam(start, data, settings, seeded())
    assert found.log_likelihood(data).mean() > before + 1


@pytest.mark.parametrize("root", [None, 2])
def test_training_sampling_and_the_file(root, tmp_path):
    settings = {"components": 6, "latent": 0, "root": root}
    settings |= {"training": "em", "passes": 5}
    model, history = models.train("mfa", models.Task(digits(), settings, 0))
    curve = [row["log_likelihood"] for row in history if "log_likelihood" in row]
    assert curve[-1] > curve[0]
    model.save(tmp_path / "model.safetensors")
    loaded = models.load(tmp_path / "model.safetensors")
    assert loaded.factors.shape == (6, 64, 0)
    # Without factors and noise a sample is the mean of its component.
    images = loaded.sample(100, seeded())
    means = model.means.clamp(0, 1).mul(255).round().byte().view(-1, 8, 8, 1)
    assert {i.numpy().tobytes() for i in images} <= {m.numpy().tobytes() for m in means}
    noisy = loaded.draw(5000, seeded(), noise=True)
    k = noisy[1] == noisy[1].mode().values
    spread = noisy[0][k].std(0) / loaded.noise[noisy[1].mode().values]
    assert (spread - 1).abs().max() < 5 / (2 * int(k.sum())) ** 0.5


def test_inference_has_nothing_to_infer():
    model, x = mixture(), torch.from_numpy(clusters(50))
    z, covariance = model.posterior(x, torch.zeros(50, dtype=torch.long))
    assert z.shape == (50, 0) and covariance.shape == (50, 0, 0)
    best = model.component_log_prob(x).argmax(1)
    assert torch.equal(model.reconstruct(x), model.means[best])
    observed = torch.arange(6) < 3
    filled = model.conditional(x, observed)
    assert torch.equal(filled[:, observed], x[:, observed])
    hidden = filled[:, ~observed]
    assert (hidden[:, None] == model.means[:, ~observed]).all(2).any(1).all()
