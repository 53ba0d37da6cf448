"""Resumable state: written whole, and refused when it belongs to other settings."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from gansgmms.errors import InputError
from gansgmms.jobs import log
from gansgmms.tensors import read_tensors, write_tensors


@dataclass
class State:
    """What a killed training needs to go on: tensors by name, and plain data."""

    tensors: dict[str, Tensor]
    meta: dict

    def restore(
        self,
        model: nn.Module,
        optimiser: torch.optim.Optimizer,
        generator: torch.Generator,
    ) -> None:
        """Put back weights, optimiser and random state saved by `save_training`."""
        model.load_state_dict(
            {
                name.removeprefix("model."): value
                for name, value in self.tensors.items()
                if name.startswith("model.")
            }
        )
        slots: dict[int, dict[str, Tensor]] = {}
        for name, value in self.tensors.items():
            if name.startswith("optimiser."):
                _, parameter, slot = name.split(".")
                slots.setdefault(int(parameter), {})[slot] = value
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": slots, "param_groups": groups})
        generator.set_state(self.tensors["generator"].cpu())


class Checkpoint:
    """The resumable state of one training, in a folder of its own.

    Args:
        folder: where the state lives; not an output of the job.
        settings: everything that decides the result; a state saved under other
            settings is refused.
        minutes: time between two saves.
    """

    def __init__(self, folder: str | Path, settings: dict, minutes: float = 2.0):
        self.path = Path(folder) / "state.safetensors"
        self.settings = json.loads(json.dumps(settings))  # as it will be read
        self.seconds = 60 * minutes
        self.last = time.monotonic()

    def due(self) -> bool:
        """Whether it is time to save again."""
        return time.monotonic() - self.last >= self.seconds

    def save(self, tensors: dict[str, Tensor], meta: dict) -> None:
        """Write the state in place of the last one, whole or not at all."""
        content = {"settings": self.settings, "meta": meta}
        write_tensors(self.path, tensors, "state", content)
        self.last = time.monotonic()

    def save_training(
        self,
        model: nn.Module,
        optimiser: torch.optim.Optimizer,
        generator: torch.Generator,
        meta: dict,
    ) -> None:
        """Save weights, optimiser and random state, as `State.restore` reads them."""
        tensors = {f"model.{name}": t for name, t in model.state_dict().items()}
        for parameter, slots in optimiser.state_dict()["state"].items():
            for slot, value in slots.items():
                tensors[f"optimiser.{parameter}.{slot}"] = value
        tensors["generator"] = generator.get_state()
        self.save(tensors, meta)

    def load(self) -> State | None:
        """The saved state, or None where there is none.

        Raises:
            InputError: if it was saved under other settings, with the difference.
        """
        if not self.path.exists():
            return None
        tensors, content = read_tensors(self.path, "state")
        saved = content["settings"]
        if saved != self.settings:
            keys = sorted(saved.keys() | self.settings.keys())
            changed = [k for k in keys if saved.get(k) != self.settings.get(k)]
            raise InputError(
                str(self.path),
                ", ".join(f"{k}: {saved.get(k)}" for k in changed),
                ", ".join(f"{k}: {self.settings.get(k)}" for k in changed),
                f"delete {self.path.parent} to train afresh, or restore the settings",
            )
        log.info("going on from %s", self.path)
        return State(tensors, content["meta"])

    def clear(self) -> None:
        """Forget the state, when the training is complete."""
        shutil.rmtree(self.path.parent, ignore_errors=True)
