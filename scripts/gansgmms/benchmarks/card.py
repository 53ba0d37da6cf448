"""What a GPU can do, and what of it a training uses: every model at full width.

Beside each step of ours runs a textbook's, in the same precision: images are drawn and
scaled on the host and copied, optimisers come as they are, and each loss is read. What a
step would take were the card never to wait is counted (`benchmarks.counting`).
"""

import time
from collections.abc import Callable, Iterator

import torch

from gansgmms.benchmarks.counting import Card, counted
from gansgmms.benchmarks.steps import NetworkStep, step_of
from gansgmms.benchmarks.timing import least_seconds
from gansgmms.data.batches import to_float

ROUNDS = 3


def ceilings(device: torch.device, size: int = 8192) -> Card:
    """What the device reaches: a copy, and square products in either precision."""
    x = torch.zeros(size, size, device=device)
    y, half = torch.zeros_like(x), x.bfloat16()
    small = torch.zeros(8, device=device)
    copy, single, double, launch = least_seconds(
        *(device, lambda: y.copy_(x), lambda: x @ x, lambda: half @ half),
        lambda: small.add_(1),
        rounds=ROUNDS,
        repeats=5,
    )
    gpu = device.type == "cuda"
    return Card(
        torch.cuda.get_device_name(device) if gpu else "cpu",
        memory=2 * x.numel() * x.element_size() / copy,
        bfloat16=2 * size**3 / double,
        float32=2 * size**3 / single,
        kernel=3e-6,
        host=launch,
    )


def measure(
    name: str,
    architecture: str,
    settings: dict,
    shape: tuple[int, ...],
    card: Card,
    device: torch.device,
    precision: str,
    steps: int,
) -> dict[str, object]:
    """A row of the report: images a second, of a textbook's loop, and shares.

    Args:
        settings: the model's block. card: what the device reaches. steps: in each round.
    """
    ours = step_of(architecture, settings, shape, device, precision)
    cost = counted(step_of(architecture, settings, shape, "cpu", precision), card)
    ours()
    turns: list[Callable[[], object]] = [ours]
    textbook = step_of(architecture, settings, shape, device, precision)
    if isinstance(textbook, NetworkStep):
        turns.append(as_in_a_textbook(textbook))
        turns[1]()
    seconds = least_seconds(device, *turns, rounds=ROUNDS, repeats=steps)
    return {
        "model": name,
        "images/s": round(ours.per_step / seconds[0]),
        "textbook": round(ours.per_step / seconds[1]) if len(seconds) > 1 else None,
        "ratio": round(seconds[1] / seconds[0], 2) if len(seconds) > 1 else None,
        "ms": round(1e3 * seconds[0], 2),
        "launches": cost.launches,
        "GB": round(cost.bytes / 1e9, 2),
        "GFLOP": round(cost.flops / 1e9, 1),
        "roofline (%)": round(100 * cost.seconds / seconds[0]),
        "busy (%)": busy(device, ours, steps),
    }


class HostImages:
    """Images on the host, as floats, copied batch by batch."""

    def __init__(self, values: torch.Tensor, device: torch.device):
        self.values, self.device = to_float(values.cpu()), device

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: torch.Tensor) -> torch.Tensor:
        return self.values[index.cpu()].to(self.device)

    def draw(self, n: int) -> torch.Tensor:
        return self[self.draw_index(n)]

    def draw_index(self, n: int) -> torch.Tensor:
        return torch.randint(len(self), (n,))


def as_in_a_textbook(step: NetworkStep) -> Callable[[], None]:
    """The same networks in a loop as one finds it."""
    training, device = step.training, step.images.values.device
    training.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    for name, optimiser in training.optimisers.items():
        kind = type(optimiser)
        plain = {"lr", "betas"} if kind is torch.optim.Adam else {"lr", "alpha"}
        (group,) = optimiser.param_groups
        own = {key: group[key] for key in plain}
        training.optimisers[name] = kind(group["params"], **own)
    step.images = HostImages(step.images.values, device)  # type: ignore[assignment]

    def one() -> None:
        for value in step().values():
            value.item()

    return one


def busy(device: torch.device, step: Callable[[], object], steps: int) -> int | None:
    """Of the time of some steps, in percent, that kernels ran; None without a GPU."""
    if device.type != "cuda":
        return None
    activities = [torch.profiler.ProfilerActivity.CUDA]
    torch.cuda.synchronize()
    with torch.profiler.profile(activities=activities, acc_events=True) as profile:
        start = time.perf_counter()
        for _ in range(steps):
            step()
        torch.cuda.synchronize()
        seconds = time.perf_counter() - start
    kernels = sum(event.self_device_time_total for event in profile.key_averages())
    return round(100 * kernels / 1e6 / seconds)


def report(
    models: dict[str, tuple[str, dict, tuple[int, ...]]],
    device: torch.device,
    precision: str,
    card: Card,
    steps: int,
    seconds: float,
) -> Iterator[dict[str, object]]:
    """A row of each model: its name, architecture, settings and shape of the data.

    Args:
        seconds: none is begun later than this; the rest are rows without numbers.
    """
    end = time.monotonic() + seconds
    for name, model in models.items():
        if time.monotonic() > end:
            yield {"model": name}
        else:
            yield measure(name, *model, card, device, precision, steps)
