"""Features of images by which VAE-DFC compares them (relu1_1, 2_1, 3_1 of VGG-19).

Three networks offer them: VGG-19 as torch's model zoo has it, a copy of its first
layers with filters scaled to equal mean activation, and a classifier trained here on
the labels of the dataset.
"""

import zipfile
import zlib
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.errors import InputError
from gansgmms.io.downloaded import checked

# The layers of VGG-19 up to conv3_1, numbered as in torch's model zoo, and the side of
# the normalised file: (number there, number in the file, pooled before).
CONVOLUTIONS = [
    (0, 2, False),
    (2, 5, False),
    (5, 9, True),
    (7, 12, False),
    (10, 16, True),
]
TAPS = (0, 2, 4)  # conv1_1, conv2_1, conv3_1 among them

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_SD = (0.229, 0.224, 0.225)


class VGG(nn.Module):
    """VGG-19 up to relu3_1 (Simonyan & Zisserman 2014).

    Args:
        colours: (3, 3) and (3,): the affine map from RGB in [0, 1] to its input.
        weights, biases: of conv1_1, 1_2, 2_1, 2_2, 3_1.
        padding: "zeros", as it was trained, or "reflect".
    """

    matrix: Tensor
    shift: Tensor

    def __init__(
        self,
        colours: tuple[Tensor, Tensor],
        weights: list[Tensor],
        biases: list[Tensor],
        padding: str = "zeros",
    ):
        super().__init__()
        self.register_buffer("matrix", colours[0][:, :, None, None])
        self.register_buffer("shift", colours[1])
        self.padding = {"zeros": "constant", "reflect": "reflect"}[padding]
        self.layers = nn.ModuleList()
        for weight, bias in zip(weights, biases, strict=True):
            layer = nn.Conv2d(weight.shape[1], weight.shape[0], 3)
            layer.weight.data = weight.float()
            layer.bias.data = bias.float()  # type: ignore[union-attr]  # there is one
            self.layers.append(layer)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Three maps of features of x (n, 1 or 3, h, w) in [-1, 1]."""
        x = F.conv2d((x.expand(-1, 3, -1, -1) + 1) / 2, self.matrix, self.shift)
        maps = []
        for i, (layer, (*_, pooled)) in enumerate(
            zip(self.layers, CONVOLUTIONS, strict=True)
        ):
            x = F.max_pool2d(x, 2, ceil_mode=True) if pooled else x
            x = F.relu(layer(F.pad(x, (1, 1, 1, 1), self.padding)))
            if i in TAPS:
                maps.append(x)
        return maps


def load_features(path: str | Path, sha256: str | None = None) -> nn.Module:
    """A network of features by the form of its file; its weights do not train.

    .pth: VGG-19 of torch's model zoo, read without unpickling code; .npz: the
    normalised layers; .safetensors: a classifier of `gansgmms.models.classifier`.

    Args:
        sha256: of the file, where it is known (resources/networks.yaml).

    Raises:
        InputError: for another form, a file that does not hold those layers, or one
            that differs from what is known of it (`io.downloaded`).
    """
    path = checked(path, "the weights of a network", sha256)
    try:
        match path.suffix:
            case ".pth":
                network = _zoo(torch.load(path, "cpu", weights_only=True))
            case ".npz":
                with np.load(path, allow_pickle=False) as arrays:
                    network = _normalised(
                        {k: torch.from_numpy(arrays[k]) for k in arrays}
                    )
            case ".safetensors":
                from gansgmms.models import load

                network = load(path).network.maps
            case _:
                raise KeyError(path.suffix)
    except (
        *(KeyError, ValueError, RuntimeError, UnpicklingError, EOFError, OSError),
        *(TypeError, AttributeError, IndexError, zipfile.BadZipFile, zlib.error),
        AssertionError,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            str(path),
            f"no weights of that form ({type(error).__name__})",
            "VGG-19 as .pth or .npz, or a trained classifier as .safetensors",
        ) from None
    return network.requires_grad_(False).eval()


def _zoo(state: dict[str, Tensor]) -> VGG:
    sd = torch.tensor(IMAGENET_SD)
    colours = torch.diag(1 / sd), -torch.tensor(IMAGENET_MEAN) / sd
    names = [f"features.{number}" for number, _, _ in CONVOLUTIONS]
    weights = [state[f"{name}.weight"] for name in names]
    return VGG(colours, weights, [state[f"{name}.bias"] for name in names])


def _normalised(arrays: dict[str, Tensor]) -> VGG:
    # Its layer 0 maps RGB in [0, 1] to what the original network was trained on.
    colours = arrays["0.weight"][:, :, 0, 0], arrays["0.bias"]
    names = [str(number) for _, number, _ in CONVOLUTIONS]
    weights = [arrays[f"{name}.weight"] for name in names]
    biases = [arrays[f"{name}.bias"] for name in names]
    return VGG(colours, weights, biases, "reflect")
