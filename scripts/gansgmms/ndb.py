"""NDB: the number of statistically different bins (section 2, supplementary 1.1).

from gansgmms.ndb import NDB

bins = NDB.fit(train_images, k=100)
result = bins.evaluate(samples)
result.ndb, result.js
result.plot().savefig("proportions.png")
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from gansgmms.arrays import as_vectors
from gansgmms.errors import InputError
from gansgmms.kmeans import assign, kmeans
from gansgmms.statistics import jensen_shannon, summary, two_sample_test
from gansgmms.tensors import read_tensors, write_tensors

# Images converted to float at once when samples are assigned.
CHUNK = 4096


@dataclass
class Result:
    """How one set of samples compares with the reference, bin by bin.

    reference_counts, counts: (k,) images in each bin. reference_proportion, proportion,
    standard_error, z, p: (k,) float64; different: (k,) bool. ndb: their number. js:
    Jensen-Shannon divergence of the two sets of proportions, in nats.
    """

    reference_counts: np.ndarray
    counts: np.ndarray
    reference_proportion: np.ndarray
    proportion: np.ndarray
    standard_error: np.ndarray
    z: np.ndarray
    p: np.ndarray
    different: np.ndarray
    js: float
    significance: float = 0.05

    @property
    def ndb(self) -> int:
        return int(self.different.sum())

    @property
    def ndb_over_k(self) -> float:
        """0.05 is expected of two samples of one distribution; lower is better."""
        return self.ndb / len(self.different)

    def columns(self) -> dict[str, np.ndarray | int]:
        """The test of each bin as columns of a table, one row a bin."""
        k = len(self.different)
        return {
            "k": k,
            "bin": np.arange(k),
            "reference_count": self.reference_counts,
            "count": self.counts,
            "reference_proportion": self.reference_proportion,
            "proportion": self.proportion,
            "standard_error": self.standard_error,
            "z": self.z,
            "p": self.p,
            "different": self.different,
        }

    def summary(self, **options) -> dict[str, float]:
        """NDB and JS with what chance has to do with them: `statistics.summary`."""
        return summary(self.reference_counts, self.counts, self.significance, **options)

    def plot(self, label: str = "samples"):
        """The proportions of the bins as a matplotlib figure (supp. Fig. 14)."""
        from gansgmms.proportions import draw_proportions

        return draw_proportions(
            [pd.DataFrame(self.columns())], ["own_samples"], [label]
        )


def compare(
    reference_counts: np.ndarray, counts: np.ndarray, significance: float = 0.05
) -> Result:
    """The two-sample test of each bin (section 2), and the divergence.

    A bin is different where the two-tailed p is below `significance`. A bin that is
    empty in both samples is not different.

    Args:
        reference_counts, counts: (k,) how many images of each sample fell in each bin.
    """
    test = two_sample_test(reference_counts, counts)
    return Result(
        reference_counts=reference_counts,
        counts=counts,
        **test._asdict(),
        different=test.p < significance,
        js=float(jensen_shannon(test.reference_proportion, test.proportion)),
        significance=significance,
    )


@dataclass
class NDB:
    """Bins: the Voronoi cells of K centres, sorted by size, largest first.

    centres: (k, d) float32, the mean of each bin's images, in units of the data.
    counts: (k,) reference images in each bin.
    pixels: (m,) which of the d dimensions decide the bin.
    scale: (m,) what they are divided by; the standard deviation, or 1.
    anchors: (k, m) float32 centres in those scaled dimensions: an image belongs to
        the bin of the nearest.
    reference_index, reference_mirrored, reference_bin: (n,) number of each reference
        image, whether it was flipped, and its bin.
    """

    centres: np.ndarray
    counts: np.ndarray
    pixels: np.ndarray
    scale: np.ndarray
    anchors: np.ndarray
    reference_index: np.ndarray
    reference_mirrored: np.ndarray
    reference_bin: np.ndarray
    shape: tuple[int, ...]
    significance: float = 0.05

    @classmethod
    def fit(
        cls,
        images: np.ndarray,
        k: int,
        *,
        method: str = "kmeans",
        reference: int | None = None,
        dimensions: int | None = None,
        whiten: bool = False,
        mirror: bool = False,
        significance: float = 0.05,
        initialisations: int = 10,
        iterations: int = 100,
        seed: int = 0,
        device: str | torch.device = "cpu",
    ) -> "NDB":
        """Cluster reference images into k bins.

        Args:
            images: (n, h, w, c) uint8, or (n, d) float points.
            method: "kmeans", or "agglomerative" (Ward), whose bins become Voronoi
                cells of the clusters' means.
            reference: use this many images at most, drawn at random.
            dimensions: use this many dimensions, drawn at random; None for all.
            whiten: divide each dimension by its standard deviation + 1e-6.
            mirror: flip each reference image with probability 1/2; points have no
                mirror image.

        Raises:
            InputError: if there are fewer reference images than bins, or values that
                are not finite.
        """
        random = np.random.default_rng(seed)
        index = np.arange(len(images))
        if reference is not None and reference < len(images):
            index = np.sort(random.choice(len(images), reference, replace=False))
        if len(index) < k:
            raise InputError(
                "NDB", f"{len(index)} reference images", f"at least k = {k}"
            )
        chosen = np.asarray(images[index])
        flipped = np.zeros(len(index), bool)
        if mirror and images.ndim == 4:
            flipped = random.random(len(index)) < 0.5
            chosen[flipped] = chosen[flipped, :, ::-1]
        x = as_vectors(chosen)
        if not np.isfinite(x).all():
            raise InputError("NDB", "values that are not finite", "finite numbers")
        d = x.shape[1]
        pixels = np.arange(d)
        if dimensions is not None and dimensions < d:
            pixels = np.sort(random.choice(d, dimensions, replace=False))
        part = x[:, pixels]
        scale = np.ones(len(pixels), np.float32)
        if whiten:
            scale = part.std(0, dtype=np.float64).astype(np.float32) + np.float32(1e-6)
        points = torch.from_numpy(part / scale).to(device)

        if method == "kmeans":
            generator = torch.Generator().manual_seed(seed)
            labels = kmeans(points, k, generator, initialisations, iterations).labels
            anchors = _means(points, labels, k)
        else:
            anchors = _agglomerate(points, k, random)
        # The bins of the reference are those that any sample would get.
        labels = assign(points, anchors)
        counts = torch.bincount(labels, minlength=k)
        order = counts.argsort(descending=True, stable=True)
        labels = order.argsort()[labels]
        return cls(
            centres=_means(torch.from_numpy(x), labels.cpu(), k).numpy(),
            counts=counts[order].cpu().numpy(),
            pixels=pixels,
            scale=scale,
            anchors=anchors[order].cpu().numpy(),
            reference_index=index,
            reference_mirrored=flipped,
            reference_bin=labels.cpu().numpy(),
            shape=tuple(images.shape[1:]),
            significance=significance,
        )

    @property
    def k(self) -> int:
        return len(self.counts)

    def assign(
        self, images: np.ndarray, device: str | torch.device = "cpu"
    ) -> np.ndarray:
        """(n,) the bin of each image; 0 is the largest bin of the reference.

        Raises:
            InputError: if the images have another shape than the reference, or hold
                values that are not finite.
        """
        if tuple(images.shape[1:]) != self.shape:
            raise InputError(
                "samples",
                f"images of shape {tuple(images.shape[1:])}",
                f"{self.shape}, as the bins",
            )
        anchors = torch.from_numpy(self.anchors).to(device)
        bins = [np.empty(0, np.int64)]
        for start in range(0, len(images), CHUNK):
            x = as_vectors(images[start : start + CHUNK])[:, self.pixels] / self.scale
            if not np.isfinite(x).all():
                raise InputError(
                    "samples",
                    f"values that are not finite in images {start} to {start + len(x)}",
                    "finite numbers",
                )
            bins.append(assign(torch.from_numpy(x).to(device), anchors).cpu().numpy())
        return np.concatenate(bins)

    def evaluate(
        self, images: np.ndarray, device: str | torch.device = "cpu"
    ) -> Result:
        """Bin the images (n, h, w, c) and compare their proportions with the reference."""
        counts = np.bincount(self.assign(images, device), minlength=self.k)
        return compare(self.counts, counts, self.significance)

    def save(self, path: str | Path) -> None:
        """Write the bins as one safetensors file."""
        meta = {"shape": list(self.shape), "significance": self.significance}
        arrays = {name: torch.as_tensor(getattr(self, name)) for name in _ARRAYS}
        write_tensors(path, arrays, "ndb", meta)

    @classmethod
    def load(cls, path: str | Path) -> "NDB":
        """Read bins that `save` wrote.

        Raises:
            InputError: if the file is missing, damaged, or holds something else.
        """
        tensors, meta = read_tensors(path, "ndb")
        return cls(
            **{name: tensor.numpy() for name, tensor in tensors.items()},
            shape=tuple(meta["shape"]),
            significance=meta["significance"],
        )


_ARRAYS = (
    "centres",
    "counts",
    "pixels",
    "scale",
    "anchors",
    "reference_index",
    "reference_mirrored",
    "reference_bin",
)

# Ward's tree needs the distances of all pairs: more images than this do not fit.
MOST_AGGLOMERATED = 10_000


def _agglomerate(x: torch.Tensor, k: int, random: np.random.Generator) -> torch.Tensor:
    """(k, d) means of the clusters that Ward's method makes of x, or a part of it."""
    from sklearn.cluster import AgglomerativeClustering

    if len(x) > MOST_AGGLOMERATED:
        x = x[random.choice(len(x), MOST_AGGLOMERATED, replace=False)]
    labels = AgglomerativeClustering(k).fit_predict(x.cpu().numpy())
    return _means(x, torch.from_numpy(labels).to(x.device), k)


def _means(x: torch.Tensor, labels: torch.Tensor, k: int) -> torch.Tensor:
    """(k, d) mean of the rows of x (n, d) with each label, summed in float64."""
    sums = torch.zeros(k, x.shape[1], dtype=torch.float64, device=x.device)
    for rows, part in zip(x.split(CHUNK), labels.split(CHUNK), strict=True):
        sums.index_add_(0, part, rows.double())
    counts = torch.bincount(labels, minlength=k).clamp_min(1)
    return (sums / counts[:, None]).to(x.dtype)
