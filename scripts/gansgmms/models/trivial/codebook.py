"""K-means centres, drawn by the share of the images in their cell: no variation at all.

NDB counts images in K-means cells, so it is the first trivial model to try it on.
"""

from pathlib import Path

import torch
from torch import Tensor

from gansgmms.data.batches import FlatImages, as_images
from gansgmms.errors import InputError
from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.metrics.kmeans import kmeans
from gansgmms.models.base import Task
from gansgmms.settings.architectures import Codebook as Settings
from gansgmms.training.timer import Timer


class Codebook:
    """Images to draw from, each as often as its weight says.

    Args:
        centres: (K, d) float32 in [0, 1], or points.
        counts: (K,) int64 training images nearest to each.
        shape: (h, w, c), or (d,).
    """

    architecture = "codebook"

    def __init__(self, centres: Tensor, counts: Tensor, shape: tuple[int, ...]):
        self.centres, self.counts, self.shape = centres, counts, tuple(shape)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """n centres, with replacement: (n, h, w, c) uint8, or (n, d) float32 points."""
        weights = self.counts.double().cpu()
        drawn = torch.multinomial(weights, n, replacement=True, generator=generator)
        return as_images(self.centres[drawn.to(self.centres.device)], self.shape)

    def save(self, path: str | Path) -> None:
        """Write centres and counts as one safetensors file."""
        meta = {"architecture": self.architecture, "shape": self.shape}
        tensors = {"centres": self.centres, "counts": self.counts}
        write_tensors(path, tensors, "model", meta)


def train_model(task: Task) -> tuple[Codebook, list[dict]]:
    """Cluster the images (see `gansgmms.models.train`).

    Raises:
        InputError: if there are fewer images than centres.
    """
    settings = Settings(**task.settings)
    generator = torch.Generator().manual_seed(task.seed)
    data = FlatImages(task.images, task.device)
    chosen = torch.arange(len(data))
    if settings.reference is not None and settings.reference < len(data):
        order = torch.randperm(len(data), generator=generator)
        chosen = order[: settings.reference].sort().values
    if len(chosen) < settings.components:
        needed = f"at least components = {settings.components}"
        hint = "choose fewer, or leave the model out of `trivial` of the table"
        raise InputError("codebook", f"{len(chosen)} training images", needed, hint)
    clock = Timer([], len(chosen))
    found = kmeans(
        data[chosen],
        settings.components,
        generator,
        settings.initialisations,
        settings.iterations,
    )
    counts = torch.bincount(found.labels, minlength=settings.components)
    row = clock.row(found.iterations) | {"inertia": found.inertia}
    return Codebook(found.centres, counts, data.shape), [row]


def load(path: str | Path, device: str | torch.device = "cpu") -> Codebook:
    """Read a codebook that `save` wrote."""
    tensors, meta = read_tensors(path, "model", device)
    return Codebook(**tensors, shape=meta["shape"])
