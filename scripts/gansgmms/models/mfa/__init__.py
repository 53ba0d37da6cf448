"""Mixture of factor analyzers: the model, its starts and its training."""

from pathlib import Path

import numpy as np
import torch

from gansgmms.checkpoint import Checkpoint
from gansgmms.models.mfa.density import MFA
from gansgmms.models.mfa.initialisation import initialise
from gansgmms.models.mfa.training import Settings, em_step, fit
from gansgmms.vectors import Vectors

__all__ = ["MFA", "Settings", "em_step", "fit", "initialise", "load", "train_model"]

load = MFA.load


def train_model(
    images: np.ndarray,
    settings: dict,
    seed: int,
    device: str | torch.device,
    folder: str | Path,
) -> tuple[MFA, list[dict], Checkpoint]:
    """Train a mixture as the configuration says (see `gansgmms.models.train`)."""
    settings = Settings(**settings)
    checkpoint = Checkpoint(folder, {**vars(settings), "seed": seed})
    data = Vectors(images, device, settings.mirror)
    generator = torch.Generator().manual_seed(seed)
    mixture, history = fit(data, settings, generator, initialise, checkpoint)
    return mixture, history, checkpoint
