"""Adversarial MFA (section 5.2): the mixture as the generator of a WGAN-GP.

x = sum_i c_i (A_i z1 + mu_i + D_i z2), c one-hot from a multinomial over pi, where D_i
multiplies z2 as a standard deviation. The critic and its training are those of
WGAN-GP; pi is not trained, because the draw of c has no gradient.
"""

from functools import partial

import torch
from torch import Tensor

from gansgmms.data.batches import FlatImages, ImageTensor
from gansgmms.models.base import Task
from gansgmms.models.gan import wgan
from gansgmms.models.mfa.density import MFA
from gansgmms.models.mfa.initialisation import initialise
from gansgmms.settings.architectures import MFA as MixtureSettings
from gansgmms.settings.architectures import AdversarialMFA as Settings
from gansgmms.training import loop


class AdversarialMixture(MFA):
    """An MFA that was trained against a critic: noise is part of its samples."""

    architecture = "adversarial_mfa"
    sample_noise = True  # as the critic saw them


class AdversarialMFA(loop.Training):
    """min over (A, mu, D), max over critics of E D(x) - E D(mixture)."""

    def __init__(self, task: Task):
        super().__init__()
        self.settings, shape = Settings(**task.settings), task.images.shape[1:]
        s = self.settings
        start = MixtureSettings(
            components=s.components,
            latent=s.factors,
            initialisation=s.initialisation,
            starts=s.starts,
            analysis_steps=s.analysis_steps,
            noise=s.noise,
            whiten=s.whiten,
        )
        data = FlatImages(task.images, task.device)
        generator = torch.Generator("cpu").manual_seed(task.seed)
        mixture = initialise(data, s.components, start, generator)
        self.mixture = AdversarialMixture(
            **dict(mixture.named_parameters()), shape=shape
        )
        self.mixture.requires_grad_(True).logits.requires_grad_(False)
        self.critic = wgan.critic(s, shape)
        self.optimisers = {
            "generator": wgan.optimiser(self.mixture, s),
            "critic": wgan.optimiser(self.critic, s),
        }
        self.images_per_step = s.batch * s.critic_steps

    def phases(self, iteration: int) -> list[loop.Phase]:
        steps = self.settings.critic_steps
        return [*[self.critic_phase] * steps, self.generator_phase]

    def critic_phase(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the critic."""
        s = self.settings
        with torch.no_grad():
            fake = self._fake()
        distance = wgan.critic_step(
            self.critic, self.optimisers["critic"], images.draw(s.batch), fake, s
        )
        return {"distance": distance}

    def generator_phase(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the mixture."""
        loss = -self.critic(self._fake()).mean()
        loop.optimizer_step(self.optimisers["generator"], loss)
        with torch.no_grad():
            self.mixture.noise.clamp_(*self.settings.noise)
        # Claim 5.2: D shrinks early in the training.
        noise = self.mixture.noise.detach().mean()
        return {"generator": loss, "noise": noise}

    def model(self) -> AdversarialMixture:
        return self.mixture

    def _fake(self) -> Tensor:
        """(batch, c, h, w) images of the mixture in [-1, 1], with gradients."""
        mixture = self.mixture
        c = torch.multinomial(mixture.mixing, self.settings.batch, replacement=True)
        factors, noise = mixture.factors[c], mixture.noise[c]  # (b, d, l), (b, d)
        z1 = torch.randn(len(c), factors.shape[2], 1, device=c.device)
        z2 = torch.randn_like(noise)
        x = (factors @ z1).squeeze(2) + mixture.means[c] + noise * z2
        return x.view(len(c), *mixture.shape).permute(0, 3, 1, 2) * 2 - 1


load = AdversarialMixture.load
train_model = partial(loop.train, build=AdversarialMFA)
