"""Mixing coefficients by one E-step, and what else is done after a training."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.io.weights import write_tensors
from gansgmms.models.gan.adversarial_mfa import AdversarialMixture
from gansgmms.models.mfa import MFA
from gansgmms.models.mfa.mixing import estimated_mixing, reweight
from tests.unit.models.mfa.known import digits, mean_log_prob, seeded

SETTINGS = {"components": 5, "latent": 2, "iterations": 20, "learning_rate": 1e-3}


def mixture(k=4, d=6, l=2):
    """Components that overlap, with weights that no data are drawn by."""
    generator = seeded(3)
    return MFA(
        torch.linspace(-2, 2, k),
        torch.randn(k, d, generator=generator),
        0.5 * torch.randn(k, d, l, generator=generator),
        0.3 + 0.4 * torch.rand(k, d, generator=generator),
        (d,),
    ).requires_grad_(False)


def points(n=3000, d=6):
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


@pytest.mark.parametrize("latent", [0, 2])
def test_the_coefficients_are_mean_posteriors(latent):
    model, x = mixture(l=latent), points()
    weighted = []
    for k, weight in enumerate(model.mixing.double()):
        factors = model.factors[k].double().numpy()
        covariance = factors @ factors.T + np.diag(model.noise[k].double().numpy() ** 2)
        density = multivariate_normal(model.means[k].double().numpy(), covariance)
        weighted.append(weight.item() * density.pdf(np.float64(x)))
    expected = (np.array(weighted) / np.sum(weighted, 0)).mean(1)
    found = estimated_mixing(model, FlatImages(x))
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert found.dtype == torch.float64 and found.sum() == pytest.approx(1, abs=1e-6)


def test_nothing_else_changes_and_the_likelihood_rises():
    model, data = mixture(), FlatImages(points())
    before = {name: p.clone() for name, p in model.named_parameters()}
    likelihood = mean_log_prob(model, data)
    reweight(model, data)
    assert mean_log_prob(model, data) > likelihood + 0.1
    for name in ("means", "factors", "noise"):
        assert torch.equal(getattr(model, name), before[name])


def test_a_component_without_data_keeps_a_finite_logit():
    model = mixture()
    model.means[0] = 1e3
    reweight(model, FlatImages(points()))
    assert model.logits.isfinite().all() and model.mixing[0] < 1e-9


def test_a_variant_is_the_trained_mixture_with_other_coefficients(tmp_path):
    images, path = digits(), tmp_path / "model.safetensors"
    trained, _ = models.train("mfa", models.Task(images, SETTINGS, 0))
    trained.save(path)
    both = SETTINGS | {"reweighted": True, "sample_noise": True}
    task = models.Task(images, both, 1, inputs={"trained": str(path)})
    derived, history = models.train("mfa", task)
    assert torch.equal(derived.means, trained.means) and len(history) == 1
    expected = estimated_mixing(trained, FlatImages(images)).float()
    torch.testing.assert_close(derived.mixing, expected)
    # In one go, from the same seed, it is the same.
    at_once, curve = models.train("mfa", models.Task(images, both, 0))
    assert torch.equal(at_once.logits, derived.logits) and len(curve) > 1
    assert at_once.sample_noise and not trained.sample_noise


def test_the_file_says_whether_samples_have_noise(tmp_path):
    model, path = mixture(), tmp_path / "model.safetensors"
    clean, noisy = (model.sample(500, seeded(), noise) for noise in (False, True))
    for flag, expected in [(False, clean), (True, noisy)]:
        model.sample_noise = flag
        model.save(path)
        assert torch.equal(models.load(path).sample(500, seeded()), expected)
    # e is independent of the rest, with the component's own deviations.
    components = model.draw(500, seeded())[1]
    residual = (noisy - clean) / model.noise[components]
    assert residual.std().item() == pytest.approx(1, abs=0.05)
    parts = dict(model.named_parameters())
    critics = AdversarialMixture(**parts, shape=model.shape)
    critics.save(path)
    assert torch.equal(models.load(path).sample(500, seeded()), noisy)


def test_a_file_of_before_says_nothing_of_noise(tmp_path):
    model, path = mixture(), tmp_path / "model.safetensors"
    meta = {"architecture": "mfa", "shape": model.shape}
    write_tensors(path, dict(model.named_parameters()), "model", meta)
    assert not models.load(path).sample_noise
