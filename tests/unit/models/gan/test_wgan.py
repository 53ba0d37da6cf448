"""WGAN and WGAN-GP, against numbers by hand."""

import numpy as np
import pytest
import torch
from scipy.stats import kstest
from torch import nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models import Task
from gansgmms.models.gan import wgan
from tests.unit.models.handmade import Constant, Slope, as_float, grey

SHAPE = (8, 8, 1)
SETTINGS = {"iterations": 1, "batch": 4, "width": 4, "learning_rate": 0.1}


def built(images, seed=0, **settings):
    torch.manual_seed(seed)
    return wgan.WGAN(Task(images, SETTINGS | settings, seed))


# --- The losses ---


@pytest.mark.parametrize(
    ("constraint", "penalised"),
    # The gradient of 3 times the mean of 64 pixels is 3 / 64 in each: its norm is 3 / 8.
    [("clip", 0.0), ("penalty", 2.5 * (3 / 8 - 1) ** 2)],
)
def test_the_losses_are_those_of_the_papers(updates, constraint, penalised):
    """The critic falls on E D(G) - E D(x) + lambda E (|grad D| - 1)^2, G on -E D(G)."""
    x = grey([204])  # 0.6 in [-1, 1]
    model = built(x, constraint=constraint, penalty=2.5, critic_steps=3, clip=100.0)
    model.critic = Slope(3.0, constant=7.0)
    model.generator = Constant(-0.5, SHAPE)
    values = model.step(ImageTensor(x), 1)
    real, fake = 3 * as_float(204) + 7, 3 * -0.5 + 7
    critic = updates.of(model.optimisers["critic"])
    assert critic == pytest.approx([fake - real + penalised] * 3, abs=1e-5)
    assert updates.of(model.optimisers["generator"]) == pytest.approx([-fake])
    assert values["distance"].item() == pytest.approx(real - fake, abs=1e-5)
    assert values["generator"].item() == pytest.approx(-fake)


def test_the_critic_learns_to_tell_and_the_generator_to_please():
    """One step of each: D rises on real images above fake ones, G follows D's slope."""
    x = grey([255])
    model = built(x, constraint="clip", clip=1.0, critic_steps=1)
    model.critic, model.generator = Slope(0.0), Constant(0.0, SHAPE)
    settings = model.settings
    model.optimisers = {
        "critic": wgan.optimiser(model.critic, settings),
        "generator": wgan.optimiser(model.generator, settings),
    }
    model.step(ImageTensor(x), 1)
    assert model.critic.slope.item() > 0  # real images are the brighter ones
    assert model.generator.level.item() > 0


# --- The penalty ---


def test_the_penalty_of_a_linear_critic_has_a_closed_form():
    """D(x) = w.x has the gradient w everywhere: the penalty is (|w| - 1)^2, and pulls w
    by 2 (|w| - 1) w / |w|.
    """
    torch.manual_seed(0)
    w = torch.randn(3, 8, 8, dtype=torch.float64, requires_grad=True)
    real, fake = torch.randn(2, 5, 3, 8, 8, dtype=torch.float64)
    found = wgan.gradient_penalty(lambda x: (x * w).sum((1, 2, 3)), real, fake)
    torch.testing.assert_close(found, (w.norm() - 1).square())
    (pull,) = torch.autograd.grad(found, w)
    torch.testing.assert_close(pull, 2 * (w.norm() - 1) * w / w.norm())


def test_the_penalty_is_taken_at_a_random_point_between_each_pair():
    """x = real + u (fake - real), with one u ~ U(0, 1) for each image."""
    torch.manual_seed(0)
    seen = []

    def critic(x):
        seen.append(x.detach())
        return 0.5 * x.square().flatten(1).sum(1)  # its gradient is x

    real = torch.full((2000, 1, 3, 3), 2.0, dtype=torch.float64)
    fake = torch.full_like(real, 5.0)
    found = wgan.gradient_penalty(critic, real, fake)
    points = seen[0].flatten(1)
    torch.testing.assert_close(points, points[:, :1].expand(-1, 9))
    assert kstest(points[:, 0].numpy(), "uniform", (2, 3)).pvalue > 1e-3
    expected = np.square(np.linalg.norm(points.numpy(), axis=1) - 1).mean()
    assert found.item() == pytest.approx(expected)


# --- The constraint ---


def test_clipping_keeps_every_weight_of_the_critic_within_the_bound():
    x = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1)).astype(np.uint8)
    model = built(x, constraint="clip", clip=0.02)
    for _ in range(3):
        model.step(ImageTensor(x), 1)
        for name, parameter in model.critic.named_parameters():
            assert parameter.abs().max() <= 0.02, name
    assert max(p.abs().max() for p in model.generator.parameters()) > 0.02


def test_nothing_is_clipped_under_the_penalty():
    x = grey([0, 255])
    model = built(x, constraint="penalty", clip=1e-6)
    model.step(ImageTensor(x), 1)
    assert max(p.abs().max() for p in model.critic.parameters()) > 0.02


@pytest.mark.parametrize(
    ("constraint", "steps"),
    [
        # RMSProp: v is the running mean of g^2, 0.1 g^2 and then 0.19 g^2.
        ("clip", [0.1 / 0.1**0.5, 0.1 / 0.19**0.5]),
        # Adam with the bias corrected: of a constant gradient it takes the sign.
        ("penalty", [0.1, 0.1]),
    ],
)
def test_rmsprop_goes_with_clipping_and_adam_with_the_penalty(constraint, steps):
    settings = wgan.Settings(**SETTINGS, constraint=constraint)
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    optimiser = wgan.optimiser(network, settings)
    place = 0.0
    for step in steps:
        optimiser.zero_grad()
        (3 * network.weight).sum().backward()
        optimiser.step()
        place -= step
        assert network.weight.item() == pytest.approx(place, rel=1e-5)


@pytest.mark.parametrize("nets", ["dcgan", "residual"])
@pytest.mark.parametrize("constraint", ["clip", "penalty"])
def test_under_the_penalty_the_critic_sees_each_image_by_itself(nets, constraint):
    torch.manual_seed(0)
    settings = wgan.Settings(**SETTINGS, constraint=constraint, nets=nets, levels=3)
    critic = wgan.critic(settings, (16, 16, 1)).train()
    x = torch.rand(6, 1, 16, 16)
    other = torch.cat([x[:1], 5 * x[1:] - 2])
    alone = torch.allclose(critic(x)[0], critic(other)[0], atol=1e-5)
    assert alone == (constraint == "penalty")


# --- The schedule ---


def test_only_warm_up_takes_100_critic_steps(monkeypatch):
    x = np.zeros((8, 8, 8, 1), np.uint8)
    calls = []
    monkeypatch.setattr(
        wgan, "critic_step", lambda *_: calls.append(1) or torch.zeros(())
    )
    for warm_up, iteration, steps in [
        (True, 25, 100),
        (True, 26, 3),
        (True, 500, 100),
        (False, 1, 3),
    ]:
        calls.clear()
        model = built(x, constraint="penalty", warm_up=warm_up, critic_steps=3)
        model.step(ImageTensor(x), iteration)
        assert len(calls) == steps
