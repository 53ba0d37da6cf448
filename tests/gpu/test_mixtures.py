"""Mixtures, bins and K-means on a GPU beside the CPU."""

import numpy as np
import pytest
import torch

from gansgmms import models
from gansgmms.benchmarks.mfa import dense_log_prob, random_mixture
from gansgmms.benchmarks.steps import images
from gansgmms.data.batches import FlatImages
from gansgmms.metrics.kmeans import assign, kmeans
from gansgmms.models.kvae import KVAE, log_likelihood
from gansgmms.models.mfa import MFA, Settings, em_step, initialise, training
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.training.small import images as smooth_images

SHAPE = (8, 8, 3)
BOUNDS = (0.05, 1.0)


@pytest.mark.parametrize("start", ["kmeans", "random", "ksubspaces"])
def test_every_start_of_a_mixture(start, device):
    data = FlatImages(smooth_images(SHAPE, 400)[0], device)
    settings = Settings(components=4, latent=2, initialisation=start, whiten=True)
    made = initialise(data, 4, settings, torch.Generator().manual_seed(0))
    for p in made.parameters():
        assert p.device.type == device.type and p.isfinite().all()


def test_the_likelihood_is_that_of_float64(device):
    assert not torch.backends.cuda.matmul.allow_tf32
    mixture = random_mixture(192, 16, 4, device)
    x = torch.rand(200, 192, generator=torch.Generator().manual_seed(1)).to(device)
    ours, exact = mixture.log_prob(x).double(), dense_log_prob(mixture, x)
    assert ((ours - exact) / exact).abs().max() <= 1e-5


def test_a_pass_of_em_is_that_of_the_cpu_and_never_lower(device):
    x, last = smooth_images(SHAPE, 400)[0], -np.inf
    here = random_mixture(192, 4, 2, device)
    there = random_mixture(192, 4, 2, torch.device("cpu"))
    for _ in range(4):
        here, value = em_step(here, FlatImages(x, device), BOUNDS)
        there, expected = em_step(there, FlatImages(x), BOUNDS)
        assert value == pytest.approx(expected, rel=1e-4)
        assert value >= last - 1e-6 * abs(value)
        last = value


def test_a_hierarchy_goes_on_where_it_was_killed(device, tmp_path, monkeypatch):
    x, real, calls = smooth_images(SHAPE, 600)[0], training.train_adam, []
    settings = {
        "components": 6,
        "root": 2,
        "latent": 2,
        "training": "adam",
        "batch": 32,
        "learning_rate": 1e-3,
        "iterations": 20,
        "split_iterations": 10,
    }

    def train(checkpoint=None):
        task = models.Task(x, settings, 0, device, checkpoint)
        return models.train("mfa", task)[0]

    def train_or_die(*args, **more):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*args, **more)

    whole = train()
    monkeypatch.setattr(training, "train_adam", train_or_die)
    with pytest.raises(KeyboardInterrupt):
        train(Checkpoint(tmp_path, {}, minutes=0))
    resumed = train(Checkpoint(tmp_path, {}, minutes=0))
    assert len(calls) == 4  # the root and the first part are kept
    for ours, theirs in zip(resumed.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=2e-3)


def test_k_means_is_as_good_as_on_the_cpu(device):
    x = torch.from_numpy(smooth_images(SHAPE, 3000)[0]).flatten(1).float() / 255
    ours, theirs = (
        kmeans(x.to(where), 20, torch.Generator().manual_seed(0), 3)
        for where in (device, "cpu")
    )
    assert ours.inertia <= 1.002 * theirs.inertia
    again = kmeans(x.to(device), 20, torch.Generator().manual_seed(0), 3)
    assert torch.equal(again.labels, ours.labels)
    assert torch.equal(again.centres, ours.centres)


def test_the_same_bins_give_equal_counts(device):
    x = torch.from_numpy(images(SHAPE, 2000)).flatten(1).float() / 255
    centres = x[:50]
    ours = assign(x.to(device), centres.to(device)).bincount(minlength=50).cpu()
    assert torch.equal(ours, assign(x, centres).bincount(minlength=50))


def test_posteriors_and_samples_are_those_of_the_cpu(device):
    there = random_mixture(192, 5, 3, torch.device("cpu"))
    there = MFA(*there.state_dict().values(), SHAPE).requires_grad_(False)
    here = MFA(*(p.to(device) for p in there.state_dict().values()), SHAPE)
    x = torch.rand(30, 192, generator=torch.Generator().manual_seed(0))
    ours = here.reconstruct(x.to(device)).detach().cpu()
    torch.testing.assert_close(ours, there.reconstruct(x), rtol=1e-3, atol=1e-3)
    pixels = (
        m.sample(50, torch.Generator().manual_seed(2)).cpu().int()
        for m in (here, there)
    )
    assert (next(pixels) - next(pixels)).abs().max() <= 1


def test_the_likelihood_of_vaes_by_importance(device):
    sizes = {"hidden": [16, 16]}
    options = ((2,), (1e-2, 1.0), True, torch.Generator().manual_seed(0))
    there = KVAE(3, 2, sizes, *options).eval().requires_grad_(False)
    x = torch.randn(200, 2, generator=torch.Generator().manual_seed(1))
    expected, _ = log_likelihood(there, x, [50], torch.Generator().manual_seed(3))
    here = there.to(device)
    ours, _ = log_likelihood(here, x.to(device), [50], torch.Generator().manual_seed(3))
    assert (ours.mean() - expected.mean().to(ours)).abs() <= 0.1
