"""One Gaussian with the mean and the covariance of the images, or with its diagonal."""

from pathlib import Path

import torch
from torch import Tensor

from gansgmms.data.batches import FlatImages, as_images
from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.models.base import Task
from gansgmms.settings.architectures import Gaussian as Settings
from gansgmms.training.timer import Timer

CHUNK = 2048  # vectors whose squares are summed, or that are drawn, at once


class Gaussian:
    """N(mean, F F^T).

    Args:
        mean: (d,) float32.
        factor: F, (d, d) lower triangular, or (d,) where it is diagonal.
        shape: (h, w, c), or (d,).
    """

    architecture = "gaussian"

    def __init__(self, mean: Tensor, factor: Tensor, shape: tuple[int, ...]):
        self.mean, self.factor, self.shape = mean, factor, tuple(shape)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, h, w, c) uint8 images, or (n, d) float32 points."""
        return torch.cat(
            [
                self._draw(min(CHUNK, n - start), generator)
                for start in range(0, n, CHUNK)
            ]
        )

    def _draw(self, n: int, generator: torch.Generator) -> Tensor:
        device = generator.device
        z = torch.randn(n, len(self.mean), generator=generator, device=device)
        z = z.to(self.mean.device)
        diagonal = self.factor.ndim == 1
        x = z.mul_(self.factor) if diagonal else z @ self.factor.T
        return as_images(x.add_(self.mean), self.shape)

    def save(self, path: str | Path) -> None:
        """Write mean and factor as one safetensors file."""
        meta = {"architecture": self.architecture, "shape": self.shape}
        write_tensors(path, {"mean": self.mean, "factor": self.factor}, "model", meta)


def train_model(task: Task) -> tuple[Gaussian, list[dict]]:
    """The maximum of the likelihood (see `gansgmms.models.train`).

    Raises:
        InputError: for another `covariance`.
    """
    settings = Settings(**task.settings)
    data = FlatImages(task.images, task.device)
    clock = Timer([], len(data))
    d = len(data[torch.zeros(1, dtype=torch.long)][0])
    mean = torch.zeros(d, dtype=torch.float64, device=task.device)
    for x in data.batches(CHUNK):
        mean += x.double().sum(0) / len(data)
    full = settings.covariance == "full"
    squares = mean.new_zeros((d, d) if full else (d,))
    for x in data.batches(CHUNK):
        centred = x.double() - mean
        if full:
            squares.addmm_(centred.T, centred)
        else:
            squares += centred.square().sum(0)
    covariance = squares / len(data)
    variances = covariance.diagonal() if full else covariance
    variances += settings.least_noise**2
    factor = torch.linalg.cholesky(covariance) if full else covariance.sqrt()
    model = Gaussian(mean.float(), factor.float(), data.shape)
    return model, [clock.row(1)]


def load(path: str | Path, device: str | torch.device = "cpu") -> Gaussian:
    """Read a Gaussian that `save` wrote."""
    tensors, meta = read_tensors(path, "model", device)
    return Gaussian(**tensors, shape=meta["shape"])
