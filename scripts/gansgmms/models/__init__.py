"""One file a model; here only what they have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import numpy as np
import torch

from gansgmms.checkpoint import Checkpoint
from gansgmms.tensors import read_meta


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


def train(architecture: str, task: Task):
    """Call `train_model` of the file of that architecture.

    Each architecture offers `train_model(task) -> model, history`. The model has
    `save`; history is a list of rows of numbers.
    """
    return import_module(f"gansgmms.models.{architecture}").train_model(task)


def load(path: str | Path, device="cpu"):
    """Load a trained model of any architecture: it offers `sample` and `shape`."""
    architecture = read_meta(path, "model")["architecture"]
    return import_module(f"gansgmms.models.{architecture}").load(path, device)
