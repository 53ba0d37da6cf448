"""Which training points belong to which VAE, and batches of them."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Shares:
    """The points of each of K VAEs: `count[j]` entries of `order` from `start[j]`.

    order (m,), start (K,) and count (K,) are int64, where the points are drawn.
    """

    order: Tensor
    start: Tensor
    count: Tensor

    @classmethod
    def of_assignment(cls, assignment: Tensor, k: int) -> "Shares":
        """Each point belongs to one VAE, by an assignment (n,).

        A VAE without a point is given all of them: its weight in the mixture is zero,
        and it is trained like a VAE before the competition until it wins points back.
        """
        count = assignment.bincount(minlength=k)
        start = count.cumsum(0) - count
        empty = count == 0
        start[empty], count[empty] = 0, len(assignment)
        return cls(assignment.argsort(stable=True), start, count)

    @classmethod
    def bootstrap(cls, n: int, k: int, generator: torch.Generator) -> "Shares":
        """Each VAE has n points drawn from n with replacement."""
        order = torch.randint(n, (k * n,), generator=generator, device=generator.device)
        return cls(order, torch.arange(k) * n, torch.full((k,), n))

    @classmethod
    def everything(cls, n: int, k: int) -> "Shares":
        """Every VAE has all n points."""
        return cls(
            torch.arange(n), torch.zeros(k, dtype=torch.int64), torch.full((k,), n)
        )

    def to(self, device: torch.device) -> "Shares":
        """The same on a device."""
        return Shares(*(t.to(device) for t in (self.order, self.start, self.count)))

    def draw(self, batch: int, generator: torch.Generator) -> Tensor:
        """(K, batch) numbers of points, each VAE's uniformly from its own."""
        # In float64, as float32 cannot tell 2^24 points apart.
        where = torch.rand(
            len(self.count),
            batch,
            generator=generator,
            device=generator.device,
            dtype=torch.float64,
        )
        places = (where * self.count[:, None]).long()
        return self.order[self.start[:, None] + places]


def uniform_assignment(n: int, k: int, generator: torch.Generator) -> Tensor:
    """Equal parts at random, before the competition: (n,) int64."""
    return torch.randperm(n, generator=generator, device=generator.device) % k
