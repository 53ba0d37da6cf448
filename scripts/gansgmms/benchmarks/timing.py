"""Timing on machines that differ and are shared: in turns, and the least of the rounds.

Seconds alone say little there. What is reported is a ratio of two that took turns.
"""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import torch


class Measured(NamedTuple):
    """One row of the table of benchmarks."""

    what: str
    measure: str
    value: float
    aim: str = ""  # the bound that it should keep, for readers


def least_seconds(
    device: torch.device,
    *functions: Callable[[], object],
    rounds: int = 15,
    repeats: int = 1,
) -> list[float]:
    """The least seconds of one call of each function, over rounds in which they take turns.

    Args:
        device: waited for at the end of each turn, where it is a GPU.
        rounds: turns of each function.
        repeats: calls in a turn, of which the mean counts.
    """
    best = [math.inf] * len(functions)
    for _ in range(rounds):
        for i, function in enumerate(functions):
            start = time.perf_counter()
            for _ in range(repeats):
                function()
            if device.type == "cuda":
                torch.cuda.synchronize()
            best[i] = min(best[i], (time.perf_counter() - start) / repeats)
    return best
