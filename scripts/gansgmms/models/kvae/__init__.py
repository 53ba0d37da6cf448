"""Mixtures of VAEs by competition (the kVAE draft), and the baselines of its tables."""

import torch

from gansgmms.data.batches import FlatImages
from gansgmms.models.base import Task
from gansgmms.models.kvae.likelihood import log_likelihood
from gansgmms.models.kvae.mixture import KVAE
from gansgmms.models.kvae.training import Settings, Training

__all__ = ["KVAE", "Settings", "Training", "load", "log_likelihood", "train_model"]

load = KVAE.load


def train_model(task: Task) -> tuple[KVAE, list[dict]]:
    """Train K VAEs as the configuration says (see `gansgmms.models.train`)."""
    generator = torch.Generator().manual_seed(task.seed)
    data, settings = FlatImages(task.images, task.device), Settings(**task.settings)
    return Training(data, settings, generator, task.checkpoint).run()
