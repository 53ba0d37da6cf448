"""What one step of a training asks of a device: launches, bytes and operations, counted.

Counted on tensors without content (torch's fake tensors), so that a step of any width
costs no time and the figures are those of the code, not of a machine. Every operator
of torch that is no view counts as one launch. Operators are those of the CPU; a few of
them are several kernels on a GPU, and a few are fused there.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeCopyMode, FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry


@dataclass(frozen=True)
class Card:
    """Rates of a GPU: bytes/s, operations/s in either precision, seconds of a launch."""

    name: str
    memory: float
    bfloat16: float
    float32: float
    kernel: float  # the least that a kernel takes on the card
    host: float  # what the host takes for an operator


# Stated, not measured: three quarters of the memory's rate on paper, what large
# convolutions reach in bfloat16, and float32 without TF32.
H100 = Card("H100", 2.5e12, 350e12, 45e12, 3e-6, 6.5e-6)


@dataclass
class Cost:
    """Of one step. seconds: on the card alone, were it never to wait for its host."""

    launches: int = 0
    bytes: int = 0
    flops: int = 0
    seconds: float = 0.0

    def took(self, card: Card = H100) -> float:
        """Seconds of a step: the card's, or its host's where that is slower."""
        return max(self.seconds, self.launches * card.host)


class Counted(TorchDispatchMode):
    """Adds up what runs under it; `cost` has the sum."""

    def __init__(self, card: Card = H100):
        super().__init__()
        self.card, self.cost = card, Cost()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        if _moves_data(function):
            tensors = [t for t in tree_leaves((args, kwargs)) if isinstance(t, Tensor)]
            made = [t for t in tree_leaves(result) if isinstance(t, Tensor)]
            # What is written in place is both: it is read, and written again.
            size = sum(t.numel() * t.element_size() for t in [*tensors, *made])
            count = flop_registry.get(function.overloadpacket)
            flops = count(*args, **(kwargs or {}), out_val=result) if count else 0
            half = any(t.dtype == torch.bfloat16 for t in made)
            rate = self.card.bfloat16 if half else self.card.float32
            self.cost.launches += 1
            self.cost.bytes += size
            self.cost.flops += flops
            self.cost.seconds += max(
                size / self.card.memory, flops / rate, self.card.kernel
            )
        return result


def _moves_data(function) -> bool:
    """Whether an operator runs a kernel: no view, and not room for a tensor alone."""
    name = function.overloadpacket.__name__
    if function.namespace != "aten" or name.startswith(("empty", "new_empty")):
        return False
    aliases = [made.alias_info for made in function._schema.returns]
    return not any(alias and not alias.is_write for alias in aliases)


def counted(step: Callable[[], object], card: Card = H100) -> Cost:
    """The cost of a step (`benchmarks.steps`), at its second call.

    The step is copied without the content of its tensors. One that reads a number from
    a tensor cannot be counted: torch refuses that.
    """
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    with FakeCopyMode(mode):
        # Generators have no copy, and nothing is drawn from them here.
        kept = {id(g): g for g in vars(getattr(step, "training", step)).values()}
        kept = {i: g for i, g in kept.items() if isinstance(g, torch.Generator)}
        empty = copy.deepcopy(step, kept)
    with mode:
        empty()  # optimisers make their state at the first
        with Counted(card) as under:
            empty()
    return under.cost
