"""NDB as a torchmetrics metric, for training loops (the extra `torchmetrics`).

from gansgmms.metrics.torchmetric import NumberOfDifferentBins

metric = NumberOfDifferentBins(k=100, range=(-1, 1))
metric.update(real_batch, real=True)
metric.update(generated_batch, real=False)
metric.compute()  # NDB/K
"""

from inspect import signature
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gansgmms.data.given import given
from gansgmms.errors import InputError
from gansgmms.metrics.arguments import check_count
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.result import Result, compare

try:
    from torchmetrics import Metric
except ImportError:
    raise ImportError(
        "NumberOfDifferentBins needs torchmetrics: pip install 'gansgmms[torchmetrics]'"
    ) from None


class NumberOfDifferentBins(Metric):
    """NDB/K of samples against reference images (section 2), on any device.

    Args:
        bins: bins that are there, or their file; then only samples are given, and only
            their counts are kept. Otherwise bins are made of the images given as real,
            when `compute` is called; until then all images are kept, as 8-bit pixels.
        k: number of bins that are made.
        range: the values that mean black and white, such as (-1, 1).
        settings: of `NDB.fit`.
        options: of torchmetrics.

    Raises:
        InputError: for bins, k or settings that are none.

    `compute` gives the same number as `NDB.evaluate` of all samples at once; `result`
    gives all that it does.
    """

    is_differentiable = False
    higher_is_better = False
    full_state_update = False

    # Torchmetrics' states.
    real: list[Tensor]
    samples: list[Tensor]
    counts: Tensor

    def __init__(
        self,
        bins: NDB | str | Path | None = None,
        k: int = 100,
        range: tuple[float, float] | None = None,
        settings: dict | None = None,
        **options,
    ):
        super().__init__(**options)
        self.bins = NDB.load(bins) if isinstance(bins, (str, Path)) else bins
        _check(self.bins, k, settings or {})
        self.k = k if self.bins is None else self.bins.k
        self.range, self.settings = range, settings or {}
        if self.bins is None:
            self.add_state("real", [], dist_reduce_fx="cat")
            self.add_state("samples", [], dist_reduce_fx="cat")
        else:
            zeros = torch.zeros(self.k, dtype=torch.long)
            self.add_state("counts", zeros, dist_reduce_fx="sum")

    def update(self, images: Tensor, real: bool = False) -> None:
        """Add a batch, in any form that `NDB.fit` takes: reference images or samples.

        Raises:
            InputError: for what is neither images nor points, for a `real` that is not
                True or False, for batches of another shape than before, and for reference
                images where the bins have theirs.
        """
        if not isinstance(real, bool | np.bool):
            raise InputError("real", repr(real), "True or False")
        if self.bins is not None:
            if real:
                found = "reference images for bins that have theirs"
                raise InputError("real", found, "samples alone")
            bin_of = torch.from_numpy(self.bins.assign(images, self.range))
            counts = torch.bincount(bin_of, minlength=self.k)
            self.counts += counts.to(self.counts.device)
            return
        batches = [b for kept in (self.real, self.samples) for b in kept]
        shape = tuple(batches[0].shape[1:]) if batches else None
        data = torch.tensor(given(images, shape, "images", self.range))
        (self.real if real else self.samples).append(data.to(self.device))

    def result(self) -> Result:
        """How all samples so far compare with the reference, bin by bin.

        Raises:
            InputError: if there are no samples, or fewer reference images than bins.
        """
        if self.bins is not None:
            counts = self.counts.cpu().numpy()
            return compare(self.bins.counts, counts, self.bins.significance)
        real, samples = (
            _all(self.real, "reference images"),
            _all(self.samples, "samples"),
        )
        return NDB.fit(real, self.k, **self.settings).evaluate(samples)

    def compute(self) -> Tensor:
        """() float32: NDB/K."""
        return torch.tensor(self.result().ndb_over_k, device=self.device)

    def plot(self, val=None, ax=None):
        """The last value, or those given, as torchmetrics draws them."""
        return self._plot(val, ax)


def _check(bins, k, settings) -> None:
    if bins is not None and not isinstance(bins, NDB):
        found = f"a {type(bins).__name__}"
        raise InputError("bins", found, "NDB.fit's bins, or the path of their file")
    check_count("k", k)
    known = signature(NDB.fit).parameters.keys() - {"images", "k", "range"}
    needed = f"settings of NDB.fit: {', '.join(sorted(known))}"
    if not isinstance(settings, dict):
        raise InputError("settings", repr(settings), needed)
    if unknown := settings.keys() - known:
        found = ", ".join(sorted(map(str, unknown)))
        hint = "those are arguments of the metric" if unknown <= {"k", "range"} else ""
        raise InputError("settings", found, needed, hint)


def _all(batches: list[Tensor] | Tensor, thing: str):
    # Between processes, torchmetrics puts one tensor in place of the list.
    if isinstance(batches, list):
        if not batches:
            hint = "update(...), then compute(); metric(...) looks at one batch alone"
            raise InputError(thing, "none", "at least one batch", hint)
        batches = torch.cat(batches)
    return batches.cpu().numpy()
