"""MFA + pix2pix, against numbers by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms.data.batches import ImageTensor
from gansgmms.io.images import write_images
from gansgmms.models import Task
from gansgmms.models.gan import pix2pix
from gansgmms.models.mfa import MFA
from tests.unit.models.handmade import as_float, grey, softplus

SHAPE = (8, 8, 1)
LEVELS, SEEN = [40, 90, 140, 190, 240], [30, 70, 110, 150, 190]


class Darker(nn.Module):
    """A generator that takes 0.3 from each pixel of a reconstruction."""

    def __init__(self):
        super().__init__()
        self.less = nn.Parameter(torch.tensor(0.3))

    def forward(self, x):
        return x - self.less


class Judge(nn.Module):
    """D(condition, image): a logit of the means of both, which tells them apart."""

    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([0.7, -1.1]))
        self.pairs = []

    def forward(self, condition, image):
        means = condition.flatten(1).mean(1), image.flatten(1).mean(1)
        self.pairs.append([m.tolist() for m in means])
        return self.weights[0] * means[0] + self.weights[1] * means[1]


def logit(condition, image):
    return 0.7 * condition - 1.1 * image


@pytest.fixture
def task(tmp_path):
    """Images of one grey each."""
    d = 64
    mixture = MFA(
        torch.zeros(1), torch.zeros(1, d), torch.zeros(1, d, 1), torch.ones(1, d), SHAPE
    )
    mixture.save(tmp_path / "mixture.safetensors")
    settings = {
        "iterations": 1,
        "mixture": "mfa",
        "batch": 3,
        "width": 4,
        "learning_rate": 2e-4,
        "pixels": 50.0,
    }
    inputs = {"mixture": str(tmp_path / "mixture.safetensors")}
    return Task(grey(LEVELS), settings, 0, inputs=inputs)


@pytest.fixture
def pairing(task):
    """Images that the mixture sees darker."""
    model = pix2pix.Pairing(task)
    model.generator, model.discriminator = Darker(), Judge()
    model.fixed = model.fixed[0], ImageTensor(grey(SEEN))
    return model


def test_the_losses_are_those_of_the_conditional_game(pairing, updates):
    """D: half of -log D(x_hat, x) - log(1 - D(x_hat, y)); G: -log D(x_hat, y) + 50 L1."""
    torch.manual_seed(0)
    pairing.step(ImageTensor(grey(LEVELS)), 1)
    (x_hat, x), *_ = pairing.discriminator.pairs
    of_d = [
        0.5 * (softplus(-logit(a, b)) + softplus(logit(a, a - 0.3)))
        for a, b in zip(x_hat, x, strict=True)
    ]
    of_g = [
        softplus(-logit(a, a - 0.3)) + 50 * abs(a - 0.3 - b)
        for a, b in zip(x_hat, x, strict=True)
    ]
    optimisers = pairing.optimisers
    assert updates.of(optimisers["discriminator"]) == pytest.approx(
        [np.mean(of_d)], rel=1e-5
    )
    assert updates.of(optimisers["generator"]) == pytest.approx(
        [np.mean(of_g)], rel=1e-5
    )


def test_an_image_is_paired_with_its_own_reconstruction(pairing, updates):
    torch.manual_seed(0)
    known = {
        (round(as_float(b), 4), round(as_float(a), 4))
        for a, b in zip(LEVELS, SEEN, strict=True)
    }
    found = set()
    for step in range(20):
        pairing.discriminator.pairs.clear()
        pairing.step(ImageTensor(grey(LEVELS)), step)
        # The real pair comes first; both others show what the generator made of x_hat.
        (x_hat, x), *made = pairing.discriminator.pairs
        found |= {(round(a, 4), round(b, 4)) for a, b in zip(x_hat, x, strict=True)}
        for condition, y in made:
            assert condition == x_hat
            assert y == pytest.approx([a - 0.3 for a in x_hat], abs=1e-5)
    assert found == known


def test_the_reconstruction_is_that_of_the_mixture_as_pixels(tmp_path):
    """x_hat = A E[z | x] + mu with E[z | x] = A^T (A A^T + D^2)^-1 (x - mu)."""
    rng = np.random.default_rng(0)
    mean, factors = rng.uniform(0.3, 0.7, 16), 0.2 * rng.normal(size=(16, 2))
    noise = np.full(16, 0.1)
    mixture = MFA(
        torch.zeros(1),
        torch.tensor(mean[None], dtype=torch.float32),
        torch.tensor(factors[None], dtype=torch.float32),
        torch.tensor(noise[None], dtype=torch.float32),
        (4, 4, 1),
    )
    x = rng.integers(0, 256, (30, 4, 4, 1), dtype=np.uint8)
    precision = np.linalg.inv(factors @ factors.T + np.diag(noise**2))
    centred = x.reshape(30, 16) / 255 - mean
    expected = centred @ precision @ factors @ factors.T + mean
    expected = np.round(expected.clip(0, 1) * 255)
    seen = pix2pix.reconstructions(mixture, Task(x, {}, 0))
    found = (seen[torch.arange(30)].flatten(1).numpy() + 1) * 127.5
    # A number within a rounding error of a half may go either way.
    assert np.abs(found - expected).max() <= 1.01
    assert (np.abs(found - expected) < 0.01).mean() > 0.98


def test_the_patch_of_128_pixels_sees_70():
    net = pix2pix.PatchDiscriminator(1, 128, 2).eval()
    pair = torch.zeros(1, 1, 128, 128), torch.zeros(1, 1, 128, 128).requires_grad_()
    scores = net(*pair)
    middle = scores.shape[2] // 2
    scores[0, 0, middle, middle].backward()
    seen = pair[1].grad[0, 0].abs().sum(0).nonzero()
    assert seen.max() - seen.min() + 1 <= 70
    assert seen.max() - seen.min() + 1 >= 66  # leaky ReLUs may hide the corners


def test_targets_are_native_crops_where_there_are_some(task, tmp_path, updates):
    """A target is then the crop of the image's number, not the image enlarged."""
    crops = np.stack([np.full((16, 16, 1), level, np.uint8) for level in LEVELS[::-1]])
    write_images(tmp_path / "native.arrow", crops)
    inputs = {**task.inputs, "native": str(tmp_path / "native.arrow")}
    model = pix2pix.Pairing(replace(task, inputs=inputs))
    model.generator, model.discriminator = Darker(), Judge()
    model.fixed = model.fixed[0], ImageTensor(grey(SEEN))
    known = {
        (round(as_float(b), 4), round(as_float(a), 4))
        for a, b in zip(LEVELS[::-1], SEEN, strict=True)
    }
    torch.manual_seed(0)
    model.step(ImageTensor(grey(LEVELS)), 1)
    (x_hat, x), *_ = model.discriminator.pairs
    found = {(round(a, 4), round(b, 4)) for a, b in zip(x_hat, x, strict=True)}
    assert found <= known


@pytest.mark.parametrize("native", [True, False])
def test_samples_come_back_the_way_that_targets_went(task, tmp_path, native):
    """Blocks of one colour are averaged exactly; native crops are smoothed."""
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), dtype=np.uint8)
    large = torch.from_numpy(image.repeat(2, 1).repeat(2, 2))
    if native:
        crops = grey(LEVELS).repeat(2, 1).repeat(2, 2)
        write_images(tmp_path / "native.arrow", crops)
        inputs = {**task.inputs, "native": str(tmp_path / "native.arrow")}
        task = replace(task, inputs=inputs)
    pix2pix.Pairing(task).model().save(tmp_path / "model.safetensors")
    model = pix2pix.load(tmp_path / "model.safetensors")
    model.refine = lambda images: large
    back = model.sample(1, torch.Generator().manual_seed(0))
    assert torch.equal(back, torch.from_numpy(image)) == (not native)
