"""The trivial models: what they draw is what their names say."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.metrics.kmeans import Clustering
from gansgmms.models.base import module_of
from gansgmms.models.trivial import codebook
from gansgmms.settings.refusals import ConfigError

SHAPE = (8, 8, 1)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def digits():
    return (load_digits().images * 15).astype(np.uint8)[..., None]


def trained(architecture, data=None, seed=0, /, **settings):
    data = digits() if data is None else data
    return models.train(architecture, models.Task(data, settings, seed))


ALL = [
    ("codebook", {"components": 12}),
    ("memorised", {"images": 30}),
    ("gaussian", {"covariance": "full"}),
    ("gaussian", {"covariance": "diagonal"}),
]


@pytest.mark.parametrize("architecture, settings", ALL)
def test_a_file_like_any_other(architecture, settings, tmp_path):
    model, history = trained(architecture, **settings)
    again, _ = trained(architecture, **settings)
    other, _ = trained(architecture, None, 1, **settings)
    drawn = model.sample(50, seeded())
    assert drawn.dtype == torch.uint8 and drawn.shape == (50, *SHAPE)
    assert torch.equal(again.sample(50, seeded()), drawn)
    if architecture != "gaussian":
        assert not torch.equal(other.sample(50, seeded()), drawn)
    assert not torch.equal(model.sample(50, seeded(1)), drawn)
    assert history[0].keys() >= {"step", "seconds", "images_per_second"}

    model.save(tmp_path / "model.safetensors")
    loaded = models.load(tmp_path / "model.safetensors")
    assert type(loaded) is type(model) and loaded.shape == SHAPE
    assert torch.equal(loaded.sample(50, seeded()), drawn)
    assert module_of(architecture).__name__ == f"gansgmms.models.trivial.{architecture}"


@pytest.mark.parametrize("architecture, settings", ALL)
def test_points(architecture, settings):
    x = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    drawn = trained(architecture, x, **settings)[0].sample(40, seeded())
    assert drawn.dtype == torch.float32 and drawn.shape == (40, 2)


def test_a_codebook_draws_centres_by_their_share():
    images = np.repeat(np.array([0, 100, 255], np.uint8), [100, 200, 700])
    images = np.broadcast_to(images[:, None, None, None], (1000, 4, 4, 1))
    model, _ = trained("codebook", images, components=3, initialisations=5)
    drawn = model.sample(20_000, seeded()).numpy()
    assert (drawn == drawn[:, :1, :1]).all()
    values, counts = np.unique(drawn[:, 0, 0, 0], return_counts=True)
    assert values.tolist() == [0, 100, 255]
    # Four standard errors of a share.
    np.testing.assert_allclose(counts / 20_000, [0.1, 0.2, 0.7], atol=0.014)


def test_a_codebook_of_a_part_of_the_images():
    model, _ = trained("codebook", components=8, reference=100)
    assert model.counts.sum() == 100 and len(model.counts) == 8


def test_k_means_of_a_codebook_is_as_long_as_the_settings_say(monkeypatch):
    """And a centre that no image is nearest to, be it the last, has the weight 0."""
    asked = []

    def last_is_empty(x, k, generator, initialisations, iterations):
        asked.append((k, initialisations, iterations))
        return Clustering(x[:k], torch.arange(len(x)) % (k - 1), 1.5, 7)

    monkeypatch.setattr(codebook, "kmeans", last_is_empty)
    settings = {"components": 4, "initialisations": 3, "iterations": 9}
    model, history = trained("codebook", digits()[:300], **settings)
    assert asked == [(4, 3, 9)]
    assert model.counts.tolist() == [100, 100, 100, 0]
    assert history[0]["inertia"] == 1.5 and history[0]["step"] == 7


def test_more_centres_than_images_are_refused():
    with pytest.raises(InputError, match=r"5 training images; .* 12\. Hint: .*trivial"):
        trained("codebook", digits()[:5], components=12)


def test_what_is_memorised_is_in_the_training_images():
    images = digits()
    known = {image.tobytes() for image in images}
    model, history = trained("memorised", images, images=25)
    assert history[0]["images"] == 25
    drawn = [image.numpy().tobytes() for image in model.sample(1000, seeded())]
    assert len(set(drawn)) == 25 and set(drawn) <= known
    every, _ = trained("memorised", images, images=None)
    assert every.images.numpy().tobytes() == images.tobytes()


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_a_gaussian_has_the_moments_of_the_images(covariance):
    pixels = digits().reshape(-1, 64) / 255
    model, _ = trained("gaussian", covariance=covariance)
    np.testing.assert_allclose(model.mean, pixels.mean(0), atol=1e-6)
    expected = np.cov(pixels.T, bias=True) + 1e-6 * np.eye(64)
    if covariance == "full":
        found = model.factor.double().numpy()
        np.testing.assert_allclose(found @ found.T, expected, atol=1e-7)
    else:
        found = model.factor.double().numpy() ** 2
        np.testing.assert_allclose(found, expected.diagonal(), rtol=1e-5)


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_a_gaussian_draws_from_it(covariance):
    random = np.random.default_rng(0)
    mix = np.array([[1.0, 0.0], [0.8, 0.3]])
    x = (random.normal(size=(5000, 2)) @ mix.T + [3, -2]).astype(np.float32)
    model, _ = trained("gaussian", x, covariance=covariance)
    drawn = model.sample(50_000, seeded()).numpy()
    expected = np.cov(x.T)
    if covariance == "diagonal":
        expected = np.diag(expected.diagonal())
    np.testing.assert_allclose(drawn.mean(0), x.mean(0), atol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), expected, atol=0.03)


def test_another_covariance():
    with pytest.raises(ConfigError, match='found "tied"; needed one of full'):
        trained("gaussian", covariance="tied")
