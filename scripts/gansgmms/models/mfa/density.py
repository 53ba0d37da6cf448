"""Mixture of factor analyzers on whole images (section 3, supplementary 1.2-1.3).

Component k is x = A_k z + mu_k + e with z ~ N(0, I_l), e ~ N(0, D_k), so that
x ~ N(mu_k, A_k A_k^T + D_k) with a diagonal D_k (equation 1).
"""

import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from gansgmms.data.batches import FlatImages, as_images, as_vectors
from gansgmms.errors import InputError
from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.training.device import block_size
from gansgmms.training.precision import exact_products

# Largest number of floats in a block of scores on a CPU: it should stay in the cache.
BLOCK = 1 << 22
# Most components that are held in float64 at once: 3 GB of work space at 64 x 64 pixels.
PART = 512
# Relative error that is left in a log-likelihood: what float32 cannot give is in float64.
TOLERANCE = 1e-5
# Error of a sum over its terms' size: 7.5 was the most on mixtures trained on MNIST.
ROUNDING = 8 * torch.finfo(torch.float32).eps


class Projection(NamedTuple):
    """Everything about a mixture that its densities need, for all K at once.

    origin: (d,) subtracted from x and mu. The squares in `joint` cancel, and lose the
        fewest digits around the mean of mu weighted by pi / D: where the noise is
        small, it is the value that the pixel nearly always has.
    precision: (K, d) = 1 / D.
    rows: (K (l+1), d): for each k the l rows of W_k^T, then (mu_k / D_k)^T, where
        W = D^-1 A C^-T and C C^T = L = I + A^T D^-1 A (equation 4).
    offset: (K (l+1), 1): -W_k^T mu_k, then 0.
    inverse: (K, l, l) = C^-1, float64.
    square: (K,) = 1/2 mu^T D^-1 mu.
    constant: (K,) = log pi_k - 1/2 [d log 2 pi + log det L + sum log D] - square.
    """

    origin: Tensor
    precision: Tensor
    rows: Tensor
    offset: Tensor
    inverse: Tensor
    square: Tensor
    constant: Tensor


def _cholesky(whitened: Tensor) -> Tensor:
    """C with C C^T = L = I + A^T D^-1 A (.., l, l) from A^T D^-1/2 (.., l, d).

    In float64: where the noise is small, L exceeds I by more than float32 resolves.
    What is not finite gives what is not finite, and no error.
    """
    # In rows, which products want, at the price of the copy that there is anyway.
    whitened = whitened.to(torch.float64, memory_format=torch.contiguous_format)
    square = whitened @ whitened.mT
    eye = torch.eye(square.shape[-1], dtype=square.dtype, device=square.device)
    return torch.linalg.cholesky_ex(square + eye).L


def log_marginal(log_joint: Tensor) -> tuple[Tensor, Tensor]:
    """(n,) log P(x) and (K, n) P(k | x) from (K, n) log P(x, k).

    By Bayes' rule at the likeliest k, log P(x) = log P(x, k) - log P(k | x): a
    log-sum-exp (equation 2) that spares a second pass of exponentials.
    """
    posterior = log_joint.softmax(0)
    return log_joint.amax(0) - posterior.amax(0).log(), posterior


def _rounding(log_joint: Tensor, y: Tensor, projection: Projection) -> Tensor:
    """(n,) nats that a log-likelihood may lose to rounding: of its likeliest component.

    The terms of `joint` cancel, and each is rounded by its size. With the distance of x
    and of mu from the origin both in units of the noise, none is above half the square
    of |x - mu| + |mu|, by the triangle inequality; and W^T makes nothing longer.

    Args:
        log_joint (K, n), y (K, l, n): as of `MFA.joint`.
    """
    best, k = log_joint.max(0)
    y = y.gather(0, k.expand(1, y.shape[1], -1))[0]
    square = projection.square[k]
    # |x - mu|^2 / 2, by what is left of the density when all else is taken away.
    distance = projection.constant[k] + square - best + 0.5 * y.square().sum(0)
    return ROUNDING * (distance.clamp_min(0).sqrt() + square.sqrt()).square()


