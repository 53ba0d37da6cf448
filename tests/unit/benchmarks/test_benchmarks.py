"""The plain code that benchmarks compare with: it must compute the same thing."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from gansgmms.benchmarks import clustering, loop, mfa, stacking, timing
from gansgmms.metrics.clustering import nearest
from gansgmms.models import Task
from gansgmms.models.mfa import MFA
from tests import ROOT

CPU = torch.device("cpu")


def test_functions_take_turns_and_the_least_mean_of_a_round_counts(monkeypatch):
    order, now = [], iter([0.0, 8.0, 8.0, 9.0, 9.0, 11.0, 11.0, 15.0])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(now))
    functions = [lambda: order.append("a"), lambda: order.append("b")]
    best = timing.least_seconds(CPU, *functions, rounds=2, repeats=2)
    assert order == [*"aabb"] * 2
    assert best == [1.0, 0.5]  # of 8 and 2, of 1 and 4, for two calls


def test_loop_and_dense_densities_are_the_mixtures():
    mixture = mfa.random_mixture(12, 5, 3, CPU)
    x = torch.rand(40, 12, generator=torch.Generator().manual_seed(1))
    ours = mixture.log_prob(x).numpy()
    assert ours == pytest.approx(mfa.loop_log_prob(mixture, x).numpy(), rel=1e-4)
    assert ours == pytest.approx(mfa.dense_log_prob(mixture, x).numpy(), rel=1e-4)


def test_samples_of_the_loop_have_the_mixtures_mean():
    mixture = mfa.random_mixture(12, 5, 3, CPU)
    ours = mixture.sample(4000, torch.Generator().manual_seed(0)).clamp(0, 1).mean(0)
    plain = mfa.loop_sample(mixture, 4000).mean(0) / 255
    assert plain == pytest.approx(ours.numpy(), abs=0.035)  # about five standard errors


def test_samples_by_a_product_each_are_the_mixtures():
    mixture = mfa.random_mixture(12, 5, 3, CPU)
    made = MFA(*mixture.state_dict().values(), (2, 2, 3))
    plain, ours = (
        draw(50, torch.Generator().manual_seed(0)).int()
        for draw in (lambda *a: mfa.gathered_sample(mixture, *a), made.sample)
    )
    assert (plain - ours.view(50, 12)).abs().max() <= 1


def test_the_loop_finds_the_bins_of_ndb():
    rng = np.random.default_rng(0)
    points = rng.random((200, 6), np.float32)
    found = clustering.loop_nearest(points, points[:9])
    assert (found == nearest(points, points[:9])).all()


def test_the_likelihood_has_a_cost_in_a_process_of_its_own():
    command = [sys.executable, "-m", "gansgmms.benchmarks.memory", "300"]
    text = subprocess.check_output(command, cwd=ROOT / "scripts", text=True)
    seconds, megabytes = map(float, text.split())
    # Points and distances, at least: 1000 x 300 and 1000 x 100 floats.
    assert 0 < seconds < 60 and megabytes > 1.5


@pytest.mark.parametrize("network", loop.TEXTBOOKS)
def test_both_loops_train_the_same_networks(network, monkeypatch):
    monkeypatch.setattr(loop, "ROUNDS", 1)
    monkeypatch.setattr(loop, "STEPS", 1)
    images = np.random.default_rng(0).integers(0, 256, (32, 8, 8, 1), np.uint8)
    settings = {
        "iterations": 1,
        "batch": 16,
        "width": 4,
        "levels": 2,
        "latent": 3,
        "learning_rate": 1e-3,
    }
    row = loop.compare(network, Task(images, settings, 0))
    assert row["network"] == network
    assert row["ratio"] == pytest.approx(
        row["images per second"] / row["textbook loop"], rel=0.05
    )


def test_batches_are_whole_scaled_and_without_end():
    images = np.full((5, 2, 2, 1), 255, np.uint8)
    images[0] = 0
    found = loop.batches(Task(images, {}, 0), 2)
    batches = [next(found)[0] for _ in range(5)]
    assert {tuple(batch.shape) for batch in batches} == {(2, 1, 2, 2)}
    assert {v.item() for batch in batches for v in batch.unique()} <= {-1.0, 1.0}


def test_the_plain_vaes_loss_is_the_negative_bound_but_for_a_constant(monkeypatch):
    vae, x = stacking.PlainVAE(), torch.randn(6, 2)
    vae.log_sigma.data.fill_(-0.7)
    noise = torch.randn(6, stacking.LATENT)
    monkeypatch.setattr(torch, "randn_like", lambda mean: noise)
    mean, log_variance = vae.encoder(x).chunk(2, dim=1)
    posterior = Normal(mean, (log_variance / 2).exp())
    seen = Normal(vae.decoder(mean + posterior.scale * noise), vae.log_sigma.exp())
    divergence = kl_divergence(posterior, Normal(0.0, 1.0)).sum(1)
    bound = (seen.log_prob(x).sum(1) - divergence).mean() + math.log(2 * math.pi)
    assert vae.loss(x).item() == pytest.approx(-bound.item(), rel=1e-5)


@pytest.mark.parametrize("way", [stacking.stacked, stacking.one_by_one])
def test_a_step_of_either_way_goes_on(way):
    step = way(2, CPU)
    step()
    step()


def test_stacking_is_reported_as_a_ratio(monkeypatch):
    monkeypatch.setattr(stacking, "least_seconds", lambda *_, **__: [0.002, 0.011])
    assert stacking.compare(3, CPU) == {
        "VAEs": 3,
        "stacked, ms": 2.0,
        "one by one, ms": 11.0,
        "ratio": 5.5,
    }
