"""Resumable state: written whole, and refused when it belongs to other settings."""

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from gansgmms.errors import InputError
from gansgmms.io.atomic import atomic, in_words
from gansgmms.io.walk import expand, files_below
from gansgmms.io.weights import read_tensors, write_tensors

log = logging.getLogger(__name__)


@dataclass
class State:
    """What a killed training needs to go on: tensors by name, and plain data."""

    tensors: dict[str, Tensor]
    meta: dict

    def restore(
        self,
        model: nn.Module,
        optimisers: Mapping[str, torch.optim.Optimizer],
        generator: torch.Generator | None = None,
    ) -> None:
        """Put back weights, optimisers and random states saved by `save_training`."""
        model.load_state_dict(self.under("model."))
        for name, optimiser in optimisers.items():
            self.restore_optimiser(optimiser, f"optimiser.{name}.")
        if generator is not None:
            generator.set_state(self.tensors["random.generator"].cpu())
        torch.set_rng_state(self.tensors["random.cpu"].cpu())
        if torch.cuda.is_available() and "random.cuda" in self.tensors:
            torch.cuda.set_rng_state(self.tensors["random.cuda"].cpu())

    def restore_optimiser(self, optimiser: torch.optim.Optimizer, prefix: str) -> None:
        """Put back what `optimiser_tensors` named, laid out as the parameters are.

        In a file all tensors are contiguous. A fused step refuses other layouts than the
        parameter's on a GPU; on a CPU it pairs numbers by their place in memory.
        """
        own: dict[int, dict[str, Tensor]] = {}
        for key, value in self.under(prefix).items():
            number, name = key.split(".")
            own.setdefault(int(number), {})[name] = value
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": own, "param_groups": groups})
        for parameter, slots in optimiser.state.items():
            for slot, value in slots.items():
                if value.shape == parameter.shape:
                    slots[slot] = torch.empty_like(parameter).copy_(value)

    def under(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin with the prefix, by the rest of their names."""
        return {
            name.removeprefix(prefix): value
            for name, value in self.tensors.items()
            if name.startswith(prefix)
        }


def optimiser_tensors(
    optimiser: torch.optim.Optimizer, prefix: str
) -> dict[str, Tensor]:
    """What an optimiser keeps of its parameters: "<prefix><number>.<slot>"."""
    return {
        f"{prefix}{parameter}.{slot}": value
        for parameter, slots in optimiser.state_dict()["state"].items()
        for slot, value in slots.items()
    }


class Checkpoint:
    """The resumable state of one training, in a folder of its own.

    Args:
        folder: where the state lives; not an output of the job.
        settings: everything that decides the result; a state saved under other
            settings is refused.
        minutes: time between two saves.
    """

    def __init__(self, folder: str | Path, settings: dict, minutes: float = 2.0):
        self.folder = expand(folder)
        self.path = self.folder / "state.safetensors"
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
        optimisers: Mapping[str, torch.optim.Optimizer],
        meta: dict,
        generator: torch.Generator | None = None,
    ) -> None:
        """Save weights, optimisers and random states, as `State.restore` reads them.

        The random states are torch's own, on the CPU and on the GPU in use, and that
        of `generator`.
        """
        tensors = {f"model.{name}": t for name, t in model.state_dict().items()}
        for name, optimiser in optimisers.items():
            tensors |= optimiser_tensors(optimiser, f"optimiser.{name}.")
        tensors["random.cpu"] = torch.get_rng_state()
        if torch.cuda.is_available():
            tensors["random.cuda"] = torch.cuda.get_rng_state()
        if generator is not None:
            tensors["random.generator"] = generator.get_state()
        self.save(tensors, meta)

    def part(self, name: str) -> "Checkpoint":
        """A checkpoint for one part of the training, in a folder of its own."""
        minutes = self.seconds / 60
        return Checkpoint(self.folder / name, self.settings | {"part": name}, minutes)

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
                f"delete {self.folder} to train afresh, or restore the settings",
            )
        log.info("going on from %s", self.path)
        return State(tensors, content["meta"])

    @property
    def _mark(self) -> str:
        """A word of the settings, so that nothing of other settings is taken for theirs."""
        words = json.dumps(self.settings, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:8]

    @property
    def progress(self) -> Path:
        """The folder for what a training of these settings leaves along the way."""
        return self.folder / f"progress-{self._mark}"

    @property
    def finished(self) -> Path:
        """The folder of what these settings ended with, until it is known to be kept."""
        return self.folder / f"finished-{self._mark}"

    def finish(self, save: Callable[[Path], None]) -> None:
        """Keep what a training ended with in the place of its state.

        Args:
            save: writes files into a folder. They are there all or none.
        """
        folder = self.folder / f".{self.finished.name}"
        shutil.rmtree(folder, ignore_errors=True)
        with in_words(folder):
            folder.mkdir(parents=True)
        save(folder)
        with in_words(folder):
            folder.rename(self.finished)
        self.path.unlink(missing_ok=True)

    def hand_over(self, outputs: Mapping[str, str | Path]) -> None:
        """Copy what a training ended with, and what it left along the way.

        The state stays: whoever asked for the files may refuse them, as Snakemake does
        where it was killed meanwhile (`gansgmms.workflow.job.clear_states`).

        Args:
            outputs: files by their names in `finished`, and the folder of "progress".
        """
        for name, path in outputs.items():
            if name == "progress":
                self.keep_progress(path)
                continue
            with atomic(path) as temporary:
                shutil.copyfile(self.finished / name, temporary)

    def keep_progress(self, folder: str | Path) -> None:
        """Copy what was left along the way, if anything, into `folder`."""
        folder = expand(folder)
        with in_words(folder):
            folder.mkdir(parents=True, exist_ok=True)
            names = files_below(self.progress) if self.progress.is_dir() else []
        for name in names:  # what a killed write left is hidden, and stays behind
            with atomic(folder / name) as temporary:
                shutil.copyfile(self.progress / name, temporary)

    def clear(self) -> None:
        """Forget the state."""
        shutil.rmtree(self.folder, ignore_errors=True)
