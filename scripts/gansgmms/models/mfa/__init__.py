"""Mixture of factor analyzers: the model, its starts and its training."""

import torch

from gansgmms.data.batches import FlatImages
from gansgmms.models.base import Task
from gansgmms.models.mfa.density import MFA
from gansgmms.models.mfa.initialisation import initialise
from gansgmms.models.mfa.training import Settings, em_step, fit

__all__ = ["MFA", "Settings", "em_step", "fit", "initialise", "load", "train_model"]

load = MFA.load


def train_model(task: Task) -> tuple[MFA, list[dict]]:
    """Train a mixture as the configuration says (see `gansgmms.models.train`)."""
    settings = Settings(**task.settings)
    data = FlatImages(task.images, task.device, settings.mirror)
    generator = torch.Generator().manual_seed(task.seed)
    return fit(data, settings, generator, initialise, task.checkpoint)
