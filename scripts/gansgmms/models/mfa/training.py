"""Training a mixture of factor analyzers (supplementary 1.2): EM, Adam, hierarchy."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from gansgmms.data.batches import FlatImages
from gansgmms.models.mfa.density import MFA, Projection, log_marginal
from gansgmms.settings.architectures import MFA as Settings
from gansgmms.training.checkpoint import Checkpoint
from gansgmms.training.device import generator_on
from gansgmms.training.losses import Losses
from gansgmms.training.precision import exact_products
from gansgmms.training.timer import Timer

log = logging.getLogger(__name__)


@dataclass
class Moments:
    """What the M-step needs of the E-step, summed over the data in float64.

    count (K,), y (K, l), yy (K, l, l), x (K, d), xx (K, d), xy (K, l, d): sums of
    r, r y, r y y^T, r x, r x^2 and r y x^T, where r are the responsibilities,
    y = W^T (x - mu) and x is taken from the projection's origin.
    """

    count: Tensor
    y: Tensor
    yy: Tensor
    x: Tensor
    xx: Tensor
    xy: Tensor

    @classmethod
    def zeros(cls, mixture: MFA) -> "Moments":
        k, d, l = mixture.factors.shape
        shapes = [(k,), (k, l), (k, l, l), (k, d), (k, d), (k, l, d)]
        device = mixture.means.device
        return cls(
            *(torch.zeros(s, dtype=torch.float64, device=device) for s in shapes)
        )

    def add(self, x: Tensor, y: Tensor, r: Tensor) -> None:
        """Add x (n, d), y (K, l, n) and r (K, n), as matrix products."""
        k, l, n = y.shape
        ry = y * r[:, None]
        self.count += r.sum(1)
        self.y += ry.sum(2)
        self.yy += ry @ y.mT
        self.x += r @ x
        self.xx += r @ x.square()
        self.xy += (ry.view(k * l, n) @ x).view_as(self.xy)


@torch.no_grad()
@exact_products()
def em_step(
    mixture: MFA, data: FlatImages, bounds: tuple[float, float]
) -> tuple[MFA, float]:
    """One exact EM step for diagonal noise (Ghahramani & Hinton 1996).

    The M-step maximises over (A, mu) jointly, as a regression of x on (z, 1), and
    then over D, clipped to its bounds: the clipped value is the maximum within them,
    so the likelihood never falls. A component responsible for fewer than l + 2 images
    in all has too few for a factor analysis and keeps its parameters.

    Returns:
        the new mixture, and the mean log-likelihood of the old one.
    """
    projection = mixture.projection()
    moments = Moments.zeros(mixture)
    total = moments.count.new_zeros(())
    for batch in data.batches(mixture.block()):
        total += add_block(mixture, batch, projection, moments)

    # z given x is N(C^-T y, L^-1): turn sums over y into sums over (z, 1).
    count = moments.count[:, None, None]
    inverse = projection.inverse
    eye = torch.eye(len(inverse[0]), dtype=count.dtype, device=count.device)
    zz = inverse.mT @ (moments.yy + count * eye) @ inverse
    z = inverse.mT @ moments.y[:, :, None]
    gram = torch.cat([torch.cat([zz, z], 2), torch.cat([z.mT, count], 2)], 1)
    cross = torch.cat([inverse.mT @ moments.xy, moments.x[:, None]], 1)  # (K, l+1, d)

    alive = moments.count >= mixture.factors.shape[2] + 2
    fitted = torch.linalg.solve(gram[alive], cross[alive])
    residual = moments.xx[alive] - (fitted * cross[alive]).sum(1)
    variance = (residual / moments.count[alive, None]).clamp_(
        bounds[0] ** 2, bounds[1] ** 2
    )
    means, factors, noise = (
        p.detach().clone() for p in (mixture.means, mixture.factors, mixture.noise)
    )
    means[alive] = (fitted[:, -1] + projection.origin).to(means.dtype)
    factors[alive] = fitted[:, :-1].mT.to(factors.dtype)
    noise[alive] = variance.sqrt().to(noise.dtype)
    logits = (moments.count / len(data)).clamp_min(1e-12).log().to(means.dtype)
    updated = MFA(logits, means, factors, noise, mixture.shape).requires_grad_(False)
    return updated, total.item() / len(data)


def add_block(
    mixture: MFA, batch: Tensor, projection: Projection, moments: Moments
) -> Tensor:
    """The E-step of vectors (n, d): adds to the moments; their log-likelihood's sum, ()."""
    x = batch - projection.origin
    log_joint, y = mixture.joint(x, projection)
    log_prob, r = log_marginal(log_joint)
    moments.add(x, y, r)
    return log_prob.double().sum()


