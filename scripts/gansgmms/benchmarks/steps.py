"""A step of every model as it is trained, to be counted (`benchmarks.counting`) or timed.

The networks are those of the settings. What a model is trained with is the smallest that
will do, and so is the start of a mixture: a few images, two components, random weights.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from gansgmms.data.batches import FlatImages, ImageTensor
from gansgmms.models import Task, kvae
from gansgmms.models.classifier import Classification
from gansgmms.models.features import CONVOLUTIONS
from gansgmms.models.gan.adversarial_mfa import AdversarialMFA
from gansgmms.models.gan.began import BEGAN
from gansgmms.models.gan.dcgan import DCGAN
from gansgmms.models.gan.pix2pix import Pairing
from gansgmms.models.gan.wgan import WGAN
from gansgmms.models.mfa import MFA
from gansgmms.models.mfa import Settings as MixtureSettings
from gansgmms.models.mfa.training import adam_step
from gansgmms.models.vae import VAE
from gansgmms.training import loop

NETWORKS: dict[str, type[loop.Training]] = {
    "adversarial_mfa": AdversarialMFA,
    "began": BEGAN,
    "classifier": Classification,
    "dcgan": DCGAN,
    "pix2pix": Pairing,
    "vae": VAE,
    "wgan": WGAN,
}
FEW = 64  # images; a batch is drawn from them with replacement
LABELS = 10
ITERATION = 1001  # past a warm-up
FILTERS = [64, 64, 128, 128, 256]  # of VGG-19's first convolutions


class NetworkStep:
    """An iteration of a network's training loop at each call; gives its losses."""

    def __init__(self, task: Task, architecture: str):
        device = torch.device(task.device)
        torch.manual_seed(task.seed)
        with device:
            self.training = NETWORKS[architecture](task).train()
        self.training.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.images = ImageTensor(task.images, device)
        self.context = loop.half_precision(task)
        self.per_step = self.training.images_per_step

    def __call__(self) -> dict[str, torch.Tensor]:
        with self.context:
            return self.training.step(self.images, ITERATION)


class MixtureStep:
    """A step of Adam on a mixture at each call; in float32, whatever the task says."""

    def __init__(self, task: Task):
        self.settings = MixtureSettings(**task.settings)
        s, d = self.settings, int(np.prod(task.images.shape[1:]))
        self.mixture = mixture(s.components, d, s.latent, task.images.shape[1:])
        self.mixture.to(task.device)
        gpu = torch.device(task.device).type == "cuda"
        self.optimiser = torch.optim.Adam(
            self.mixture.parameters(), s.learning_rate, fused=True, capturable=gpu
        )
        self.data = FlatImages(task.images, task.device)
        self.per_step = s.batch

    def __call__(self) -> dict[str, torch.Tensor]:
        device = self.data.images.device
        index = torch.randint(len(self.data), (self.per_step,), device=device)
        value = adam_step(self.mixture, self.optimiser, self.data[index])
        with torch.no_grad():
            self.mixture.noise.clamp_(*self.settings.noise)
        return {"log_likelihood": value}


class VAEsStep:
    """A step of K VAEs and, in a competition, one of their classifiers at each call."""

    def __init__(self, task: Task):
        settings = kvae.Settings(**task.settings)
        data = FlatImages(task.images, task.device)
        self.training = kvae.Training(data, settings, torch.Generator().manual_seed(0))
        self.training.model.train()
        self.training.classifier.train()
        self.competing = settings.split == "competition"
        self.per_step = settings.components * settings.batch

    def __call__(self) -> dict[str, torch.Tensor]:
        value = self.training.vae_step()
        if self.competing:
            self.training.classifier_step()
        return {"elbo": value}


def step_of(
    architecture: str,
    settings: dict,
    shape: tuple[int, ...],
    device: torch.device | str = "cpu",
    precision: str = "float32",
) -> NetworkStep | MixtureStep | VAEsStep:
    """A step of a model on random data of a shape, (h, w, c) or (d,).

    Args:
        settings: the model's block. precision: of networks.
    """
    settings = {"iterations": 1} | settings
    data, labels = images(shape), np.arange(FEW) % LABELS
    if architecture == "adversarial_mfa":
        settings["initialisation"] = "random"
    with inputs(shape) as files:
        task = Task(*(data, settings, 0, device, None, labels, precision), inputs=files)
        if architecture == "mfa":
            return MixtureStep(task)
        return (
            VAEsStep(task)
            if architecture == "kvae"
            else NetworkStep(task, architecture)
        )


def images(shape: tuple[int, ...], n: int = FEW, seed: int = 0) -> np.ndarray:
    """(n, *shape): uint8 pixels at random, or float32 points of the plane."""
    rng = np.random.default_rng(seed)
    if len(shape) == 1:
        return rng.normal(size=(n, *shape)).astype(np.float32)
    return rng.integers(0, 256, (n, *shape), np.uint8)


def mixture(k: int, d: int, l: int, shape: tuple[int, ...]) -> MFA:
    """A mixture of k components with l factors, begun at random."""
    factors, noise = 0.1 * torch.rand(k, d, l), torch.full((k, d), 0.1)
    return MFA(torch.zeros(k), torch.rand(k, d), factors, noise, shape)


@contextmanager
def inputs(shape: tuple[int, ...]) -> Iterator[dict[str, str]]:
    """Files of what some models are trained with: a mixture, and a network of features."""
    channels = zip([3, *FILTERS[:-1]], FILTERS, CONVOLUTIONS, strict=True)
    vgg = {}
    for before, after, (number, *_) in channels:
        vgg[f"features.{number}.weight"] = 0.05 * torch.randn(after, before, 3, 3)
        vgg[f"features.{number}.bias"] = torch.zeros(after)
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "mixture": Path(folder) / "mixture.safetensors",
            "features": Path(folder) / "vgg.pth",
        }
        mixture(2, int(np.prod(shape)), 2, shape).save(files["mixture"])
        torch.save(vgg, files["features"])
        yield {name: str(path) for name, path in files.items()}
