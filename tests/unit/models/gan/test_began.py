"""BEGAN, against numbers by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models import Task
from gansgmms.models.gan import began
from tests.unit.models.handmade import Constant, as_float, grey

SETTINGS = {"iterations": 1, "batch": 4, "width": 4, "learning_rate": 1e-4}


class Damped(nn.Module):
    """An autoencoder that gives a quarter of the image: L(x) = 3/4 E |x|."""

    def forward(self, x):
        return x / 4


def by_hand(k, **settings):
    """A model that makes grey of 0.5, and knows white and darker grey as real images."""
    # Of two levels the mean of |x| is not the root of the mean of x^2.
    x = grey([255, 153])
    model = began.BEGAN(Task(x, SETTINGS | {"batch": 2} | settings, 0))
    model.autoencoder, model.generator = Damped(), Constant(0.5, (8, 8, 1))
    model.k.fill_(k)
    images = ImageTensor(x)
    images.draw = lambda n: images[torch.arange(n)]  # each of the two
    return model, images


def test_the_losses_are_those_of_the_paper(updates):
    """L_D = L(x) - k L(G(z)), L_G = L(G(z)), with L the mean absolute error."""
    model, images = by_hand(0.4)
    model.step(images, 1)
    real = 0.75 * (1 + as_float(153)) / 2
    fake = 0.75 * 0.5
    assert updates.of(model.optimisers["autoencoder"]) == pytest.approx(
        [real - 0.4 * fake]
    )
    assert updates.of(model.optimisers["generator"]) == pytest.approx([fake])


@pytest.mark.parametrize(
    ("diversity", "k"),
    # gamma L(x) - L(G) with L(x) = 0.45 and L(G) = 0.375
    [(0.5, 0.4 + 0.2 * (0.225 - 0.375)), (1.0, 0.4 + 0.2 * (0.45 - 0.375))],
)
def test_k_follows_the_balance_by_lambda(updates, diversity, k):
    model, images = by_hand(0.4, gain=0.2, diversity=diversity)
    row = model.step(images, 1)
    assert model.k.item() == pytest.approx(k)
    balance = (k - 0.4) / 0.2
    assert row["convergence"].item() == pytest.approx(0.45 + abs(balance), abs=1e-6)


@pytest.mark.parametrize(("gain", "diversity", "k"), [(100, 0.5, 0), (100, 1.0, 1)])
def test_k_stays_between_0_and_1(updates, gain, diversity, k):
    model, images = by_hand(0.4, gain=gain, diversity=diversity)
    model.step(images, 1)
    assert model.k.item() == k


def test_k_moves_along_a_training():
    x = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1)).astype(np.uint8)
    model = began.BEGAN(Task(x, SETTINGS | {"gain": 0.1}, 0))
    expected = 0.0
    for step in range(1, 5):
        row = model.step(ImageTensor(x), step)
        balance = 0.5 * row["real"].item() - row["generator"].item()
        expected = min(max(expected + 0.1 * balance, 0.0), 1.0)
        assert model.k.item() == pytest.approx(expected, abs=1e-6)


# Halved after every 100 steps, until it is at its lowest.
RATES = {1: 8e-5, 100: 8e-5, 101: 4e-5, 200: 4e-5, 201: 2e-5, 301: 2e-5, 10_000: 2e-5}


def test_the_learning_rate_is_halved_down_to_its_lowest():
    s = began.Settings(
        iterations=1, learning_rate=8e-5, halve_every=100, lowest_rate=2e-5, width=4
    )
    assert [began.rate(s, i) for i in RATES] == list(RATES.values())


def test_a_rate_below_the_lowest_is_left_as_it_is():
    s = began.Settings(
        iterations=1, learning_rate=1e-5, halve_every=100, lowest_rate=2e-5, width=4
    )
    assert [began.rate(s, i) for i in RATES] == [1e-5] * len(RATES)


def test_both_optimisers_step_at_the_halved_rate(updates):
    model, images = by_hand(0.0, learning_rate=8e-5, halve_every=100, lowest_rate=2e-5)
    for step, rate in RATES.items():
        model.step(images, step)
        for optimiser in model.optimisers.values():
            assert [g["lr"] for g in optimiser.param_groups] == [rate]
