"""A mixture of VAEs: its samples, and its file."""

import numpy as np
import torch
from scipy.stats import binomtest

from gansgmms import models
from tests.unit.models.kvae.small import integrated, seeded, small


def test_samples_come_from_the_vaes_by_weight(mixture):
    points, which = mixture.sample_labelled(3000, seeded())
    assert points.shape == (3000, 2) and points.dtype == torch.float32
    assert binomtest(int((which == 1).sum()), 3000, 0.7).pvalue > 1e-4
    again, _ = mixture.sample_labelled(3000, seeded())
    assert torch.equal(points, again)
    assert len(points.unique(dim=0)) == 3000  # no sample is given out twice
    mixture.weights.copy_(torch.tensor([0.0, 1.0]))
    assert (mixture.sample_labelled(500, seeded())[1] == 1).all()


def test_samples_follow_the_density(mixture):
    """The share of samples in a box is the integral of the density over it."""
    points = mixture.sample(20000, seeded()).numpy()
    middle, half = np.median(points, 0), points.std(0) / 2
    inside = (np.abs(points - middle) < half).all(1)
    axis = np.linspace(-1, 1, 31)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2) * half + middle
    density = np.exp(integrated(mixture, grid)).reshape(31, 31)
    mass = np.trapezoid(np.trapezoid(density, axis), axis) * half.prod()
    assert binomtest(int(inside.sum()), 20000, mass).pvalue > 1e-4


def test_images_are_drawn_as_bytes():
    model = small(k=2, shape=(8, 8, 1), sample_noise=False).eval()
    images = model.sample(7, seeded())
    assert images.shape == (7, 8, 8, 1) and images.dtype == torch.uint8


def test_a_model_survives_its_file(mixture, tmp_path):
    mixture.keep_snapshot(4)
    mixture.assignment = torch.tensor([0, 1, 1], dtype=torch.int16)
    before = mixture.sample(10, seeded())
    mixture.log_sigma.fill_(-0.1)
    mixture.weights.copy_(torch.tensor([0.9, 0.1]))
    mixture.save(tmp_path / "model.safetensors")
    loaded = models.load(tmp_path / "model.safetensors")
    assert torch.equal(loaded.sample(10, seeded()), mixture.sample(10, seeded()))
    assert torch.equal(loaded.assignment, mixture.assignment)
    assert torch.equal(loaded.at(4).sample(10, seeded()), before)


def test_far_points_have_a_variance_that_is_finite(mixture):
    """Between e^-20 and e^10, whatever an encoder says of them."""
    said = torch.tensor([-1e6, -20.5, 3.0, 10.5, 1e6])[:, None]
    both = torch.cat([torch.full_like(said, 7.0), said], 1)[None]
    mixture.encoder.forward = lambda x: both
    mean, log_variance = mixture.encode(torch.zeros(1, 5, 2))
    assert (mean == 7).all()
    assert log_variance.flatten().tolist() == [-20, -20, 3, 10, 10]
