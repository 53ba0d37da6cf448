"""The models: one file each, or a folder; `base` has what they have in common."""

from gansgmms.models.base import Task, load, train

__all__ = ["Task", "load", "train"]
