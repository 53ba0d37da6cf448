"""NDB: the number of statistically different bins (section 2, supplementary 1.1).

Making bins takes torch; samples are scored by NumPy alone.

from gansgmms.metrics.ndb import NDB

bins = NDB.fit(train_images, k=100)
result = bins.evaluate(samples)
result.ndb, result.js
result.plot().savefig("proportions.png")
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gansgmms.data.arrays import as_array
from gansgmms.data.dense import dense
from gansgmms.data.given import given, refuse_unresolved
from gansgmms.errors import InputError
from gansgmms.io.images import as_vectors
from gansgmms.io.weights import read_arrays, write_arrays
from gansgmms.metrics.arguments import check_fit, checked_index
from gansgmms.metrics.clustering import agglomerate, kmeans_labels, means, nearest
from gansgmms.metrics.result import Result, compare

# Images converted to float at once.
CHUNK = 4096

# Images (n, h, w, c) uint8, or points (n, d), to the vectors (n, m) that are clustered.
Transform = Callable[[np.ndarray], np.ndarray]


@dataclass(repr=False)
class NDB:
    """Bins: the Voronoi cells of K centres, sorted by size, largest first.

    centres: (k, d) float32, the mean of each bin's images, in units of the data.
    counts: (k,) reference images in each bin.
    pixels: (m,) which of the d dimensions decide the bin; of the transform's, if any.
    scale: (m,) what they are divided by; the standard deviation, or 1.
    anchors: (k, m) float32 centres in those scaled dimensions: an image belongs to
        the bin of the nearest.
    shape: (h, w, c) of bins of images, which take 8-bit pixels; (d,) of bins of points.
    reference_index, reference_mirrored, reference_bin: (n,) number of each reference
        image, whether it was flipped, and its bin.
    transform: what makes vectors of images, where the bins are cells of another space than
        that of pixels. A file of bins does not hold it.
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
    transform: Transform | None = None

    def __repr__(self) -> str:
        kind = "images" if len(self.shape) == 3 else "points"
        return f"NDB(k={self.k}, of {self.counts.sum():,} {kind} of shape {self.shape})"

    @classmethod
    def fit(
        cls,
        images,
        k: int,
        *,
        method: str = "kmeans",
        range: tuple[float, float] | None = None,
        reference: int | np.ndarray | None = None,
        dimensions: int | None = None,
        whiten: bool = False,
        mirror: bool = False,
        significance: float = 0.05,
        initialisations: int = 10,
        iterations: int = 100,
        transform: Transform | None = None,
        seed: int = 0,
        device="cpu",
    ) -> "NDB":
        """Cluster reference images into k bins.

        Args:
            images: an array or a tensor, of any library: (n, h, w, c) uint8, or floats
                from 0 to 1, which are rounded to 8 bits; or (n, d) float points. Tensors
                of images may be (n, c, h, w).
            method: "kmeans", or "agglomerative" (Ward), whose bins become Voronoi
                cells of the clusters' means.
            range: the values that mean black and white, where they are others.
            reference: use this many images at most, drawn at random; or the images of
                these numbers, (n,) ascending.
            dimensions: use this many dimensions, drawn at random; None for all.
            whiten: divide each dimension by its standard deviation + 1e-6.
            mirror: flip each reference image with probability 1/2; points have no
                mirror image.
            transform: cluster what this makes of images, such as the features of a
                network (`gansgmms.models.feature_spaces.feature_vectors`), and not their
                pixels; `dimensions` and `whiten` are then of these vectors.
            device: the torch device of K-means.

        Raises:
            InputError: if there are fewer different reference images than bins, if the
                images are none (`gansgmms.data.given`), for a method, k or other number
                that is not as above, and for a transform that gives no vectors.
        """
        check_fit(
            method=method,
            k=k,
            reference=None if isinstance(reference, np.ndarray) else reference,
            dimensions=dimensions,
            significance=significance,
            seed=seed,
            transform=transform,
            switches={"whiten": whiten, "mirror": mirror},
            initialisations=initialisations,
            iterations=iterations,
        )
        thing = "reference images"
        exact = dense(images, thing)
        images = given(exact, None, thing, range)
        if images.ndim == 2:
            refuse_unresolved(exact, thing)
        random = np.random.default_rng(seed)
        if isinstance(reference, np.ndarray):
            index = checked_index(reference, len(images))
        elif reference is not None and reference < len(images):
            index = np.sort(random.choice(len(images), reference, replace=False))
        else:
            index = np.arange(len(images))
        if len(index) < k:
            raise InputError(
                "NDB", f"{len(index)} reference images", f"at least k = {k}"
            )
        binned = np.asarray(images[index])
        flipped = np.zeros(len(index), bool)
        if mirror and images.ndim == 4:
            flipped = random.random(len(index)) < 0.5
            binned[flipped] = binned[flipped, :, ::-1]
        x = _vectors(binned, transform)
        if transform is not None:
            refuse_unresolved(x, "transform")
        d = x.shape[1]
        pixels = np.arange(d)
        if dimensions is not None and dimensions < d:
            pixels = np.sort(random.choice(d, dimensions, replace=False))
        part = x[:, pixels]
        scale = np.ones(len(pixels), np.float32)
        if whiten:
            scale = part.std(0, dtype=np.float64).astype(np.float32) + np.float32(1e-6)
        points = part / scale
        if method == "kmeans":
            labels = kmeans_labels(points, k, initialisations, iterations, seed, device)
            anchors = means(points, labels, k)
        else:
            anchors = agglomerate(points, k, random)
        # The bins of the reference are those that any sample would get.
        labels = nearest(points, anchors)
        counts = np.bincount(labels, minlength=k)
        if not counts.all() and (different := len(np.unique(points, axis=0))) < k:
            found = f"{different} different reference images"
            raise InputError("NDB", found, f"at least k = {k}")
        order = np.argsort(-counts, kind="stable")
        labels = np.argsort(order)[labels]
        return cls(
            centres=means(as_vectors(binned) if transform else x, labels, k),
            counts=counts[order],
            pixels=pixels,
            scale=scale,
            anchors=anchors[order],
            reference_index=index,
            reference_mirrored=flipped,
            reference_bin=labels,
            shape=tuple(images.shape[1:]),
            significance=significance,
            transform=transform,
        )

    @property
    def k(self) -> int:
        return len(self.counts)

    def assign(self, images, range: tuple[float, float] | None = None) -> np.ndarray:
        """(n,) the bin of each image; 0 is the largest bin of the reference.

        Args:
            images, range: as of `fit`; images may also be (n, h w c), in this order;
                tensors of colour images may not.

        Raises:
            InputError: if the images have another shape than the reference, or are none
                (`gansgmms.data.given`).
        """
        images = given(images, self.shape, "samples", range)
        bins = [np.empty(0, np.int64)]
        for start in np.arange(0, len(images), CHUNK):
            x = _vectors(images[start : start + CHUNK], self.transform)
            if self.pixels[-1] >= x.shape[1]:
                found, needed = f"{x.shape[1]} values", f"{self.pixels[-1] + 1} or more"
                raise InputError("transform", found, f"{needed}, as of the reference")
            bins.append(nearest(x[:, self.pixels] / self.scale, self.anchors))
        return np.concatenate(bins)

    def evaluate(self, images, range: tuple[float, float] | None = None) -> Result:
        """Bin the images and compare their proportions with the reference's.

        Args:
            images, range: as of `assign`.
        """
        counts = np.bincount(self.assign(images, range), minlength=self.k)
        return compare(self.counts, counts, self.significance)

    def without_reference(self) -> "NDB":
        """The same bins, which no longer know their reference images one by one."""
        none = self.reference_index[:0]
        return replace(
            self,
            reference_index=none,
            reference_mirrored=self.reference_mirrored[:0],
            reference_bin=self.reference_bin[:0],
        )

    def save(self, path: str | Path) -> None:
        """Write the bins as one safetensors file."""
        meta = {
            "shape": list(self.shape),
            "significance": self.significance,
            "transformed": self.transform is not None,
        }
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        write_arrays(path, arrays, "ndb", meta)

    @classmethod
    def load(cls, path: str | Path, transform: Transform | None = None) -> "NDB":
        """Read bins that `save` wrote.

        Args:
            transform: that of `fit`, if it had one.

        Raises:
            InputError: if the file is missing, damaged, or holds something else, and if its
                bins were made with a transform and none is given, or the other way round.
        """
        arrays, meta = read_arrays(path, "ndb")
        if arrays.keys() != {*_ARRAYS} or not {"shape", "significance"} <= meta.keys():
            found, needed = (
                f"arrays {', '.join(sorted(arrays))}",
                "bins that `save` wrote",
            )
            raise InputError(str(path), found, needed)
        if meta.get("transformed") and transform is None:
            found, needed = "bins of another space than pixels", "fit's transform"
            raise InputError(str(path), found, needed, "NDB.load(path, transform)")
        if transform is not None and not meta.get("transformed"):
            raise InputError(str(path), "bins of pixels", "bins made with a transform")
        return cls(
            **arrays,
            shape=tuple(meta["shape"]),
            significance=meta["significance"],
            transform=transform,
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


def _vectors(images: np.ndarray, transform: Transform | None) -> np.ndarray:
    """(n, m) what is clustered of images: their pixels, or what a transform makes of them."""
    if transform is None:
        return as_vectors(images)
    starts = range(0, len(images), CHUNK)
    made = (dense(transform(images[s : s + CHUNK]), "transform") for s in starts)
    parts = [as_array(part, "transform") for part in made]
    x, needed = np.concatenate(parts), f"finite vectors, ({len(images)}, m)"
    if (
        x.ndim != 2
        or len(x) != len(images)
        or not x.shape[1]
        or x.dtype.kind not in "fiu"
    ):
        raise InputError("transform", f"{x.dtype} of shape {x.shape}", needed)
    if not np.isfinite(x).all():
        raise InputError("transform", "values that are not finite", needed)
    return x.astype(np.float32, copy=False)
