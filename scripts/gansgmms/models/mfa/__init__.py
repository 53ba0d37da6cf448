"""Mixture of factor analyzers: the model, its starts and its training."""

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
    checkpoint: Checkpoint | None = None,
) -> tuple[MFA, list[dict]]:
    """Train a mixture as the configuration says (see `gansgmms.models.train`)."""
    settings = Settings(**settings)
    data = Vectors(images, device, settings.mirror)
    generator = torch.Generator().manual_seed(seed)
    return fit(data, settings, generator, initialise, checkpoint)
