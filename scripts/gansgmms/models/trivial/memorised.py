"""Training images, drawn with replacement: what a model that memorised would give."""

from pathlib import Path

import torch
from torch import Tensor

from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.models.base import Task
from gansgmms.settings.architectures import Memorised as Settings
from gansgmms.training.timer import Timer


class Memorised:
    """Images (m, h, w, c) uint8, or (m, d) float32 points, to draw from."""

    architecture = "memorised"

    def __init__(self, images: Tensor):
        self.images, self.shape = images, tuple(images.shape[1:])

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """n of them with replacement, each as likely: as they are stored."""
        device = generator.device
        drawn = torch.randint(
            len(self.images), (n,), generator=generator, device=device
        )
        return self.images[drawn.to(self.images.device)]

    def save(self, path: str | Path) -> None:
        """Write the images as one safetensors file."""
        meta = {"architecture": self.architecture, "shape": self.shape}
        write_tensors(path, {"images": self.images}, "model", meta)


def train_model(task: Task) -> tuple[Memorised, list[dict]]:
    """Choose the images (see `gansgmms.models.train`)."""
    settings = Settings(**task.settings)
    generator = torch.Generator().manual_seed(task.seed)
    clock = Timer([], len(task.images))
    order = torch.randperm(len(task.images), generator=generator).numpy()
    # In the order of the data set, which reading from a mapped file goes along.
    chosen = task.images[sorted(order[: settings.images])]
    model = Memorised(torch.tensor(chosen, device=task.device))
    return model, [clock.row(1) | {"images": len(chosen)}]


def load(path: str | Path, device: str | torch.device = "cpu") -> Memorised:
    """Read a model that `save` wrote."""
    return Memorised(read_tensors(path, "model", device)[0]["images"])
