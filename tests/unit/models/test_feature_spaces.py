"""Features of images: each space gives what its network computes, batch or no batch."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.models import feature_spaces
from gansgmms.models.feature_spaces import SPACES, feature_vectors
from gansgmms.models.features import CONVOLUTIONS


def images(n=30, channels=1, side=16):
    random = np.random.default_rng(0)
    return random.integers(0, 256, (n, side, side, channels), np.uint8)


class Pool3(nn.Module):
    """Takes what the Inception network of TorchScript takes."""

    def forward(
        self, x: Tensor, return_features: bool = False, no_output_bias: bool = False
    ) -> Tensor:
        assert return_features and not no_output_bias
        return torch.stack([x.mean((1, 2, 3)), x.amax((1, 2, 3)), x[:, 2, 3, 4]], 1)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file of each space, by its name."""
    tmp_path = tmp_path_factory.mktemp("weights")
    torch.jit.script(Pool3()).save(tmp_path / "inception.pt")
    widths, state = [3, 64, 64, 128, 128, 256], {}
    generator = torch.Generator().manual_seed(0)
    for (number, _, _), into, out in zip(
        CONVOLUTIONS, widths[:-1], widths[1:], strict=True
    ):
        weight = torch.randn(out, into, 3, 3, generator=generator) / (3 * into**0.5)
        state[f"features.{number}.weight"] = weight
        state[f"features.{number}.bias"] = torch.zeros(out)
    torch.save(state, tmp_path / "vgg19.pth")
    digits = load_digits()
    pixels = (digits.images[:200] * 15).astype(np.uint8)[..., None]
    task = models.Task(
        pixels,
        {"iterations": 2, "batch": 20, "width": 4, "learning_rate": 1e-3},
        0,
        labels=digits.target[:200],
    )
    models.train("classifier", task)[0].save(tmp_path / "classifier.safetensors")
    names = ["inception.pt", "vgg19.pth", "classifier.safetensors"]
    return {name.split(".")[0]: tmp_path / name for name in names}


def test_pixels():
    x = images(20, 3)
    found = feature_vectors(x, "pixels")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, x.reshape(20, -1) / 255, rtol=1e-6)
    points = np.ones((5, 2), np.float32)
    np.testing.assert_array_equal(feature_vectors(points, "pixels"), points)


@pytest.mark.parametrize("space, d", [("vgg19", 448), ("inception", 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_networks_that_take_any_size(space, d, channels, weights, monkeypatch):
    x = images(30, channels)
    found = feature_vectors(x, space, weights[space])
    assert found.shape == (30, d) and found.dtype == np.float32
    # Each image has its own features.
    assert len(np.unique(found, axis=0)) == 30
    monkeypatch.setattr(feature_spaces, "BATCH", 7)
    again = feature_vectors(x, space, weights[space])
    np.testing.assert_allclose(again, found, rtol=1e-4, atol=1e-5)


def test_vgg_is_the_mean_of_its_maps(weights):
    x = images(4, 3)
    state = torch.load(weights["vgg19"], weights_only=True)
    colours = torch.from_numpy(x).permute(0, 3, 1, 2) / 255
    mean, sd = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])
    colours = (colours - mean[:, None, None]) / sd[:, None, None]
    first = torch.conv2d(colours, state["features.0.weight"], padding=1).relu()
    found = feature_vectors(x, "vgg19", weights["vgg19"])
    np.testing.assert_allclose(found[:, :64], first.mean((2, 3)), rtol=1e-4, atol=1e-5)


def test_inception_gets_pixels_of_255_in_three_channels(weights):
    x = images(5)
    found = feature_vectors(x, "inception", weights["inception"])
    np.testing.assert_allclose(found[:, 0], x.mean((1, 2, 3)), rtol=1e-5)
    np.testing.assert_array_equal(found[:, 2], x[:, 3, 4, 0])


def test_the_classifiers_last_layer_makes_classes_of_them(weights):
    x = (load_digits().images[:30] * 15).astype(np.uint8)[..., None]
    found = feature_vectors(x, "classifier", weights["classifier"])
    assert found.shape == (30, 16)
    model = models.load(weights["classifier"])
    logits = model.network.head[-1](torch.from_numpy(found))
    expected = model.probabilities(torch.from_numpy(x))
    torch.testing.assert_close(logits.softmax(1), expected, rtol=1e-4, atol=1e-5)


def test_every_space_says_what_it_is():
    assert set(SPACES) == {"pixels", "vgg19", "classifier", "inception"}
    assert all(space.title and space.resizer for space in SPACES.values())


def test_what_cannot_be(weights):
    with pytest.raises(InputError, match="found 'dino'; needed one of pixels"):
        feature_vectors(images(), "dino")
    with pytest.raises(InputError, match="found no weights"):
        feature_vectors(images(), "vgg19")
    with pytest.raises(InputError, match=r"shape \(5, 2\)"):
        feature_vectors(np.ones((5, 2), np.float32), "inception", weights["inception"])
    with pytest.raises(InputError, match="found a classifier; needed VGG-19"):
        feature_vectors(images(), "vgg19", weights["classifier"])
    with pytest.raises(InputError, match=r"found images of shape \(16, 16, 1\)"):
        feature_vectors(images(), "classifier", weights["classifier"])
    with pytest.raises(InputError, match="found an unreadable file"):
        feature_vectors(images(), "inception", weights["classifier"])
