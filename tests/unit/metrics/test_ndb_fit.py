"""How the bins of NDB are made."""

import numpy as np
import pytest
import torch
from sklearn.cluster import AgglomerativeClustering

from gansgmms.errors import InputError
from gansgmms.io.weights import write_arrays
from gansgmms.metrics import clustering, ndb
from gansgmms.metrics.kmeans import kmeans
from gansgmms.metrics.ndb import NDB
from tests.unit.metrics.clouds import cloud, coloured, digits


def test_bins_are_the_nearest_anchors_and_sorted_by_size():
    images, _ = digits()
    bins = NDB.fit(images[:900], 12, initialisations=2)
    x = images.reshape(-1, 64) / np.float64(255)
    squared = np.square(x[:, None] - bins.anchors.astype(np.float64)).sum(2)
    found = bins.assign(images)
    chosen = squared[np.arange(len(x)), found]
    np.testing.assert_allclose(chosen, squared.min(1), rtol=0, atol=1e-6)

    assert bins.k == 12 and (np.diff(bins.counts) <= 0).all()
    assert bins.counts.sum() == 900
    np.testing.assert_array_equal(bins.reference_bin, found[:900])
    np.testing.assert_array_equal(bins.counts, np.bincount(found[:900]))
    for j in range(12):
        mean = x[:900][found[:900] == j].mean(0)
        np.testing.assert_allclose(bins.centres[j], mean, rtol=0, atol=1e-6)
    assert bins.evaluate(images[:900]).js == 0


def test_part_of_the_images_as_reference():
    images, _ = digits()
    bins = NDB.fit(images, 10, reference=500, initialisations=1)
    assert bins.counts.sum() == 500 and len(np.unique(bins.reference_index)) == 500
    found = bins.assign(images[bins.reference_index])
    np.testing.assert_array_equal(found, bins.reference_bin)
    named = NDB.fit(images, 10, reference=np.arange(0, 900, 2), initialisations=1)
    np.testing.assert_array_equal(named.reference_index, np.arange(0, 900, 2))
    found = named.assign(images[named.reference_index])
    np.testing.assert_array_equal(found, named.reference_bin)
    everything = NDB.fit(images, 10, reference=10_000, initialisations=1)
    assert everything.counts.sum() == len(images)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"seed": seed} for seed in (-1, 1.5, "a", None, 2**70)),
        *({"significance": value} for value in ("0.05", None, 5, float("nan"))),
        *({"device": device} for device in ("gpu", "cuda:99", "meta:x")),
        {"transform": "inception"},
        {"reference": np.arange(60) < 30},
        *({"reference": np.array(index)} for index in ([0, 1, 99], [-2, -1], [1, 1])),
        *({"reference": np.array(index)} for index in ([0.0, 1.0], [[0, 1]])),
    ],
)
def test_settings_that_are_none_are_named(wrong):
    (name,) = wrong
    with pytest.raises(InputError, match=f"^{name}: "):
        NDB.fit(cloud(60), 2, initialisations=1, **wrong)


def test_a_transform_may_give_tensors_that_ask_for_gradients():
    x = cloud(60)

    def linear(points):
        return torch.from_numpy(points).requires_grad_()

    bins = NDB.fit(x, 3, initialisations=1, transform=linear)
    plain = NDB.fit(x, 3, initialisations=1)
    np.testing.assert_array_equal(bins.anchors, plain.anchors)


def test_files_that_only_claim_to_be_bins(tmp_path):
    write_arrays(tmp_path / "x", {"centres": np.zeros((3, 2))}, "ndb", {"shape": [2]})
    with pytest.raises(InputError, match="arrays centres; needed bins that `save`"):
        NDB.load(tmp_path / "x")


def test_whitened_bins_do_not_depend_on_the_units():
    x = cloud(400)
    scaled = x * np.float32([1, 4, 0.25, 16, 0.5])  # powers of two: nothing is rounded
    options = {"whiten": True, "initialisations": 2}
    first, second = (NDB.fit(p, 8, **options) for p in (x, scaled))
    # The 1e-6 added to each deviation shifts points by a millionth, so that none
    # but a point on a border may change sides.
    agree = first.reference_bin == second.reference_bin
    assert agree.mean() >= 0.995
    other = cloud(300, seed=1)
    factors = scaled[0] / x[0]
    np.testing.assert_allclose(
        first.evaluate(other).proportion,
        second.evaluate(other * factors).proportion,
        rtol=0,
        atol=0.01,
    )
    plain = [NDB.fit(p, 8, initialisations=2).reference_bin for p in (x, scaled)]
    assert (plain[0] == plain[1]).mean() < 0.9


