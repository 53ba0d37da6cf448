"""Where a mixture of factor analyzers starts."""

import numpy as np
import pytest
import torch

from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.metrics.kmeans import kmeans
from gansgmms.models.mfa import Settings, em_step, initialisation, initialise
from tests.unit.models.mfa.known import (
    BOUNDS,
    STARTS,
    assert_finite,
    digits,
    mean_log_prob,
    seeded,
)


@pytest.mark.parametrize("whiten", [True, False])
def test_whitening_lets_k_means_see_what_varies_little(whiten):
    """Two groups in the small dimensions, beside one that is large and has none."""
    rng = np.random.default_rng(0)
    group = np.arange(600) % 2
    small = 2 * group[:, None] - 1 + 0.1 * rng.normal(size=(600, 3))
    large = 1000 * rng.normal(size=(600, 1))
    data = FlatImages(np.hstack([large, small]).astype(np.float32))
    settings = Settings(
        components=2,
        latent=1,
        initialisation="kmeans",
        whiten=whiten,
        noise=(1e-3, 1e4),
    )
    start = initialise(data, 2, settings, torch.Generator().manual_seed(0))
    places = start.means[:, 1:].sort(0).values
    if whiten:
        expected = [small[group == g].mean(0) for g in (0, 1)]
        np.testing.assert_allclose(places.numpy(), expected, atol=1e-3)
        np.testing.assert_allclose(start.mixing.numpy(), [0.5, 0.5], atol=1e-6)
    else:  # the large dimension is cut in two, and the groups with it
        assert places.abs().max() < 0.2
        assert start.means[:, 0].abs().min() > 500


def test_a_random_component_is_spanned_by_its_images():
    data = FlatImages(digits())
    latent = 4
    settings = Settings(components=6, latent=latent, initialisation="random")
    mixture = initialise(data, 6, settings, seeded())
    x = data[torch.arange(len(data))]
    for mean, factors in zip(mixture.means, mixture.factors, strict=True):
        basis = torch.linalg.qr(factors)[0]
        centred = x - mean
        residual = (centred - centred @ basis @ basis.T).norm(dim=1)
        inside = residual < 1e-5
        assert inside.sum() == latent + 1  # no other image lies there by chance
        torch.testing.assert_close(x[inside].mean(0), mean)
    assert mixture.mixing.tolist() == pytest.approx([1 / 6] * 6)
    assert (mixture.noise == 0.15).all()


@pytest.mark.parametrize("seed", range(3))
def test_subspaces_of_all_images_beat_random_ones(seed):
    data = FlatImages(digits())
    values = [
        mean_log_prob(
            initialise(
                data,
                8,
                Settings(components=8, latent=3, initialisation=start),
                seeded(seed),
            ),
            data,
        )
        for start in ("random", "ksubspaces")
    ]
    assert values[1] > values[0]


def test_subspaces_take_the_images_nearest_to_them():
    data, latent = FlatImages(digits()), 3
    seeded_start, found = (
        initialise(
            data,
            6,
            Settings(components=6, latent=latent, initialisation=start),
            seeded(),
        )
        for start in ("random", "ksubspaces")
    )
    x = data[torch.arange(len(data))].double()
    distances = []
    for mean, factors in zip(seeded_start.means, seeded_start.factors, strict=True):
        basis = torch.linalg.qr(factors.double())[0]
        centred = x - mean
        distances.append((centred - centred @ basis @ basis.T).norm(dim=1))
    labels = torch.stack(distances).argmin(0)
    counts = torch.bincount(labels, minlength=6)
    assert counts.min() >= latent + 2  # all are analysed
    for k in range(6):
        torch.testing.assert_close(
            found.means[k].double(), x[labels == k].mean(0), rtol=0, atol=1e-5
        )
    expected = (counts / counts.sum()).tolist()
    assert found.mixing.tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "images, components",
    [
        (lambda: digits(100), 1),
        (lambda: digits(1), 1),
        (lambda: digits(3), 3),  # fewer images than a factor analysis needs
        (lambda: np.repeat(digits(1), 50, 0), 3),  # all equal
    ],
)
def test_starts_from_too_little_are_finite(start, images, components):
    data = FlatImages(images())
    settings = Settings(components=components, latent=4, initialisation=start)
    mixture = initialise(data, components, settings, seeded())
    assert mixture.factors.shape == (components, 64, 4)
    for _ in range(3):
        assert_finite(mixture)
        mixture, value = em_step(mixture, data, BOUNDS)
        assert np.isfinite(value)


def test_more_components_than_images():
    data = FlatImages(digits(5))
    for start in ("random", "ksubspaces"):
        settings = Settings(components=9, latent=2, initialisation=start)
        assert_finite(initialise(data, 9, settings, seeded()))
    with pytest.raises(InputError, match="5 points; needed at least k = 9"):
        initialise(data, 9, Settings(components=9, latent=2), seeded())


def test_k_means_starts_as_often_as_it_is_told(monkeypatch):
    taken = []

    def recorded(x, k, generator, starts):
        taken.append(starts)
        return kmeans(x, k, generator, starts)

    monkeypatch.setattr(initialisation, "kmeans", recorded)
    for starts in ({}, {"starts": 3}):
        settings = Settings(components=5, latent=3, **starts)
        initialise(FlatImages(digits(200)), 5, settings, seeded())
    assert taken == [10, 3]


@pytest.mark.parametrize("start", STARTS)
def test_same_seed_same_start(start):
    data = FlatImages(digits())
    settings = Settings(components=5, latent=3, initialisation=start)
    first, again = (initialise(data, 5, settings, seeded(7)) for _ in range(2))
    for name, value in first.named_parameters():
        assert torch.equal(getattr(again, name), value)
