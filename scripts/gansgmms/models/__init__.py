"""One file a model; here only which architectures there are."""

from importlib import import_module
from pathlib import Path

from gansgmms.tensors import read_meta


def train(architecture: str, *args, **kwargs):
    """Call `train_model` of the file of that architecture.

    Each architecture offers

        train_model(images, settings, seed, device, checkpoint) -> model, history

    from images (n, h, w, c) uint8, the model's settings, a seed, a torch device and
    the `Checkpoint` that holds its resumable state. The model has `save`; history is
    a list of rows of numbers.
    """
    return import_module(f"gansgmms.models.{architecture}").train_model(*args, **kwargs)


def load(path: str | Path, device="cpu"):
    """Load a trained model of any architecture: it offers `sample` and `shape`."""
    architecture = read_meta(path, "model")["architecture"]
    return import_module(f"gansgmms.models.{architecture}").load(path, device)
