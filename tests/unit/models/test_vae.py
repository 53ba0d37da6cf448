"""VAE and VAE-DFC, against closed forms and numbers by hand."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from torch import nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models import Task, vae
from tests.unit.models.handmade import Constant, as_float, grey

SHAPE = (8, 8, 1)
SETTINGS = {
    "iterations": 1,
    "batch": 4,
    "width": 4,
    "learning_rate": 2e-4,
    "latent": 2,
}
MEAN, VARIANCE = [1.0, -2.0], [4.0, 0.25]
# KL(N(m, v) || N(0, 1)) = (m^2 + v - 1 - log v) / 2, of both dimensions
KL = sum((m**2 + v - 1 - np.log(v)) / 2 for m, v in zip(MEAN, VARIANCE, strict=True))


class Believes(nn.Module):
    """An encoder of one q(z | x) for all images."""

    def forward(self, x):
        mean, log_variance = torch.tensor(MEAN), torch.tensor(VARIANCE).log()
        return mean.expand(len(x), -1), log_variance.expand(len(x), -1)


def by_hand(images, level, features=None, **settings):
    """A VAE that reconstructs everything as one grey."""
    inputs = {"features": "by hand"} if features else {}
    settings |= inputs
    model = vae.VAE(Task(images, SETTINGS | settings, 0, inputs=inputs))
    model.encoder, model.decoder = Believes(), Constant(level, SHAPE)
    return model


def test_the_loss_is_a_sum_over_pixels_and_a_mean_over_images(updates):
    """0.3 KL + 2.5 sum (x - y)^2: the divergence and the distance with their weights."""
    x = grey([204])
    model = by_hand(x, -0.5, kl=0.3, weights=(2.5,))
    row = model.step(ImageTensor(x), 1)
    squares = 64 * (as_float(204) + 0.5) ** 2
    ((_, loss),) = updates
    assert loss == pytest.approx(0.3 * KL + 2.5 * squares, rel=1e-5)
    assert row["kl"].item() == pytest.approx(KL, rel=1e-5)
    assert row["reconstruction"].item() == pytest.approx(2.5 * squares, rel=1e-5)


@pytest.mark.parametrize("shape", [(8, 8, 1), (9, 12, 3)])
def test_the_encoder_has_two_heads_and_the_decoder_gives_images(shape):
    model = vae.VAE(Task(np.zeros((2, *shape), np.uint8), SETTINGS, 0))
    heads = {model.encoder.mean: 1.5, model.encoder.log_variance: -0.5}
    for head, value in heads.items():
        nn.init.zeros_(head.weight)
        nn.init.constant_(head.bias, value)
    height, width, channels = shape
    found = model.encoder(torch.rand(3, channels, height, width))
    for given, value in zip(found, heads.values(), strict=True):
        assert torch.equal(given, torch.full((3, 2), value))
    images = model.decoder(10 * torch.randn(3, 2))
    assert images.shape == (3, channels, height, width)
    assert images.min() >= -1 and images.max() <= 1


def test_z_is_drawn_from_what_the_encoder_believes():
    """z = m + sigma e has the variance sigma^2, which is what the encoder gives the log of."""
    torch.manual_seed(0)
    x = grey([204])
    model = by_hand(x, 0.0, batch=20_000)
    seen = []
    model.decoder.register_forward_pre_hook(lambda _, z: seen.append(z[0]))
    model.decoder.level.requires_grad_(True)
    model.optimisers = {"vae": torch.optim.SGD(model.decoder.parameters(), 0.0)}
    model.step(ImageTensor(x), 1)
    z = seen[0].double()
    assert z.mean(0).tolist() == pytest.approx(MEAN, abs=4 * 2 / 20_000**0.5)
    # The deviation of a sample variance is about v sqrt(2 / n).
    assert z.var(0).tolist() == pytest.approx(VARIANCE, rel=4 * 0.01)
    assert z.T.corrcoef()[0, 1].item() == pytest.approx(0, abs=4 / 20_000**0.5)


class Layers(nn.Module):
    """Three maps of features, of different scale and size."""

    def forward(self, x):
        return [x, 3 * x + 1, x[:, :, ::2, ::2] ** 2]


def in_numpy(x):
    return [x, 3 * x + 1, x[..., ::2, ::2] ** 2]


@pytest.mark.parametrize("kl", [0.3, 2.0])
def test_features_are_compared_layer_by_layer_in_units_of_their_energy(
    updates, monkeypatch, kl
):
    """kl KL + sum_i w_i mean (f_i(x) - f_i(y))^2 / mean f_i(data)^2."""
    monkeypatch.setattr(vae, "load_features", lambda path: Layers())
    # Energy is that of the first 256 images: the others are brighter.
    levels = [30, 200] * 128 + [255] * 50
    x, weights = grey(levels), (0.5, 2.0, 7.0)
    model = by_hand(
        x, 0.25, features=True, reconstruction="features", weights=weights, kl=kl
    )
    model.step(ImageTensor(grey([102])), 1)

    def planes(values):
        return np.broadcast_to(
            np.float64(values)[:, None, None, None], (len(values), 1, 8, 8)
        )

    data = planes([as_float(level) for level in levels[:256]])
    pair = planes([as_float(102)]), planes([0.25])
    expected = kl * KL
    for w, f, g, of_data in zip(
        weights, *map(in_numpy, pair), in_numpy(data), strict=True
    ):
        expected += w * np.square(f - g).mean() / np.square(of_data).mean()
    ((_, loss),) = updates
    assert loss == pytest.approx(expected, rel=1e-5)


def test_divergence_of_gaussians_against_monte_carlo():
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(2, 3))
    found = vae.divergence(
        torch.tensor(mean)[None], torch.tensor(log_variance)[None]
    ).item()
    q = multivariate_normal(mean, np.diag(np.exp(log_variance)))
    z = q.rvs(200_000, random_state=rng)
    ratio = q.logpdf(z) - multivariate_normal(np.zeros(3)).logpdf(z)
    assert found == pytest.approx(ratio.mean(), abs=4 * ratio.std() / np.sqrt(len(z)))