def train_em(
    mixture: MFA,
    data: FlatImages,
    settings: Settings,
    checkpoint: Checkpoint | None = None,
    began: float | None = None,
) -> tuple[MFA, list[dict]]:
    """EM until a pass gains less than the tolerance.

    History: one row a pass, with the log-likelihood that it began with. `began`: when
    its start was begun, as `Timer` takes it.
    """
    history: list[dict] = []
    if checkpoint and (state := checkpoint.load()):
        history = state.meta["history"]
        mixture.load_state_dict(state.tensors)
    clock = Timer(history, len(data), began)
    bar = tqdm(total=settings.passes, initial=len(history), desc="EM", unit="pass")
    for step in range(len(history) + 1, settings.passes + 1):
        # First, because the last saved pass of a killed training may have been enough.
        if _converged(history, settings.tolerance):
            break
        mixture, log_likelihood = em_step(mixture, data, settings.noise)
        history.append(clock.row(step) | {"log_likelihood": log_likelihood})
        bar.set_postfix(log_likelihood=f"{log_likelihood:.2f}")
        bar.update()
        if path := _snapshot(step, settings, checkpoint):
            mixture.save(path)
        if checkpoint and checkpoint.due():
            checkpoint.save(dict(mixture.state_dict()), {"history": history})
    bar.close()
    return mixture, history


def _converged(history: list[dict], tolerance: float) -> bool:
    """Whether the last pass gained less than `tolerance` nats per image."""
    if len(history) < 2:
        return False
    before, last = (row["log_likelihood"] for row in history[-2:])
    return last - before < tolerance


