"""What all models have in common: a training task, and x = G(z) for GANs and VAEs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gansgmms.data.batches import to_pixels
from gansgmms.io.weights import read_meta, read_tensors, write_tensors
from gansgmms.training.checkpoint import Checkpoint

BATCH = 250  # images drawn at once; where a network normalises by batch, it matters


@dataclass
class Task:
    """One training.

    images: (n, h, w, c) uint8, or (n, d) float32 points. labels: (n,) integers, or
    None where the dataset has none. settings: those of the model's block in the
    configuration. checkpoint: the resumable state, None keeps none. precision:
    "float32", or "bfloat16" for autocast. inputs: other files that the model is
    trained with, by what they are ("mixture", "features").
    """

    images: np.ndarray
    settings: dict
    seed: int
    device: torch.device | str = "cpu"
    checkpoint: Checkpoint | None = None
    labels: np.ndarray | None = None
    precision: str = "float32"
    inputs: Mapping[str, str] = field(default_factory=dict)


def module_of(architecture: str) -> ModuleType:
    """The file in `gansgmms.models`, or in a folder of it, of that architecture."""
    folders = ["", "gan.", "trivial."]
    places = [f"gansgmms.models.{folder}{architecture}" for folder in folders]
    return import_module(next(filter(find_spec, places), places[0]))


def train(architecture: str, task: Task):
    """Call `train_model` of the file of that architecture.

    Each architecture offers `train_model(task) -> model, history`. The model has
    `save`; history is a list of rows of numbers: the learning curve.
    """
    return module_of(architecture).train_model(task)


def load(path: str | Path, device="cpu"):
    """Load a trained model of any architecture: it offers `sample` and `shape`."""
    architecture = read_meta(path, "model")["architecture"]
    return module_of(architecture).load(path, device)


class LatentModel(nn.Module):
    """A network that decodes latent vectors; `LatentArchitecture` builds and loads it.

    Args:
        architecture: the module in `gansgmms.models` that loads it again.
        network: (n, latent) -> (n, c, h, w) in [-1, 1], or -> (n, d) points.
        shape: (h, w, c), or (d,).
        latent: dimensions of z.
        prior: "normal", N(0, 1), or "uniform", U(-1, 1).
        settings: what the network is built from.
    """

    def __init__(
        self,
        architecture: str,
        network: nn.Module,
        shape: tuple,
        latent: int,
        prior: str,
        settings: dict,
    ):
        super().__init__()
        self.architecture = architecture
        # As in training; torch's own types know no such `to`.
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.shape, self.latent, self.prior = tuple(shape), latent, prior
        self.settings = settings

    @torch.no_grad()
    def decode(self, z: Tensor) -> Tensor:
        """(n, h, w, c) uint8 images, or (n, d) float32 points, of z (n, latent)."""
        mode = self.network.training
        self.network.eval()
        device = next(self.network.parameters()).device
        images = to_pixels(self.network(z.to(device)))
        self.network.train(mode)
        return images

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """n samples as `decode` gives them; z is drawn on the CPU by `generator`."""
        batches = []
        for _ in range(0, n, BATCH):
            # Whole batches, so that the last sees statistics like the others'.
            z = noise(self.prior, (BATCH, self.latent), generator)
            batches.append(self.decode(z))
        return torch.cat(batches)[:n]

    def save(self, path: str | Path) -> None:
        """Write the network and how it is built as one safetensors file."""
        meta = {
            "architecture": self.architecture,
            "shape": self.shape,
            "settings": self.settings,
        }
        write_tensors(path, self.network.state_dict(), "model", meta)


@dataclass(frozen=True)
class LatentArchitecture:
    """How the models of one architecture are built, and read from their files.

    name: the module in `gansgmms.models` that offers it. settings: their class.
    network: (settings, shape) -> the network of a `LatentModel`. prior: of z, where it
    is none of the settings.
    """

    name: str
    settings: type
    network: Callable[[Any, tuple], nn.Module]
    prior: str | None = None

    def model(
        self, settings, shape: tuple, network: nn.Module | None = None
    ) -> LatentModel:
        """The model of a network as it is now; without one, of a new network."""
        if network is None:
            network = self.network(settings, shape)
        prior = self.prior or settings.prior
        built = settings.model_dump()
        return LatentModel(self.name, network, shape, settings.latent, prior, built)

    def load(self, path: str | Path, device="cpu") -> LatentModel:
        """Read a model that `LatentModel.save` wrote."""
        tensors, meta = read_tensors(path, "model", device)
        settings, shape = self.settings(**meta["settings"]), tuple(meta["shape"])
        model = self.model(settings, shape).to(device)
        model.network.load_state_dict(tensors)
        return model.requires_grad_(False)


def noise(
    prior: str,
    shape: tuple[int, ...],
    generator: torch.Generator | None = None,
    device: str | torch.device | None = None,
) -> Tensor:
    """z of a prior, "normal" or "uniform"; without a generator by torch's own state.

    device: default: the generator's, or torch's where there is none.
    """
    device = generator.device if generator and device is None else device
    if prior == "uniform":
        return torch.rand(shape, generator=generator, device=device) * 2 - 1
    return torch.randn(shape, generator=generator, device=device)