def test_whitening_divides_by_the_deviation():
    x = cloud(400)
    bins = NDB.fit(x, 4, whiten=True, initialisations=1)
    deviation = x.std(0, dtype=np.float64)
    np.testing.assert_allclose(bins.scale, deviation + 1e-6, rtol=1e-6)
    means = [x[bins.reference_bin == j].mean(0) for j in range(4)]
    np.testing.assert_allclose(bins.centres, means, rtol=0, atol=1e-5)
    # A constant pixel is divided by 1e-6, not by zero.
    x[:, 2] = 7
    assert np.isfinite(NDB.fit(x, 4, whiten=True, initialisations=1).anchors).all()


def test_only_the_drawn_dimensions_decide():
    x = cloud(300, d=20)
    bins = NDB.fit(x, 5, dimensions=6, initialisations=1)
    assert bins.pixels.shape == (6,) and bins.anchors.shape == (5, 6)
    assert bins.centres.shape == (5, 20)
    means = [x[bins.reference_bin == j].mean(0) for j in range(5)]
    np.testing.assert_allclose(bins.centres, means, rtol=0, atol=1e-5)
    np.testing.assert_allclose(bins.anchors, bins.centres[:, bins.pixels], atol=1e-5)
    spoiled = np.full_like(x, 1e6)
    spoiled[:, bins.pixels] = x[:, bins.pixels]
    np.testing.assert_array_equal(bins.assign(spoiled), bins.reference_bin)
    assert NDB.fit(x, 5, dimensions=50, initialisations=1).pixels.shape == (20,)


def test_mirroring_flips_about_half_of_the_images():
    images = coloured(200)
    before = images.copy()
    bins = NDB.fit(images, 3, mirror=True, initialisations=1)
    np.testing.assert_array_equal(images, before)
    # Five standard errors of 200 fair coins.
    assert abs(bins.reference_mirrored.mean() - 0.5) <= 5 * 0.5 / 200**0.5
    flipped = bins.reference_mirrored[:, None, None, None]
    seen = np.where(flipped, images[:, :, ::-1], images)
    np.testing.assert_array_equal(bins.assign(seen), bins.reference_bin)
    x = seen.reshape(200, -1) / 255
    means = [x[bins.reference_bin == j].mean(0) for j in range(3)]
    np.testing.assert_allclose(bins.centres, means, rtol=0, atol=1e-6)
    assert not NDB.fit(images, 3, initialisations=1).reference_mirrored.any()
    # Points cannot be flipped.
    points = NDB.fit(cloud(50), 3, mirror=True, initialisations=1)
    assert not points.reference_mirrored.any()


def test_agglomerative_bins_are_cells_of_wards_means():
    x = cloud(150)
    bins = NDB.fit(x, 7, method="agglomerative")
    labels = AgglomerativeClustering(7).fit_predict(x)
    means = np.stack([x[labels == j].mean(0, dtype=np.float64) for j in range(7)])
    nearest = np.square(x[:, None] - means).sum(2).argmin(1)
    assert (nearest != labels).any()  # otherwise the cells would not be tested
    counts = np.bincount(nearest, minlength=7)
    assert sorted(bins.counts) == sorted(counts)
    order = np.square(bins.anchors[:, None] - means).sum(2).argmin(1)
    np.testing.assert_allclose(bins.anchors, means[order], rtol=0, atol=1e-5)
    np.testing.assert_array_equal(order[bins.reference_bin], nearest)


def test_agglomerative_bins_of_a_part(monkeypatch):
    monkeypatch.setattr(clustering, "MOST_AGGLOMERATED", 100)
    x = cloud(400)
    bins = NDB.fit(x, 4, method="agglomerative")
    assert bins.counts.sum() == 400 and bins.counts.min() > 50


def test_same_seed_same_bins():
    images, _ = digits()
    options = {"reference": 600, "dimensions": 30, "initialisations": 1}
    first, again, other = (
        NDB.fit(images, 8, seed=seed, **options) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first.anchors, again.anchors)
    np.testing.assert_array_equal(first.counts, again.counts)
    assert (first.pixels != other.pixels).any()


def test_the_seed_is_that_of_k_means_too():
    """Nothing else is drawn here: all points in all their dimensions, unflipped."""
    x = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    first, again, other = (
        NDB.fit(x, 12, initialisations=1, seed=seed) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first.anchors, again.anchors)
    assert np.abs(np.sort(first.anchors, 0) - np.sort(other.anchors, 0)).max() > 0.01


