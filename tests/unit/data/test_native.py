"""Crops at the size at which pix2pix works."""

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from gansgmms.data.native import native_spec, working_side
from gansgmms.data.prepare import prepare
from gansgmms.models.gan.pix2pix import reduce, targets
from tests import ROOT

REGISTRY = yaml.safe_load((ROOT / "resources" / "datasets.yaml").read_text())


@pytest.mark.parametrize(
    ("shape", "side"), [((64, 64, 3), 128), ((28, 28, 1), 64), ((8, 8, 1), 16)]
)
def test_pix2pix_works_at_twice_the_size(shape, side):
    assert working_side(shape) == side


def test_of_the_registry_celeba_alone_has_native_crops():
    found = {name: native_spec(entry) for name, entry in REGISTRY.items()}
    native = {name: spec for name, spec in found.items() if spec}
    assert list(native) == ["celeba"]
    assert native["celeba"]["shape"] == [128, 128, 3]
    assert native["celeba"]["crop"] == [25, 50, 128, 128]


@pytest.mark.parametrize("changed", [{"resize": "box"}, {"crop": [0, 0, 100, 100]}])
def test_other_crops_and_filters_are_not_native(changed):
    assert native_spec({**REGISTRY["celeba"], **changed}) is None


def test_native_crops_are_in_the_order_of_the_images_and_come_back_to_them(tmp_path):
    """The data are PIL's bilinear reductions of the crops, by one grey level at most."""
    random = np.random.default_rng(0)
    for number in range(12):
        pixels = random.integers(0, 256, (218, 178, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number:02}.png")
    spec = {
        key: REGISTRY["celeba"][key] for key in ("reader", "shape", "crop", "resize")
    }
    files = {"images": tmp_path}
    images = prepare(spec, files)["train"][0]
    native = prepare(native_spec(spec), files)["train"][0]
    assert native.shape == (len(images), 128, 128, 3)
    way = targets(torch.from_numpy(images), torch.from_numpy(native))
    back = reduce(way, images.shape[1:], native=True).numpy().astype(int)
    assert np.abs(back - images).max() <= 1


def test_images_without_native_crops_come_back_as_they_are():
    random = np.random.default_rng(0)
    for shape in [(64, 64, 3), (28, 28, 1)]:
        images = torch.from_numpy(random.integers(0, 256, (5, *shape), np.uint8))
        way = targets(images)
        assert way.shape == (5, working_side(shape), working_side(shape), shape[2])
        assert torch.equal(reduce(way, shape, native=False), images)
