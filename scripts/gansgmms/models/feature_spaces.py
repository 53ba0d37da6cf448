"""Vectors of features of images, for the metrics that compare sets of them.

A distance between sets of images is one only with its feature space and with how images
were resized for it: `SPACES` says both, to be shown beside every number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gansgmms.data.batches import to_float
from gansgmms.errors import InputError
from gansgmms.io.images import as_vectors
from gansgmms.models.features import VGG, load_features

BATCH = 100  # images seen by a network at once

# (n, h, w, c) uint8 -> (n, d)
Features = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Space:
    """title: what a table calls it. resizer: what was done to the size of the images.
    open: makes its function from a file of weights and a device; None where it has none.
    """

    title: str
    resizer: str
    open: Callable[[str | Path, str | torch.device], Features] | None


def feature_vectors(
    images: np.ndarray,
    space: str,
    weights: str | Path | None = None,
    device: str | torch.device = "cpu",
) -> np.ndarray:
    """(n, d) float32 features of images (n, h, w, c) uint8.

    Args:
        images: points (n, d) have the space of pixels alone, and are their own features.
        space: one of `SPACES`.
        weights: "vgg19": .pth or .npz as `load_features` reads them; "classifier": a
            trained one, .safetensors; "inception": TorchScript, .pt.

    Raises:
        InputError: for another space, weights that are missing or of another kind, and
            images that the network does not take.
    """
    if space not in SPACES:
        raise InputError("feature space", repr(space), f"one of {', '.join(SPACES)}")
    opened = SPACES[space].open
    if opened is None:
        return as_vectors(images)
    if images.ndim != 4 or images.dtype != np.uint8 or images.shape[3] not in (1, 3):
        found = f"an array of shape {images.shape} and dtype {images.dtype}"
        raise InputError(f"features, {space}", found, "(n, h, w, 1 or 3), uint8")
    if weights is None:
        raise InputError(f"features, {space}", "no weights", "a file of weights")
    network = opened(weights, device)
    with torch.no_grad():
        parts = [
            network(torch.tensor(images[start : start + BATCH], device=device))
            .float()
            .cpu()
            for start in range(0, len(images), BATCH)
        ]
    return torch.cat(parts).numpy()


def _vgg19(weights: str | Path, device) -> Features:
    network = load_features(weights).to(device)
    if not isinstance(network, VGG):
        raise InputError(str(weights), "a classifier", "VGG-19 as .pth or .npz")

    def features(images: Tensor) -> Tensor:
        maps = network(to_float(images.permute(0, 3, 1, 2)))
        return torch.cat([m.mean((2, 3)) for m in maps], 1)

    return features


def _classifier(weights: str | Path, device) -> Features:
    from gansgmms.models import load
    from gansgmms.models.classifier import Classifier

    model = load(weights, device)
    if not isinstance(model, Classifier):
        raise InputError(str(weights), "another model", "a trained classifier")
    network = model.network.eval()

    def features(images: Tensor) -> Tensor:
        if tuple(images.shape[1:]) != model.shape:
            found = f"images of shape {tuple(images.shape[1:])}"
            raise InputError("features, classifier", found, f"{model.shape}, as it has")
        maps = network.maps(to_float(images.permute(0, 3, 1, 2)))
        return network.head[:-1](maps[-1])  # what its last layer makes classes of

    return features


def _inception(weights: str | Path, device) -> Features:
    try:
        network = torch.jit.load(str(weights), map_location=device).eval()
    except (RuntimeError, ValueError) as error:
        found = f"an unreadable file ({type(error).__name__})"
        raise InputError(str(weights), found, "TorchScript, .pt") from None

    def features(images: Tensor) -> Tensor:
        # It takes pixels of 0 to 255, of any size, and enlarges them itself.
        x = images.permute(0, 3, 1, 2).float().expand(-1, 3, -1, -1)
        return network(x, return_features=True)

    return features


SPACES = {
    "pixels": Space("pixels", "none", None),
    "vgg19": Space("VGG-19 conv1 to 3, each pooled", "none", _vgg19),
    "classifier": Space(
        "the dataset's classifier, last hidden layer", "none", _classifier
    ),
    "inception": Space(
        "Inception 2015-12-05, pool3",
        "bilinear to 299 x 299, by the network",
        _inception,
    ),
}