def train_adam(
    mixture: MFA,
    data: FlatImages,
    settings: Settings,
    generator: torch.Generator,
    checkpoint: Checkpoint | None = None,
    iterations: int | None = None,
    began: float | None = None,
) -> tuple[MFA, list[dict]]:
    """Adam on the negative log-likelihood of mini-batches, as in the paper.

    Parameters are the mixing logits, mu, A and the noise's standard deviation, which
    is clipped to its bounds after each step. `began`: when its start was begun, as
    `Timer` takes it.

    Raises:
        InputError: if the loss is not finite, with the step.
    """
    iterations = settings.iterations if iterations is None else iterations
    mixture.requires_grad_(True)
    gpu = mixture.means.is_cuda
    optimiser = torch.optim.Adam(
        mixture.parameters(), lr=settings.learning_rate, fused=True, capturable=gpu
    )
    generator = generator_on(mixture.means.device, generator)
    history: list[dict] = []
    start = 0
    if checkpoint and (state := checkpoint.load()):
        start, history = state.meta["step"], state.meta["history"]
        state.restore(mixture, {"adam": optimiser}, generator)
    clock = Timer(history, settings.batch, began)
    every = max(iterations // 200, 1)
    losses = Losses(every, "lower learning_rate or raise the lower bound of noise")
    bar = tqdm(total=iterations, initial=start, desc="Adam", unit="step", mininterval=1)
    for step in range(start + 1, iterations + 1):
        index = torch.randint(
            len(data), (settings.batch,), generator=generator, device=generator.device
        )
        losses.add({"log_likelihood": adam_step(mixture, optimiser, data[index])})
        with torch.no_grad():
            mixture.noise.clamp_(*settings.noise)
        if step % every == 0 or step == iterations:
            value = losses.read(step)["log_likelihood"][-1].item()
            history.append(clock.row(step) | {"log_likelihood": value})
            bar.set_postfix(log_likelihood=f"{value:.2f}")
        bar.update()
        if path := _snapshot(step, settings, checkpoint):
            mixture.save(path)
        if checkpoint and checkpoint.due():
            losses.read(step)  # what is not finite is not kept
            meta = {"step": step, "history": history}
            checkpoint.save_training(mixture, {"adam": optimiser}, meta, generator)
    bar.close()
    return mixture.requires_grad_(False), history


def adam_step(mixture: MFA, optimiser: torch.optim.Optimizer, x: Tensor) -> Tensor:
    """One step up the mean log-likelihood of x (b, d), which it returns, ()."""
    log_likelihood = mixture.log_density(x).mean()
    optimiser.zero_grad()
    (-log_likelihood).backward()
    optimiser.step()
    return log_likelihood


def _snapshot(
    number: int, settings: Settings, checkpoint: Checkpoint | None
) -> Path | None:
    """The file of a snapshot of the mixture, where one is due."""
    if checkpoint and number in (settings.snapshots or ()):
        return checkpoint.progress / f"{number:07d}.safetensors"
    return None


@exact_products()
def fit(
    data: FlatImages,
    settings: Settings,
    generator: torch.Generator,
    initialise: Callable[..., MFA],
    checkpoint: Checkpoint | None = None,
) -> tuple[MFA, list[dict]]:
    """Initialise and train a mixture, hierarchically where `settings.root` says so.

    The history of a hierarchy is the root's, and a row for each of its components that
    has been split; `split` counts them.
    """

    def train(
        part: FlatImages, components: int, iterations: int, own: Checkpoint | None
    ) -> tuple[MFA, list[dict]]:
        began = time.monotonic()
        mixture = initialise(part, components, settings, generator)
        if settings.training == "em":
            return train_em(mixture, part, settings, own, began)
        return train_adam(mixture, part, settings, generator, own, iterations, began)

    if settings.root is None:
        return train(data, settings.components, settings.iterations, checkpoint)

    whole, components = settings, settings.root
    settings = settings.model_copy(update={"snapshots": None})

    once = partial(_once, checkpoint, generator, data.images.device)
    root, history = once("root", partial(train, data, components, settings.iterations))
    history = [row | {"split": 0} for row in history]
    # A root component to which no image is assigned has nothing to be split.
    members = {k: m for k, m in enumerate(_members(root, data)) if len(m)}
    sizes = torch.tensor([len(m) for m in members.values()])
    shares = split(sizes, settings.components, settings.latent)
    log.info(
        "splitting %d root components into %d", len(members), int(shares.sum().item())
    )
    weights = sizes.to(root.mixing)
    if settings.part_weights == "root":
        weights = root.mixing[list(members)]
    weights = weights / weights.sum()
    # Until it is split, a component of the root stands for its part.
    parts = [root.component(k) for k in members]
    flat = partial(MFA.flatten, weights, parts)
    if path := _snapshot(0, whole, checkpoint):
        flat().save(path)
    bar = tqdm(shares.tolist(), desc="split", unit="component")
    for number, (share, own) in enumerate(zip(bar, members.values(), strict=True)):
        part = data.subset(own)
        parts[number], course = once(
            f"part{number}", partial(train, part, share, settings.split_iterations)
        )
        last = history[-1]
        seconds = last["seconds"] + course[-1]["seconds"]
        row = {"step": last["step"] + 1, "seconds": seconds, "split": number + 1}
        history.append(row)
        if path := _snapshot(number + 1, whole, checkpoint):
            flat().save(path)
    return flat(), history


def _once(
    checkpoint: Checkpoint | None,
    generator: torch.Generator,
    device: torch.device,
    name: str,
    train: Callable[[Checkpoint | None], tuple[MFA, list[dict]]],
) -> tuple[MFA, list[dict]]:
    """What `train` gave in an earlier run that was killed later on, or gives now.

    Each mixture of a hierarchical training that is finished is kept, with the random
    state after it, beside the state of the one in training.
    """
    if checkpoint is None:
        return train(None)
    finished, training = checkpoint.part(f"{name}-finished"), checkpoint.part(name)
    if state := finished.load():
        generator.set_state(state.tensors.pop("generator"))
        mixture = MFA(**state.tensors, shape=tuple(state.meta["shape"]))
        return mixture.to(device).requires_grad_(False), state.meta["history"]
    mixture, history = train(training)
    finished.save(
        {**mixture.state_dict(), "generator": generator.get_state()},
        {"shape": mixture.shape, "history": history},
    )
    training.clear()
    return mixture, history


def split(sizes: Tensor, components: int, latent: int) -> Tensor:
    """How many sub-components each root component gets, in proportion to its images.

    Each gets at least one, and no more than its images can carry (l + 2 each).

    Args:
        sizes: (K_root,) images of each root component.

    Returns:
        (K_root,) int64.
    """
    most = (sizes // (latent + 2)).clamp_min(1)
    shares = torch.ones_like(sizes)
    # One at a time to the component with the most images per sub-component.
    for _ in range(components - len(sizes)):
        load = torch.where(shares < most, sizes / shares, -1.0)
        if load.max() < 0:
            break
        shares[load.argmax()] += 1
    return shares


@torch.no_grad()
def _members(mixture: MFA, data: FlatImages) -> list[Tensor]:
    """Numbers of the vectors that each component is most responsible for."""
    best = mixture.likeliest(data)
    return [(best == k).nonzero().squeeze(1) for k in range(len(mixture.logits))]
