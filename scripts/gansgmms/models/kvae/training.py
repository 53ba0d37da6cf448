"""Training K VAEs at once: uniformly at first, then in competition (section 5).

One step trains every VAE on a batch of its own points. The points are shared unevenly,
the steps are not: all VAEs take as many, and one with few points passes over them more
often. An epoch is as many steps as let all VAEs together see as many points as there
are.
"""

import logging
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from gansgmms.data.batches import FlatImages
from gansgmms.models.base import noise
from gansgmms.models.kvae import networks
from gansgmms.models.kvae.competition import Round, compete, log_density
from gansgmms.models.kvae.mixture import KVAE
from gansgmms.models.kvae.shares import Shares, uniform_assignment
from gansgmms.settings.architectures import KVAE as Settings
from gansgmms.training.checkpoint import Checkpoint, State, optimiser_tensors
from gansgmms.training.device import generator_on
from gansgmms.training.losses import Losses
from gansgmms.training.timer import Timer

log = logging.getLogger(__name__)

HINT = "lower learning_rate or raise the lower bound of noise"
ROWS = 50  # of the history, for the training before the competition


class Training:
    """One training, with everything that a killed one needs to go on.

    Args:
        data: the n training points.
        settings: how to train.
        generator: on the CPU, for everything random; draws of the steps are made on
            the data's device, by a generator that this one seeds.
        checkpoint: where the state lives.
    """

    def __init__(
        self,
        data: FlatImages,
        settings: Settings,
        generator: torch.Generator,
        checkpoint: Checkpoint | None = None,
    ):
        self.data, self.settings, self.generator = data, settings, generator
        self.checkpoint, self.device = checkpoint, data.images.device
        self.draws = generator_on(self.device, generator)
        self.losses = Losses(100, HINT)
        self.k = settings.components
        self.model = KVAE(
            self.k,
            settings.latent,
            settings.sizes,
            data.shape,
            settings.noise,
            settings.sample_noise,
            generator,
        ).to(self.device)
        if len(data.shape) == 1:
            points = data.images.double()
            self.model.centre.copy_(points.mean(0))
            # Of the centred points: where the data lie says nothing of their scale.
            self.model.scale.copy_((points - points.mean(0)).std())
        self.optimiser = self._adam(self.model)
        self._renew_classifier()
        self.assignment = uniform_assignment(len(data), self.k, generator)
        self.shares = self._first_shares().to(self.device)
        # Where we are: before the competition (iteration 0), or in an iteration, before
        # or after its VAEs are fitted; and the steps done of what comes next.
        self.iteration, self.fitted, self.step = 0, False, 0
        self.bound = [0.0, 0]  # sum and number of the mean ELBOs since the last row
        self.history: list[dict] = []
        if checkpoint and (state := checkpoint.load()):
            self._restore(state)
        self.clock = Timer(self.history, self.k * settings.batch)

    def run(self) -> tuple[KVAE, list[dict]]:
        """Train; returns the model, and a history of one row an iteration."""
        settings = self.settings
        if self.iteration == 0:
            self._pretrain()
        if settings.split == "competition":
            rounds = compete(
                self._fit,
                self._log_densities,
                self.assignment,
                settings.iterations,
                start=self.iteration - 1,
            )
            bar = tqdm(rounds, "competition", settings.iterations, unit="iteration")
            for result in bar:
                self._finish(result)
                bar.set_postfix(moved=f"{result.moved:.1%}", F=f"{result.after:.3f}")
            self.model.assignment = self.assignment.to(torch.int16)
        return self.model.eval().requires_grad_(False), self.history

    # --- The parts of the algorithm ---

    def _first_shares(self) -> Shares:
        """What each VAE is trained on before any competition, or without one."""
        settings, n = self.settings, len(self.data)
        competing = settings.split == "competition"
        split = settings.pretrained_on if competing else settings.split
        if split == "everything":
            return Shares.everything(n, self.k)
        if split == "bootstrap":
            return Shares.bootstrap(n, self.k, self.generator)
        return Shares.of_assignment(self.assignment, self.k)

    def _pretrain(self) -> None:
        """Train every VAE before any competition, on the points it began with."""
        self._train(self._steps(self.settings.pretraining), rows=ROWS)
        self._keep_snapshot()
        self.iteration, self.step = 1, 0

    def _fit(self, assignment: Tensor) -> None:
        """Line 3 of Algorithm 1: each VAE on the points it has won."""
        if self.fitted:  # before the training was killed
            return
        self._share(assignment)
        self._train(self._steps(self.settings.epochs), rows=0)
        self.fitted, self.step = True, 0

    def _log_densities(self) -> Tensor:
        """(K, n): each VAE's density of the training points, by its classifier."""
        if self.step == 0 and self.settings.fresh_classifier:
            self._renew_classifier()
        self.model.eval()
        self.classifier.train()
        for step in self._progress(self.settings.classifier_batches, "classifiers"):
            self.classifier_step()
            self._after(step)
        self.classifier.eval()
        with torch.no_grad():
            size = self.model.block()
            logits = [self._logits(x[None]).cpu() for x in self.data.batches(size)]
        return log_density(torch.cat(logits, 1).double(), self.settings.normalise)

    def _share(self, assignment: Tensor) -> None:
        self.shares = Shares.of_assignment(assignment, self.k).to(self.device)

    def _finish(self, result: Round) -> None:
        """Record an iteration and take over its assignment."""
        self.assignment = result.assignment
        count = self.assignment.bincount(minlength=self.k)
        self.model.weights.copy_(count / len(self.data))
        for j in (count == 0).nonzero().flatten().tolist():
            log.warning("iteration %d: VAE %d has lost all points", result.iteration, j)
        self._record(
            before=result.before,
            after=result.after,
            moved=result.moved,
            **{f"points_{j}": n for j, n in enumerate(count.tolist())},
        )
        self._keep_snapshot()
        self.iteration, self.fitted, self.step = result.iteration + 1, False, 0

    # --- Steps of Adam ---

    def _steps(self, epochs: float) -> int:
        """Steps in which the K VAEs together see epochs x n points."""
        points = self.k * self.settings.batch
        return math.ceil(epochs * len(self.data) / points)

    def _train(self, steps: int, rows: int) -> None:
        """Steps of all VAEs on points of their shares; rows of the history meanwhile."""
        self.model.train()
        every = max(steps // rows, 1) if rows else steps
        for step in self._progress(steps, "VAEs"):
            self.losses.add({"elbo": self.vae_step()})
            if self.losses.full:
                self._read()
            if rows and (step + 1) % every == 0:
                self._record()
            self._after(step)

    def vae_step(self) -> Tensor:
        """One step of every VAE on points of its share; the mean bound, ()."""
        index = self.shares.draw(self.settings.batch, self.draws)
        x = self.data[index.flatten()].view(*index.shape, -1)
        shape = *index.shape, self.model.latent
        elbo = self.model.elbo(x, noise("normal", shape, self.draws)).mean(1)
        self.optimiser.zero_grad()
        (-elbo.sum()).backward()
        self.optimiser.step()
        return elbo.detach().mean()

    def classifier_step(self) -> None:
        """One step of every classifier."""
        loss = self._classifier_loss()
        self.classifier_optimiser.zero_grad()
        loss.backward()
        self.classifier_optimiser.step()

    def _classifier_loss(self) -> Tensor:
        """Cross-entropy of K classifiers on as many real points as samples of its VAE."""
        b = self.settings.batch
        index = torch.randint(
            len(self.data), (b,), generator=self.draws, device=self.draws.device
        )
        real = self.data[index].expand(self.k, b, -1)
        fake = self.model.generate(b, self.draws)
        logits = self._logits(torch.cat([real, fake], 1))
        # -log D(real) - log(1 - D(fake))
        losses = F.softplus(-logits[:, :b]) + F.softplus(logits[:, b:])
        return losses.mean(1).sum() / 2

    def _logits(self, x: Tensor) -> Tensor:
        """The classifiers' logits, (K, b), of (K, b, d) points, or of the same (1, b, d)."""
        return self.classifier(self.model.standardised(x))[:, :, 0]

    def _adam(self, module: nn.Module) -> torch.optim.Adam:
        """Adam, which treats every number by itself: the same as K optimisers."""
        settings = self.settings
        betas = (settings.beta, 0.999)
        return torch.optim.Adam(
            module.parameters(),
            settings.learning_rate,
            betas,
            fused=True,
            capturable=self.device.type == "cuda",
        )

    def _renew_classifier(self) -> None:
        sizes, shape = self.settings.sizes, self.data.shape
        self.classifier = networks.classifier(self.k, shape, sizes, self.generator)
        self.classifier.to(self.device)
        self.classifier_optimiser = self._adam(self.classifier)

    # --- State ---

    def _progress(self, steps: int, what: str):
        """The steps that are left."""
        left = range(self.step, steps)
        return tqdm(left, what, steps, initial=self.step, leave=False, mininterval=1)

    def _after(self, step: int) -> None:
        self.step = step + 1
        if self.checkpoint and self.checkpoint.due():
            self._save(self.checkpoint)

    def _read(self) -> int:
        """Add up the bounds that are still on the device; the steps done in all."""
        last = self.history[-1]["step"] if self.history else 0
        step = last + int(self.bound[1]) + self.losses.count
        for elbo in self.losses.read(step).get("elbo", torch.empty(0)).tolist():
            self.bound = [self.bound[0] + elbo, self.bound[1] + 1]
        return step

    def _record(self, **numbers: float) -> None:
        step = self._read()
        total, steps = self.bound
        row = {
            "iteration": self.iteration,
            **self.clock.row(step),
            "elbo": total / steps if steps else math.nan,
            **numbers,
        }
        self.history.append(row)
        self.bound = [0.0, 0]

    def _keep_snapshot(self) -> None:
        if self.iteration in self.settings.snapshots:
            self.model.keep_snapshot(self.iteration)

    def _save(self, checkpoint: Checkpoint) -> None:
        self._read()
        tensors = {f"vaes.{name}": t for name, t in self.model.tensors().items()}
        classifier = self.classifier.state_dict()
        tensors |= {f"classifier.{name}": t for name, t in classifier.items()}
        for name, optimiser in [
            ("vaes", self.optimiser),
            ("classifier", self.classifier_optimiser),
        ]:
            tensors |= optimiser_tensors(optimiser, f"{name}_adam.")
        tensors["generator"] = self.generator.get_state()
        tensors["draws"] = self.draws.get_state()
        tensors["assignment"] = self.assignment
        names = ("iteration", "fitted", "step", "bound", "history")
        checkpoint.save(tensors, {name: getattr(self, name) for name in names})

    def _restore(self, state: State) -> None:
        self.model.load_tensors(state.under("vaes."))
        self.classifier.load_state_dict(state.under("classifier."))
        state.restore_optimiser(self.optimiser, "vaes_adam.")
        state.restore_optimiser(self.classifier_optimiser, "classifier_adam.")
        self.generator.set_state(state.tensors["generator"].cpu())
        if "draws" in state.tensors:  # states of older versions have one generator
            self.draws.set_state(state.tensors["draws"].cpu())
        self.assignment = state.tensors["assignment"].cpu()
        for name, value in state.meta.items():
            setattr(self, name, value)
