"""WGAN (Arjovsky et al. 2017) and WGAN-GP (Gulrajani et al. 2017).

`constraint: clip` keeps the critic's weights small, `constraint: penalty` the norm of
its gradient near 1. `nets` chooses DCGAN's networks or the residual, "good" ones.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models.base import LatentArchitecture, LatentModel, Task, noise
from gansgmms.models.networks import (
    ConvCritic,
    ConvGenerator,
    ResidualCritic,
    ResidualGenerator,
)
from gansgmms.settings.architectures import WGAN as Settings
from gansgmms.settings.architectures import AdversarialMFA
from gansgmms.training import loop


class WGAN(loop.Training):
    """min_G max_D E D(x) - E D(G(z)) over critics D that are 1-Lipschitz."""

    def __init__(self, task: Task):
        super().__init__()
        self.settings, self.shape = Settings(**task.settings), task.images.shape[1:]
        self.generator = generator(self.settings, self.shape)
        self.critic = critic(self.settings, self.shape)
        self.optimisers = {
            "generator": optimiser(self.generator, self.settings),
            "critic": optimiser(self.critic, self.settings),
        }
        self.images_per_step = self.settings.batch * self.settings.critic_steps

    def phases(self, iteration: int) -> list[loop.Phase]:
        s = self.settings
        steps = s.critic_steps
        if s.warm_up and (iteration <= 25 or iteration % 500 == 0):
            steps = 100
        return [*[self.critic_phase] * steps, self.generator_phase]

    def critic_phase(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the critic."""
        s = self.settings
        with torch.no_grad():
            fake = self._fake()
        real = images.draw(s.batch)
        critic_optimiser = self.optimisers["critic"]
        return {"distance": critic_step(self.critic, critic_optimiser, real, fake, s)}

    def generator_phase(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the generator."""
        loss = -self.critic(self._fake()).mean()
        loop.optimizer_step(self.optimisers["generator"], loss)
        return {"generator": loss}

    def model(self) -> LatentModel:
        return ARCHITECTURE.model(self.settings, self.shape, self.generator)

    def _fake(self) -> Tensor:
        s = self.settings
        device = next(self.generator.parameters()).device
        return self.generator(noise(s.prior, (s.batch, s.latent), device=device))


def critic_step(
    critic: nn.Module,
    optimiser: torch.optim.Optimizer,
    real: Tensor,
    fake: Tensor,
    settings: Settings | AdversarialMFA,
) -> Tensor:
    """One step of the critic; returns its estimate E D(x) - E D(G(z)), ()."""
    distance = critic(real).mean() - critic(fake).mean()
    loss = -distance
    if settings.constraint == "penalty":
        loss = loss + settings.penalty * gradient_penalty(critic, real, fake)
    loop.optimizer_step(optimiser, loss)
    if isinstance(settings, Settings) and settings.constraint == "clip":
        with torch.no_grad():
            for parameter in critic.parameters():
                parameter.clamp_(-settings.clip, settings.clip)
    return distance


def gradient_penalty(
    critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor
) -> Tensor:
    """E (|grad D(x)| - 1)^2 at random points between real and fake images, ()."""
    mix = torch.rand(len(real), *[1] * (real.ndim - 1), device=real.device)
    x = (real + mix * (fake - real)).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()


def optimiser(
    network: nn.Module, settings: Settings | AdversarialMFA
) -> torch.optim.Optimizer:
    """RMSProp where weights are clipped, Adam where gradients are penalised."""
    if settings.constraint == "clip":
        parameters, rate = loop.trainable_parameters(network), settings.learning_rate
        return torch.optim.RMSprop(
            parameters,
            rate,
            alpha=0.9,
            foreach=True,
            capturable=loop.on_gpu(parameters),
        )
    return loop.adam(network, settings)


def generator(settings: Settings, shape: tuple) -> nn.Module:
    """(n, latent) -> (n, c, h, w) in [-1, 1], normalised by each batch's statistics."""
    s = settings
    kind = ResidualGenerator if s.nets == "residual" else ConvGenerator
    return kind(shape, s.latent, s.width, s.levels, "statistics")


def critic(settings: Settings | AdversarialMFA, shape: tuple) -> nn.Module:
    """(n, c, h, w) -> (n,). Batch normalisation would couple the images that the
    penalty takes one by one: with it residual nets normalise by layer, others not.
    """
    s = settings
    if s.nets == "residual":
        norm = "layer" if s.constraint == "penalty" else "statistics"
        return ResidualCritic(shape, s.width, s.levels, norm)
    norm = "none" if s.constraint == "penalty" else "statistics"
    return ConvCritic(shape, s.width, s.levels, norm)


ARCHITECTURE = LatentArchitecture("wgan", Settings, generator)
load = ARCHITECTURE.load
train_model = partial(loop.train, build=WGAN)