def test_k_means_is_asked_for_so_many_initialisations_and_iterations(monkeypatch):
    asked = []

    def recorded(x, k, generator, *options):
        asked.append((k, generator.initial_seed(), *options))
        return kmeans(x, k, generator, *options)

    monkeypatch.setattr("gansgmms.metrics.kmeans.kmeans", recorded)
    NDB.fit(cloud(50), 3, initialisations=4, iterations=7, seed=11)
    assert asked == [(3, 11, 4, 7)]


def test_bins_of_the_reference_are_cells_though_k_means_has_not_converged():
    """After one iteration the clusters are not yet the cells of their own means."""
    images, _ = digits()
    options = {"initialisations": 1, "iterations": 1}
    bins = NDB.fit(images, 20, **options)
    x = images.reshape(-1, 64) / 255
    squared = np.square(x[:, None] - bins.anchors.astype(np.float64)).sum(2)
    np.testing.assert_array_equal(bins.reference_bin, squared.argmin(1))
    np.testing.assert_array_equal(bins.counts, np.bincount(bins.reference_bin))
    points = torch.from_numpy(x.astype(np.float32))
    clusters = kmeans(points, 20, torch.Generator().manual_seed(0), *options.values())
    sizes = torch.bincount(clusters.labels).sort(descending=True).values
    # Otherwise labels of K-means would have done.
    assert sizes.tolist() != sorted(bins.counts.tolist(), reverse=True)


def test_the_coin_that_flips_an_image_is_fair():
    """Four standard errors of 40,000 coins are 0.01."""
    images = np.random.default_rng(0).integers(0, 256, (40_000, 1, 2, 1), np.uint8)
    bins = NDB.fit(images, 2, mirror=True, initialisations=1, iterations=1)
    assert bins.reference_mirrored.mean() == pytest.approx(0.5, abs=0.01)


def halves(images):
    """Two numbers an image: the sums of its upper and of its lower half."""
    half = images.shape[1] // 2
    return np.stack(
        [images[:, :half].sum((1, 2, 3)), images[:, half:].sum((1, 2, 3))], 1
    )


@pytest.mark.parametrize("method", ["kmeans", "agglomerative"])
def test_bins_in_another_space_are_those_of_its_points(method, tmp_path, monkeypatch):
    monkeypatch.setattr(ndb, "CHUNK", 100)  # the transform sees one after the other
    images, _ = digits()
    options = {"method": method, "whiten": True, "reference": 500, "initialisations": 2}
    bins = NDB.fit(images, 8, transform=halves, **options)
    points = NDB.fit(halves(images).astype(np.float32), 8, **options)
    np.testing.assert_array_equal(bins.counts, points.counts)
    np.testing.assert_array_equal(bins.anchors, points.anchors)
    np.testing.assert_array_equal(
        bins.assign(images), points.assign(halves(images).astype(np.float32))
    )
    # Centres are still images: those that a figure of the bins shows.
    x = images[bins.reference_index].reshape(500, -1) / np.float64(255)
    for j in range(8):
        mean = x[bins.reference_bin == j].mean(0)
        np.testing.assert_allclose(bins.centres[j], mean, rtol=0, atol=1e-6)

    bins.save(tmp_path / "bins.safetensors")
    loaded = NDB.load(tmp_path / "bins.safetensors", halves)
    np.testing.assert_array_equal(loaded.assign(images), bins.assign(images))
    assert (
        loaded.evaluate(images[600:]).ndb
        == points.evaluate(halves(images[600:]).astype(np.float32)).ndb
    )
    with pytest.raises(InputError, match="bins of another space than pixels"):
        NDB.load(tmp_path / "bins.safetensors")


def test_bins_of_pixels_have_no_transform(tmp_path):
    images, _ = digits()
    NDB.fit(images, 3, initialisations=1).save(tmp_path / "bins.safetensors")
    with pytest.raises(InputError, match="bins of pixels"):
        NDB.load(tmp_path / "bins.safetensors", halves)


@pytest.mark.parametrize(
    "transform, found",
    [
        (lambda x: x.sum((1, 2, 3)), r"uint64 of shape \(\d+,\)"),
        (lambda x: halves(x)[:-1], r"of shape \(\d+, 2\)"),
        (lambda x: halves(x) * np.nan, "values that are not finite"),
    ],
)
def test_a_transform_gives_a_finite_vector_an_image(transform, found):
    with pytest.raises(InputError, match=f"transform: found .*{found}"):
        NDB.fit(digits()[0], 3, initialisations=1, transform=transform)
