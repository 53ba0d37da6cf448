"""One training loop for every network: resumable, guarded, with curves and pictures.

A model's file says what its networks are and what one step does (`Training`); `train`
does the rest.
"""

import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from tqdm import tqdm

from gansgmms.data.batches import ImageTensor
from gansgmms.io.atomic import atomic
from gansgmms.models.base import Task
from gansgmms.plots.mosaic import mosaic
from gansgmms.settings.architectures import Network
from gansgmms.training.losses import Losses, diverged
from gansgmms.training.timer import Timer

PREVIEWS = 10  # sample grids along a training, each of 64 images


# Draw, loss, backward, update of one optimiser (or two that share a forward pass), and
# what the learning curve should show of it. Nothing in it is read by the host, and no
# branch depends on a tensor, so that a GPU never waits.
Phase = Callable[[ImageTensor], dict[str, Tensor]]


class Training(nn.Module):
    """The networks of a model and what one step does with them.

    Submodules and buffers are what a killed training goes on from, and so are the
    optimisers, by name.
    """

    optimisers: dict[str, torch.optim.Optimizer]
    images_per_step: int  # real images that the networks see in one step

    def phases(self, iteration: int) -> list[Phase]:
        """What one iteration does, in order; a phase may come several times."""
        raise NotImplementedError

    def step(self, images: ImageTensor, iteration: int) -> dict[str, Tensor]:
        """One iteration; the losses of each phase when it came last."""
        values: dict[str, Tensor] = {}
        for phase in self.phases(iteration):
            values |= phase(images)
        return values

    def model(self):
        """The model as it is now; it offers `sample` and `save`."""
        raise NotImplementedError


def adam(network: nn.Module, settings: Network) -> torch.optim.Adam:
    """Adam on the network's parameters, in one fused kernel."""
    rate, (first, second) = settings.learning_rate, settings.betas
    parameters = trainable_parameters(network)
    return torch.optim.Adam(
        parameters,
        rate,
        (first, second),
        fused=True,
        capturable=on_gpu(parameters),
    )


def on_gpu(parameters: list[nn.Parameter]) -> bool:
    """Whether an optimiser of these should keep its step there, too."""
    return any(parameter.is_cuda for parameter in parameters)


def trainable_parameters(network: nn.Module) -> list[nn.Parameter]:
    """The parameters that are not held fixed."""
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def optimizer_step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step of the optimiser's parameters down the gradient of the loss."""
    optimiser.zero_grad()
    # Only to what is stepped: a generator's loss leaves no gradients in its critic.
    loss.backward(inputs=[p for g in optimiser.param_groups for p in g["params"]])
    optimiser.step()


def train(task: Task, build: Callable[[Task], Training]) -> tuple:
    """Train what `build` makes of the task, from its last saved state if there is one.

    On a CPU, a training that was stopped and resumed ends with the same weights, bit
    by bit, as one that was not. Beside its state a training leaves `progress/`, with a
    grid of samples ten times along the way and the model at each of the snapshots.

    Returns:
        The model, and the learning curve: rows of step, seconds, images per second,
        and the means of what `step` returned since the last row.

    Raises:
        InputError: when a loss or a weight is not finite, with the step.
    """
    began = time.monotonic()
    device, iterations = torch.device(task.device), task.settings["iterations"]
    torch.manual_seed(task.seed)
    with device:
        training = build(task)
    torch.backends.cudnn.benchmark = True
    # Convolutions are faster so, on CPUs too; `State.restore` keeps to it.
    training.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    start, history, checkpoint = 0, [], task.checkpoint
    if checkpoint and (state := checkpoint.load()):
        start, history = state.meta["step"], state.meta["history"]
        state.restore(training, training.optimisers)
    images = ImageTensor(task.images, device)
    autocast = half_precision(task)
    every = min(max(iterations // 1000, 1), 100)
    clock = Timer(history, training.images_per_step, began)
    losses = Losses(every)
    bar = tqdm(total=iterations, initial=start, unit="step", mininterval=1)
    training.train()
    for step in range(start + 1, iterations + 1):
        with autocast:
            losses.add(training.step(images, step))
        bar.update()
        if checkpoint:
            _keep(training.model, step, task, checkpoint.progress)
        if step % every == 0 or step == iterations:
            means = {k: v.mean().item() for k, v in losses.read(step).items()}
            history.append(clock.row(step) | means)
            speed = {"images/s": history[-1]["images_per_second"]}
            shown = {k: f"{v:.4g}" for k, v in (speed | means).items()}
            bar.set_postfix(shown, refresh=False)
            # Between rows a state would have to hold what is not yet in one.
            if checkpoint and checkpoint.due():
                meta = {"step": step, "history": history}
                checkpoint.save_training(training, training.optimisers, meta)
    bar.close()
    _refuse_infinite(training.named_parameters(), iterations)
    return training.model(), history


def half_precision(task: Task) -> torch.autocast:
    """The context of a step: bfloat16 where the task asks for it, on images.

    Without its cache: autocast would keep a copy of the weights until the block ends,
    over the updates inside it, so that WGAN's critic would be stepped five times by the
    gradient of the first. Points of the plane train in float32: their networks are small
    and their scale is fine.
    """
    wanted = task.precision == "bfloat16" and task.images.ndim == 4
    kind = torch.device(task.device).type
    return torch.autocast(kind, torch.bfloat16, enabled=wanted, cache_enabled=False)


def _keep(model: Callable, step: int, task: Task, folder: Path) -> None:
    """A snapshot of the model, and a grid of its samples, where this step is due one."""
    iterations = task.settings["iterations"]
    if step in (task.settings.get("snapshots") or ()):
        model().save(folder / f"{step:07d}.safetensors")
    # `step` is the first at or after the i-th tenth of the training.
    if step * PREVIEWS // iterations > (step - 1) * PREVIEWS // iterations:
        trained = model()
        if hasattr(trained, "sample") and task.images.ndim == 4:
            samples = trained.sample(64, torch.Generator().manual_seed(task.seed))
            with atomic(folder / f"{step:07d}.png") as path:
                Image.fromarray(mosaic(samples.cpu().numpy(), 8)).save(path)


def _refuse_infinite(parameters: Iterable[tuple[str, Tensor]], step: int) -> None:
    for name, parameter in parameters:
        if not math.isfinite(parameter.detach().float().abs().max().item()):
            raise diverged(f"a weight in {name} that is not finite at step {step}")