class MFA(nn.Module):
    """A mixture of K factor analyzers with l factors in d dimensions.

    Args:
        logits: (K,) mixing logits; pi = softmax(logits).
        means: (K, d).
        factors: (K, d, l), the scale matrices A.
        noise: (K, d) standard deviations, the square root of D.
        shape: of one image, (h, w, c) with h w c = d; or (d,) for points.

    A mixture of images takes what `gansgmms.data.batches.as_vectors` does: arrays or
    tensors of images or of their vectors, uint8 or from 0 to 1, or with `range` of
    other values; a mixture of points takes points (n, d).
    """

    architecture = "mfa"  # the module in `gansgmms.models` that loads it
    # Whether `sample` adds e; as in the authors' code, it does not.
    sample_noise = False

    def __init__(
        self,
        logits: Tensor,
        means: Tensor,
        factors: Tensor,
        noise: Tensor,
        shape: tuple[int, ...],
    ):
        super().__init__()
        k, d, _ = factors.shape
        if logits.shape != (k,) or means.shape != (k, d) or noise.shape != (k, d):
            raise InputError(
                "MFA",
                f"logits {tuple(logits.shape)}, means {tuple(means.shape)}, "
                f"factors {tuple(factors.shape)}, noise {tuple(noise.shape)}",
                "shapes (K,), (K, d), (K, d, l), (K, d)",
            )
        if math.prod(shape) != d:
            raise InputError("MFA", f"image shape {shape}", f"{d} values an image")
        self.logits = nn.Parameter(logits)
        self.means = nn.Parameter(means)
        self.factors = nn.Parameter(factors)
        self.noise = nn.Parameter(noise)
        self.shape = tuple(shape)

    @property
    def mixing(self) -> Tensor:
        """(K,) mixing coefficients pi."""
        return self.logits.softmax(0)

    # --- Density ---

    @exact_products()
    def projection(self) -> Projection:
        """The matrices of equations 4-6 in the form that `joint` multiplies by."""
        d = self.means.shape[1]
        precision = self.noise.square().reciprocal()
        with torch.no_grad():
            weights = self.mixing[:, None] * precision
            origin = (weights * self.means).sum(0) / weights.sum(0)
        mu = self.means - origin
        whitened = self.factors.mT / self.noise[:, None]  # (K, l, d) = A^T D^-1/2
        cholesky = _cholesky(whitened)
        eye = torch.eye(cholesky.shape[1], dtype=torch.float64, device=mu.device)
        inverse = torch.linalg.solve_triangular(cholesky, eye, upper=False)
        w = inverse.to(mu.dtype) @ (whitened / self.noise[:, None])
        weighted = mu * precision
        square = 0.5 * (mu * weighted).sum(1)
        constant = self.logits.log_softmax(0) - (
            0.5 * d * math.log(2 * math.pi)
            + cholesky.diagonal(dim1=1, dim2=2).log().sum(1).to(mu.dtype)
            + self.noise.log().sum(1)
            + square
        )
        return Projection(
            origin=origin,
            precision=precision,
            rows=torch.cat([w, weighted[:, None]], 1).flatten(0, 1),
            offset=nn.functional.pad(-(w @ mu[:, :, None]), (0, 0, 0, 1)).flatten(0, 1),
            inverse=inverse,
            square=square,
            constant=constant,
        )

    @exact_products()
    def joint(self, x: Tensor, projection: Projection) -> tuple[Tensor, Tensor]:
        """log [pi_k P(x_n | k)] for all components as two matrix products.

        The Mahalanobis distance (equation 5) is x^2 D^-1 - 2 x D^-1 mu + mu^2 D^-1
        - |W^T (x - mu)|^2; time and memory are linear in d.

        Args:
            x: (n, d) with `projection.origin` already subtracted.

        Returns:
            (K, n) log joint densities, and (K, l, n) y = W^T (x - mu), the whitened
            posterior means.
        """
        k, l = self.factors.shape[0], self.factors.shape[2]
        products = torch.addmm(projection.offset, projection.rows, x.T)
        y, linear = products.view(k, l + 1, len(x)).split([l, 1], 1)
        log_joint = torch.addmm(
            linear.squeeze(1), projection.precision, x.square().T, alpha=-0.5
        )
        for y_i in y.unbind(1):
            log_joint.addcmul_(y_i, y_i, value=0.5)
        return log_joint.add_(projection.constant[:, None]), y

    def block(self) -> int:
        """Number of points whose scores are computed at once outside training."""
        k, _, l = self.factors.shape
        return max(block_size(BLOCK, self.means.device) // (k * (l + 2)), 64)

    def joints(self, batches: Iterable[Tensor]) -> Iterator[tuple[Tensor, Tensor]]:
        """`joint` of each batch (n, d); the components are inverted once for all."""
        projection = self.projection()
        for x in batches:
            yield self.joint(x - projection.origin, projection)

    def vectors(self, x, range: tuple[float, float] | None = None) -> Tensor:
        """Images or points as (n, d) vectors of the mixture's dtype, on its device.

        Raises:
            InputError: for another shape or dtype, and values out of `range`.
        """
        return as_vectors(x, self.shape, "images", range).to(self.means)

    def component_log_prob(self, x, range: tuple[float, float] | None = None) -> Tensor:
        """(n, K) log [pi_k P(x_n | mu_k, Sigma_k)] of images, the sum's terms in (2).

        Args:
            x, range: as of `vectors`.
        """
        blocks = self.vectors(x, range).split(self.block())
        return torch.cat([log_joint.T for log_joint, _ in self.joints(blocks)])

    def log_prob(self, x, range: tuple[float, float] | None = None) -> Tensor:
        """(n,) log-likelihood of images in nats (equation 2), of vectors in [0, 1].

        In float32 to a relative error of 1e-5, but where gradients are wanted: those
        few images that lose more to rounding are scored again in float64.

        Args:
            x, range: as of `vectors`.
        """
        x = self.vectors(x, range)
        learnt = any(t.requires_grad for t in [x, *self.parameters()])
        if learnt and torch.is_grad_enabled():
            return self.log_density(x)
        scores, lost = [], []
        projection = self.projection()
        for block in x.split(self.block()):
            log_joint, y = self.joint(block - projection.origin, projection)
            scores.append(log_marginal(log_joint)[0])
            lost.append(_rounding(log_joint, y, projection))
        score = torch.cat(scores)
        again = (torch.cat(lost) > TOLERANCE * score.abs()).nonzero().squeeze(1)
        if len(again) and score.dtype == torch.float32:
            score[again] = self._in_float64(x[again].split).to(score)
        return score

    def log_density(self, x: Tensor) -> Tensor:
        """`log_prob` of vectors (n, d) that are taken as they are, as in training."""
        blocks = x.split(self.block())
        return torch.cat(
            [log_marginal(log_joint)[0] for log_joint, _ in self.joints(blocks)]
        )

    def likeliest(self, data: FlatImages) -> Tensor:
        """(n,) the most probable component of each vector."""
        joints = self.joints(data.batches(self.block()))
        return torch.cat([log_joint.argmax(0) for log_joint, _ in joints])

    @torch.no_grad()
    def log_likelihood(self, data: FlatImages) -> Tensor:
        """(n,) float64 log-likelihood of each vector in nats (equation 2), to report.

        In float64, because float32 can lose digits where a pixel nearly always has one
        value in one component and another in the next; and a part of the components
        after the other, as mixtures of their own, because 20,000 would not fit:
        log P(x) is the log-sum-exp of log P(part) + log P(x | part).
        """
        return self._in_float64(data.batches)

    @torch.no_grad()
    def _in_float64(self, batches: Callable[[int], Iterable[Tensor]]) -> Tensor:
        """(n,) float64 log-likelihood of the vectors that `batches` of a size have."""
        log_pi = self.logits.double().log_softmax(0)
        parts = []
        for part in torch.arange(len(log_pi), device=log_pi.device).split(PART):
            mixture = MFA(
                log_pi[part],
                self.means[part].double(),
                self.factors[part].double(),
                self.noise[part].double(),
                self.shape,
            )
            scores = [
                log_marginal(log_joint)[0]
                for log_joint, _ in mixture.joints(
                    x.double() for x in batches(mixture.block())
                )
            ]
            parts.append(log_pi[part].logsumexp(0) + torch.cat(scores))
        return torch.stack(parts).logsumexp(0)

    def responsibilities(self, x, range: tuple[float, float] | None = None) -> Tensor:
        """(n, K) posterior probability of each component given x, as of `vectors`."""
        return self.component_log_prob(x, range).softmax(1)

    # --- Inference ---

    @torch.no_grad()
    @exact_products()
    def posterior(self, x: Tensor, components: Tensor) -> tuple[Tensor, Tensor]:
        """z given x and its component: N(L^-1 A^T D^-1 (x - mu), L^-1).

        Args:
            x: (n, d). components: (n,) indices.

        Returns:
            (n, l) means, and (n, l, l) covariances in float64: where the noise is
            small, the smallest variances are lost in float32.
        """
        n, l = len(x), self.factors.shape[2]
        mean = x.new_empty(n, l)
        covariance = x.new_empty(n, l, l, dtype=torch.float64)
        for k, members in self._members(components):
            whitened = self.factors[k].T / self.noise[k]
            cholesky = _cholesky(whitened)
            centred = (x[members] - self.means[k]) / self.noise[k]
            projected = (centred @ whitened.T).double()
            mean[members] = torch.cholesky_solve(projected.T, cholesky).T.to(x.dtype)
            covariance[members] = torch.cholesky_inverse(cholesky)
        return mean, covariance

    @torch.no_grad()
    @exact_products()
    def decode(self, z: Tensor, components: Tensor) -> Tensor:
        """(n, d) noise-free images A_k z + mu_k of z (n, l) and components (n,)."""
        x = z.new_empty(len(z), self.means.shape[1])
        for k, members in self._members(components):
            x[members] = torch.addmm(self.means[k], z[members], self.factors[k].T)
        return x

    def _members(self, components: Tensor) -> Iterator[tuple[int, Tensor]]:
        """Each component that occurs, and where: (m,) int64. The host reads once."""
        order = components.argsort(stable=True)
        counts = torch.bincount(components, minlength=len(self.means)).tolist()
        for k, members in enumerate(order.split(counts)):
            if counts[k]:
                yield k, members

    @torch.no_grad()
    def reconstruct(self, x, range: tuple[float, float] | None = None) -> Tensor:
        """(n, d) x seen through its most probable component: A E[z | x] + mu.

        Args:
            x, range: as of `vectors`. What comes back is from 0 to 1.
        """
        x = self.vectors(x, range)
        components = self.component_log_prob(x).argmax(1)
        return self.decode(self.posterior(x, components)[0], components)

    @torch.no_grad()
    def conditional(
        self,
        x,
        observed: Tensor,
        generator: torch.Generator | None = None,
        range: tuple[float, float] | None = None,
    ) -> Tensor:
        """In-painting (supplementary 1.3): fill the hidden part of x.

        The model is reduced to the observed pixels; its most probable component and
        posterior mean of z there give the hidden pixels. With a generator, component
        and z are drawn from their posteriors instead, so that each call gives
        another possible reconstruction.

        Args:
            x, range: as of `vectors`; the values of hidden pixels are not used.
            observed: (d,) bool.

        Returns:
            (n, d), the observed pixels as they were, from 0 to 1.
        """
        x = as_vectors(x, self.shape, "images", range, observed).to(self.means)
        seen = MFA(
            self.logits,
            self.means[:, observed],
            self.factors[:, observed],
            self.noise[:, observed],
            (int(observed.sum()),),
        )
        log_joint = seen.component_log_prob(x[:, observed])
        if generator is None:
            components = log_joint.argmax(1)
        else:
            drawn = torch.multinomial(
                log_joint.softmax(1).cpu(), 1, generator=generator
            )
            components = drawn.squeeze(1).to(x.device)
        z, covariance = seen.posterior(x[:, observed], components)
        if generator is not None:
            normal = torch.randn(
                z.shape, generator=generator, device=generator.device
            ).to(covariance)
            spread = torch.linalg.cholesky(covariance) @ normal[:, :, None]
            z = z + spread.squeeze(2).to(z)
        return torch.where(observed, x, self.decode(z, components))

    # --- Sampling ---

    @torch.no_grad()
    def draw(
        self, n: int, generator: torch.Generator, noise: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Samples as vectors (n, d), and the component (n,) that each came from."""
        z, components = self._latent(n, generator)
        x = self.decode(z, components)
        if noise:
            normal = torch.randn(
                x.shape, generator=generator, device=generator.device
            ).to(x.device)
            x += self.noise[components] * normal
        return x, components

    @torch.no_grad()
    @exact_products()
    def sample(
        self, n: int, generator: torch.Generator, noise: bool | None = None
    ) -> Tensor:
        """(n, h, w, c) uint8 images; for points, (n, d) float32.

        noise: whether the diagonal noise is added; None: as `sample_noise` says.
        """
        noise = self.sample_noise if noise is None else noise
        if noise or len(self.shape) == 1:
            return as_images(self.draw(n, generator, noise)[0], self.shape)
        # Component by component down to pixels, so that what is in float stays in the
        # cache; bytes alone are brought into the order in which they were drawn.
        z, components = self._latent(n, generator)
        pixels = torch.empty(n, len(self.means[0]), dtype=torch.uint8, device=z.device)
        for k, members in self._members(components):
            part = torch.addmm(self.means[k], z[members], self.factors[k].T)
            pixels[members] = part.clamp_(0, 1).mul_(255).round_().to(torch.uint8)
        return pixels.view(n, *self.shape)

    def _latent(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """z (n, l) and components (n,), drawn on the generator's device."""
        components = torch.multinomial(
            self.mixing.cpu(), n, replacement=True, generator=generator
        )
        z = torch.randn(
            n, self.factors.shape[2], generator=generator, device=generator.device
        )
        return z.to(self.means.device), components.to(self.means.device)

    # --- Files ---

    def save(self, path: str | Path) -> None:
        """Write the parameters and the image shape as one safetensors file."""
        meta = {
            "architecture": self.architecture,
            "shape": self.shape,
            "sample_noise": self.sample_noise,
        }
        write_tensors(path, dict(self.named_parameters()), "model", meta)

    @classmethod
    def load(cls, path: str | Path, device: str | torch.device = "cpu") -> "MFA":
        """Read a mixture that `save` wrote; without gradients.

        Raises:
            InputError: if the file is missing, damaged, or holds another model.
        """
        tensors, meta = read_tensors(path, "model", device)
        if meta["architecture"] != cls.architecture:
            found = f"a model '{meta['architecture']}'"
            raise InputError(str(path), found, f"a mixture, '{cls.architecture}'")
        model = cls(**tensors, shape=tuple(meta["shape"]))
        model.sample_noise = meta.get("sample_noise", cls.sample_noise)
        return model.requires_grad_(False)

    def component(self, k: int) -> "MFA":
        """Component k alone, as a mixture of one."""
        logits, means, factors, noise = (p[k : k + 1] for p in self.parameters())
        return MFA(logits, means, factors, noise, self.shape).requires_grad_(False)

    @classmethod
    def flatten(cls, weights: Tensor, mixtures: list["MFA"]) -> "MFA":
        """One flat mixture of mixtures (supplementary 1.2, hierarchical training).

        The mixing coefficients of the parts are multiplied by `weights` (their number,).
        """
        logits = [
            mixture.logits.log_softmax(0) + weight.log()
            for weight, mixture in zip(weights, mixtures, strict=True)
        ]
        return cls(
            torch.cat(logits),
            torch.cat([m.means for m in mixtures]),
            torch.cat([m.factors for m in mixtures]),
            torch.cat([m.noise for m in mixtures]),
            mixtures[0].shape,
        ).requires_grad_(False)
