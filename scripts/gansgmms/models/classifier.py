"""A small classifier of a dataset's labels.

It stands in for VGG-19 (features of VAE-DFC) and for the Inception network (scores of
samples) where those cannot be had or do not suit the data; what it makes is labelled
as its.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.data.batches import ImageTensor, to_float
from gansgmms.errors import InputError
from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.models.base import Task
from gansgmms.settings.architectures import Classifier as Settings
from gansgmms.training import loop

BATCH = 500  # images classified at once


class Maps(nn.Module):
    """Three levels of two convolutions each, halved in between.

    (n, c, h, w) in [-1, 1] -> the maps of features after each level.
    """

    def __init__(self, channels: int, width: int):
        super().__init__()
        insides = [channels, width, 2 * width]
        self.levels = nn.ModuleList(
            nn.Sequential(
                _convolution(in_channels, width * 2**i),
                _convolution(width * 2**i, width * 2**i),
            )
            for i, in_channels in enumerate(insides)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        maps = []
        for i, level in enumerate(self.levels):
            x = level(F.max_pool2d(x, 2, ceil_mode=True) if i else x)
            maps.append(x)
        return maps


class Network(nn.Module):
    """(n, c, h, w) -> (n, classes) logits."""

    def __init__(self, shape: tuple, classes: int, width: int):
        super().__init__()
        self.maps = Maps(shape[2], width)
        self.head = nn.Sequential(
            nn.AdaptiveMaxPool2d(4 if min(shape[:2]) >= 16 else 2),
            nn.Flatten(),
            nn.LazyLinear(4 * width),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4 * width, classes),
        )
        self.eval()(
            torch.zeros(1, shape[2], *shape[:2])
        )  # gives the lazy layer its size
        self.train()

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.maps(x)[-1]).float()


class Classifier(nn.Module):
    """A trained network and the shape (h, w, c) of its images."""

    def __init__(self, network: Network, shape: tuple, classes: int, settings: dict):
        super().__init__()
        # As in training; torch's own types know no such `to`.
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.shape = tuple(shape)
        self.classes, self.settings = classes, settings

    @torch.no_grad()
    def probabilities(self, images: Tensor) -> Tensor:
        """(n, classes) float32 of (n, h, w, c) uint8 images."""
        self.network.eval()
        device = next(self.network.parameters()).device
        logits = [
            self.network(to_float(batch.to(device).permute(0, 3, 1, 2)))
            for batch in images.split(BATCH)
        ]
        return torch.cat(logits).float().softmax(1)

    def save(self, path: str | Path) -> None:
        """Write the network and how it is built as one safetensors file."""
        meta = {
            "architecture": "classifier",
            "shape": self.shape,
            "classes": self.classes,
            "settings": self.settings,
        }
        write_tensors(path, self.network.state_dict(), "model", meta)


class Classification(loop.Training):
    """Cross-entropy of the labels."""

    def __init__(self, task: Task):
        super().__init__()
        if task.labels is None:
            raise InputError(
                "classifier", "images without labels", "a dataset with labels"
            )
        self.settings, self.shape = Settings(**task.settings), task.images.shape[1:]
        self.classes = int(task.labels.max()) + 1
        self.network = Network(self.shape, self.classes, self.settings.width)
        self.optimisers = {"classifier": loop.adam(self.network, self.settings)}
        self.images_per_step = self.settings.batch
        self.labels = torch.tensor(task.labels, dtype=torch.int64, device=task.device)

    def phases(self, iteration: int) -> list[loop.Phase]:
        return [self.fit]

    def fit(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the network."""
        index = images.draw_index(self.settings.batch)
        logits, labels = self.network(images[index]), self.labels[index]
        loss = F.cross_entropy(logits, labels)
        loop.optimizer_step(self.optimisers["classifier"], loss)
        return {"loss": loss, "accuracy": (logits.argmax(1) == labels).float().mean()}

    def model(self) -> Classifier:
        return Classifier(
            self.network, self.shape, self.classes, self.settings.model_dump()
        )


def train_model(task: Task) -> tuple[Classifier, list[dict]]:
    """Train a classifier (see `gansgmms.models.train`)."""
    return loop.train(task, Classification)


def load(path, device="cpu") -> Classifier:
    """Read a trained classifier."""
    tensors, meta = read_tensors(path, "model", device)
    settings, shape = Settings(**meta["settings"]), tuple(meta["shape"])
    network = Network(shape, meta["classes"], settings.width).to(device)
    network.load_state_dict(tensors)
    model = Classifier(network, shape, meta["classes"], meta["settings"])
    return model.requires_grad_(False)


def _convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )
