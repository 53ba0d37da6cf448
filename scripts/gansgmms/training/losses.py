"""Losses along a training: kept on the device, and read by the host now and then."""

import torch
from torch import Tensor

from gansgmms.errors import InputError

NETWORKS = "lower learning_rate, or set precision: float32"


class Losses:
    """What the steps since the last reading gave, in a buffer on their device.

    Reading each loss at once would make a GPU wait for its host at every step.

    Args:
        most: steps between two readings, at most.
        hint: what a user may do where one is not finite.
    """

    def __init__(self, most: int, hint: str = NETWORKS):
        self.most, self.hint = most, hint
        self.names: list[str] = []
        self.buffer: Tensor | None = None
        self.count = 0

    @property
    def full(self) -> bool:
        """Whether they must be read before the next step."""
        return self.count == self.most

    def add(self, values: dict[str, Tensor]) -> None:
        """Take the losses of a step, () each; the same names at every step."""
        row = torch.stack([value.detach().float() for value in values.values()])
        if self.buffer is None:
            self.names = list(values)
            self.buffer = row.new_empty(self.most, len(row))
        self.buffer[self.count] = row
        self.count += 1

    def read(self, step: int) -> dict[str, Tensor]:
        """(n,) float32 on the CPU by name, of the n steps since the last reading.

        Args:
            step: the number of the last of them.

        Raises:
            InputError: if one is not finite, with the first such step.
        """
        if self.buffer is None or self.count == 0:
            return {}
        values = self.buffer[: self.count].cpu()
        self.count = 0
        bad = (~values.isfinite()).nonzero()
        if len(bad):
            row, column = bad[0].tolist()
            found = f"{self.names[column]} {values[row, column]:g}"
            at = step - len(values) + row + 1
            raise diverged(f"{found} at step {at}", self.hint)
        return dict(zip(self.names, values.T, strict=True))


def diverged(found: str, hint: str = NETWORKS) -> InputError:
    """The end of a training whose numbers are not finite."""
    return InputError("training", found, "finite numbers", hint)
