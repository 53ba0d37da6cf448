"""Features by which VAE-DFC compares images, against the layers one by one."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms.data.batches import to_float
from gansgmms.errors import InputError
from gansgmms.models.features import CONVOLUTIONS, load_features


def zoo_weights():
    """Random weights in the form of torch's model zoo, to relu3_1."""
    torch.manual_seed(0)
    shapes = [(64, 3), (64, 64), (128, 64), (128, 128), (256, 128)]
    return {
        f"features.{number}.{part}": value
        for (number, _, _), (out, inside) in zip(CONVOLUTIONS, shapes, strict=True)
        for part, value in [
            ("weight", torch.randn(out, inside, 3, 3) * (2 / (9 * inside)) ** 0.5),
            ("bias", 0.1 * torch.randn(out)),
        ]
    }


def test_vgg_against_the_layers_one_by_one(tmp_path):
    state = zoo_weights()
    torch.save(state, tmp_path / "vgg19.pth")
    x = torch.rand(2, 3, 16, 16) * 2 - 1
    layers = []
    for number, _, pooled in CONVOLUTIONS:
        w = state[f"features.{number}.weight"]
        conv = nn.Conv2d(w.shape[1], w.shape[0], 3, padding=1)
        conv.load_state_dict(
            {p: state[f"features.{number}.{p}"] for p in ("weight", "bias")}
        )
        layers.append(nn.Sequential(*[nn.MaxPool2d(2)] * pooled, conv, nn.ReLU()))
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    sd = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    expected, y = [], ((x + 1) / 2 - mean) / sd
    for layer in layers:
        y = layer(y)
        expected.append(y)
    found = load_features(tmp_path / "vgg19.pth")(x)
    for ours, theirs in zip(found, [expected[i] for i in (0, 2, 4)], strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_the_normalised_layers_against_their_own_one_by_one(tmp_path):
    """Colours by a 1x1 convolution of RGB in [0, 1], then layers that reflect borders."""
    torch.manual_seed(0)
    shapes = {"0": (3, 3, 1), "2": (64, 3, 3), "5": (64, 64, 3), "9": (128, 64, 3)}
    shapes |= {"12": (128, 128, 3), "16": (256, 128, 3)}
    convolutions, arrays = {}, {}
    for name, (out, inside, side) in shapes.items():
        convolutions[name] = nn.Conv2d(
            inside, out, side, padding=side // 2, padding_mode="reflect"
        )
        for part, value in convolutions[name].named_parameters():
            arrays[f"{name}.{part}"] = value.detach().numpy()
    np.savez(tmp_path / "vgg.npz", **arrays)
    x = torch.rand(2, 3, 16, 12) * 2 - 1
    c, pool = convolutions, nn.MaxPool2d(2)
    with torch.no_grad():
        first = c["2"](c["0"]((x + 1) / 2)).relu()
        second = c["9"](pool(c["5"](first).relu())).relu()
        third = c["16"](pool(c["12"](second).relu())).relu()
    found = load_features(tmp_path / "vgg.npz")(x)
    for ours, theirs in zip(found, (first, second, third), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_grey_images_have_features_too(tmp_path):
    torch.save(zoo_weights(), tmp_path / "vgg19.pth")
    network = load_features(tmp_path / "vgg19.pth")
    grey = torch.rand(2, 1, 8, 8)
    for one, three in zip(
        network(grey), network(grey.expand(-1, 3, -1, -1)), strict=True
    ):
        torch.testing.assert_close(one, three)


def test_the_mirrors_layers_have_unit_mean_activation(mirror):
    """What they are known for: the mean over natural images is about 1, here over two."""
    from sklearn.datasets import load_sample_images

    network = load_features(mirror / "vgg19-conv1to3/vgg_normalised_conv3_1.npz")
    photographs = np.stack(load_sample_images().images)[:, :256, :256]
    x = to_float(torch.tensor(photographs).permute(0, 3, 1, 2))
    for features in network(x):
        assert features.mean().item() == pytest.approx(1, abs=0.2)


def test_a_pickle_that_runs_code_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    torch.save({"features.0.weight": Evil()}, tmp_path / "vgg19.pth")
    with pytest.raises(InputError, match="no weights of that form"):
        load_features(tmp_path / "vgg19.pth")
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("name", ["weights.pth", "weights.npz", "weights.h5"])
def test_files_without_those_layers_are_refused(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".pth":
        torch.save({"conv": torch.zeros(1)}, path)
    else:
        with path.open("wb") as file:
            np.savez(file, conv=np.zeros(1))
    with pytest.raises(InputError, match=f"{name}: found no weights"):
        load_features(path)
