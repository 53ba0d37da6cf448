"""What the tests of several models share."""

import pytest

from gansgmms.training import loop


class Recorder(list):
    """(optimiser, loss) of each update that was asked for, in order."""

    def of(self, optimiser) -> list[float]:
        """The losses that this optimiser was given."""
        return [loss for owner, loss in self if owner is optimiser]


@pytest.fixture
def updates(monkeypatch) -> Recorder:
    """The losses that a step hands to its optimisers: written down, and not followed, so
    that networks with weights by hand keep them.
    """
    record = Recorder()
    monkeypatch.setattr(
        loop,
        "optimizer_step",
        lambda optimiser, loss: record.append((optimiser, loss.item())),
    )
    return record
