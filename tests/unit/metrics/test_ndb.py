"""NDB against closed forms, scikit-learn, simulation and the authors' example."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import jensenshannon
from scipy.stats import binom, norm
from sklearn.cluster import AgglomerativeClustering
from sklearn.datasets import load_digits

from gansgmms.data import official
from gansgmms.errors import InputError
from gansgmms.metrics import ndb as module
from gansgmms.metrics.ndb import NDB, compare, jensen_shannon
from gansgmms.models.mfa import MFA

# Counts of one sample in up to 30 bins; some bins are empty.
COUNTS = hnp.arrays(np.int64, (2, 30), elements=st.integers(0, 2000)).filter(
    lambda pair: (pair.sum(1) > 0).all()
)


def digits():
    """(1797, 8, 8, 1) uint8 in random order, and their labels."""
    bunch = load_digits()
    order = np.random.default_rng(0).permutation(len(bunch.images))
    images = (bunch.images * 15).astype(np.uint8)[..., None]
    return images[order], bunch.target[order]


def cloud(n, d=5, seed=0):
    """Points of four Gaussians."""
    random = np.random.default_rng(seed)
    centres = 4 * np.random.default_rng(99).normal(size=(4, d))
    points = centres[random.integers(4, size=n)] + random.normal(size=(n, d))
    return points.astype(np.float32)


def coloured(n, seed=0):
    shape = (n, 4, 6, 3)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


# The test of each bin


def scalar_test(a, n, b, m):
    """z and p of the two-sample test of proportions a / n and b / m."""
    pooled = (a + b) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if error == 0:
        return 0.0, 1.0
    z = (b / m - a / n) / error
    return z, math.erfc(abs(z) / math.sqrt(2))


@given(pair=COUNTS, significance=st.sampled_from([0.05, 0.003, 2 * norm.sf(4)]))
@settings(max_examples=50, deadline=None)
def test_bins_are_compared_by_the_closed_form(pair, significance):
    reference, counts = pair
    result = compare(reference, counts, significance)
    n, m = reference.sum(), counts.sum()
    for i, (a, b) in enumerate(zip(reference.tolist(), counts.tolist(), strict=True)):
        z, p = scalar_test(a, n, b, m)
        assert result.z[i] == pytest.approx(z, rel=1e-9, abs=1e-9)
        assert result.p[i] == pytest.approx(p, rel=1e-7, abs=1e-300)
        assert result.different[i] == (p < significance)
        if a == b == 0:
            assert not result.different[i]
    assert result.ndb == result.different.sum()
    assert result.ndb_over_k == result.ndb / 30
    np.testing.assert_allclose(result.reference_proportion, reference / n)
    np.testing.assert_allclose(result.proportion, counts / m)
    columns = result.columns()
    assert columns["k"] == 30 and (columns["bin"] == np.arange(30)).all()


def test_one_bin_that_holds_everything_is_not_different():
    assert compare(np.array([10, 0]), np.array([20, 0])).ndb == 0


@pytest.mark.parametrize("pair", [([0, 0], [1, 2]), ([1, 2], [0, 0])])
def test_empty_samples_are_refused(pair):
    with pytest.raises(InputError, match="at least one"):
        compare(*map(np.array, pair))


@given(pair=COUNTS)
@settings(max_examples=100, deadline=None)
def test_jensen_shannon_is_scipys_squared_distance(pair):
    p, q = (c / c.sum() for c in pair)
    found = jensen_shannon(p, q)
    # scipy takes a square root, of rounding errors where p and q are nearly equal.
    assert found == pytest.approx(jensenshannon(p, q) ** 2, rel=1e-6, abs=1e-12)
    assert found == pytest.approx(jensen_shannon(q, p), rel=1e-12, abs=1e-15)
    assert -1e-15 <= found <= math.log(2) + 1e-12
    assert jensen_shannon(p, p) == 0


def test_jensen_shannon_of_disjoint_samples_is_log_2():
    p, q = np.array([0.4, 0.6, 0, 0]), np.array([0, 0, 0.1, 0.9])
    assert jensen_shannon(p, q) == pytest.approx(math.log(2), rel=1e-12)


# Bins


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
    everything = NDB.fit(images, 10, reference=10_000, initialisations=1)
    assert everything.counts.sum() == len(images)


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
    monkeypatch.setattr(module, "MOST_AGGLOMERATED", 100)
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


def test_chunks_change_nothing(monkeypatch):
    images, _ = digits()
    bins = NDB.fit(images[:900], 10, initialisations=1)
    whole = bins.evaluate(images[900:])
    monkeypatch.setattr(module, "CHUNK", 7)
    parts = bins.evaluate(images[900:])
    np.testing.assert_array_equal(parts.proportion, whole.proportion)
    assert parts.js == whole.js
    refitted = NDB.fit(images[:900], 10, initialisations=1)
    np.testing.assert_array_equal(refitted.reference_bin, bins.reference_bin)


# What cannot be used


@pytest.mark.parametrize("method", ["kmeans", "agglomerative"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite(method, value):
    x = cloud(60)
    bins = NDB.fit(x, 3, method=method, initialisations=1)
    x[41, 2] = value
    with pytest.raises(InputError, match="not finite"):
        NDB.fit(x, 3, method=method, initialisations=1)
    with pytest.raises(InputError, match="not finite"):
        bins.evaluate(x)


def test_unusable_samples():
    images, _ = digits()
    bins = NDB.fit(images[:200], 4, initialisations=1)
    with pytest.raises(InputError, match=r"32\).*needed \(n, 8, 8, 1\)"):
        bins.evaluate(images.reshape(-1, 32))
    with pytest.raises(InputError, match="at least one"):
        bins.evaluate(images[:0])


@pytest.mark.parametrize("reference", [None, 9])
def test_fewer_images_than_bins(reference):
    images, _ = digits()
    images = images[:9] if reference is None else images
    with pytest.raises(InputError, match="9 reference images; needed at least k = 10"):
        NDB.fit(images, 10, reference=reference)


# Files


def test_load_gives_what_was_saved(tmp_path):
    images = coloured(120)
    bins = NDB.fit(
        images, 5, mirror=True, whiten=True, dimensions=40, significance=0.01
    )
    bins.save(tmp_path / "bins.safetensors")
    loaded = NDB.load(tmp_path / "bins.safetensors")
    assert vars(loaded).keys() == vars(bins).keys()
    for name, value in vars(bins).items():
        np.testing.assert_array_equal(getattr(loaded, name), value)
        if isinstance(value, np.ndarray):
            assert getattr(loaded, name).dtype == value.dtype
    other = coloured(50, seed=1)
    np.testing.assert_array_equal(
        loaded.evaluate(other).different, bins.evaluate(other).different
    )


def mixture_file(path):
    import torch

    zeros = torch.zeros(1, 4)
    MFA(torch.zeros(1), zeros, zeros[..., None], zeros + 1, (4,)).save(path)


def text_file(path):
    path.write_text("no bins")


def altered_file(path):
    """Real bins, of which one centre was moved by one bit."""
    NDB.fit(cloud(200), 3, initialisations=1).save(path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("write", [mixture_file, text_file, altered_file, None])
def test_what_holds_no_bins_is_refused_by_its_path(tmp_path, write):
    path = tmp_path / "bins.safetensors"
    if write:
        write(path)
    with pytest.raises(InputError, match="bins.safetensors"):
        NDB.load(path)


# What it measures


def test_two_samples_of_one_distribution_differ_in_one_bin_of_twenty():
    k, pairs = 20, 200
    bins = NDB.fit(cloud(4000), k, initialisations=1)
    probabilities = np.bincount(bins.assign(cloud(20_000, seed=1)), minlength=k) / 2e4
    random = np.random.default_rng(2)
    ndb = sum(
        compare(*(random.multinomial(n, probabilities) for n in (4000, 2000))).ndb
        for _ in range(pairs)
    )
    # Bins of one pair are hardly dependent: the correlation of two is -1/(k - 1).
    low, high = binom.interval(0.999, k * pairs, 0.05)
    assert low <= ndb <= high


def test_bins_do_not_favour_their_own_reference_much():
    """Held-out points, in bins fitted to others, at the nominal rate."""
    k, pairs = 10, 40
    ndb = sum(
        NDB.fit(cloud(1000, seed=s), k, initialisations=1, iterations=10)
        .evaluate(cloud(1000, seed=1000 + s))
        .ndb
        for s in range(pairs)
    )
    # Fitting the cells to the reference adds little to the nominal 0.05.
    assert ndb / (k * pairs) <= 0.05 + 5 * math.sqrt(0.05 * 0.95 / (k * pairs))


def test_a_lost_digit_is_noticed():
    images, labels = digits()
    bins = NDB.fit(images[:900], 20, initialisations=3)
    held_out = bins.evaluate(images[900:])
    lost = bins.evaluate(images[900:][labels[900:] != 4])
    assert lost.ndb > held_out.ndb and lost.js > 3 * held_out.js
    # The bins that hold the digit are those that are found missing.
    fours = np.bincount(bins.reference_bin[labels[:900] == 4], minlength=20)
    missing = lost.different & (lost.z < 0)
    assert missing[fours.argmax()]


@pytest.fixture(scope="module")
def mnist(mirror):
    folder = mirror / "mnist"
    files = {
        f"{split}_{kind}": folder / f"{name}-{kind}-idx{rank}-ubyte.gz"
        for split, name in [("train", "train"), ("test", "t10k")]
        for kind, rank in [("images", 3), ("labels", 1)]
    }
    if not all(path.is_file() for path in files.values()):
        pytest.skip(f"needs MNIST in {folder}")
    return official.mnist({}, files, 1)


def test_the_authors_example_on_mnist(mnist):
    """45,000 images for 100 bins, 10,000 queries, and bins 4 standard errors apart.

    The authors print NDB 0 and JS 0.0014 for held-out images, 4 and 0.0041 for the
    test set, 11 and 0.016 for held-out images without the digit 9.
    """
    k, n, m = 100, 45_000, 10_000
    images, labels = mnist["train"]
    order = np.random.default_rng(0).permutation(len(images))
    held_out, digit = images[order[n:]], labels[order[n:]]
    bins = NDB.fit(images[order[:n]], k, initialisations=1, significance=2 * norm.sf(4))
    results = {
        "held out": bins.evaluate(held_out[:m]),
        "test": bins.evaluate(mnist["test"][0]),
        "no nine": bins.evaluate(held_out[digit != 9][:m]),
    }
    ndb = {name: result.ndb for name, result in results.items()}
    assert ndb["held out"] <= 1  # 0.006 expected
    assert ndb["held out"] <= ndb["test"]
    assert ndb["no nine"] >= ndb["test"] + 3

    # JS of counts is about c times a noncentral chi-square of k - 1 degrees, with
    # c = (1/n + 1/m) / 8. The printed value is one such draw, ours is another.
    c = (1 / n + 1 / m) / 8
    for name, printed in [("held out", 0.0014), ("test", 0.0041), ("no nine", 0.016)]:
        excess = max(printed / c - (k - 1), 0)
        deviation = c * math.sqrt(2 * (k - 1 + 2 * excess))
        found = results[name].js
        assert abs(found - printed) <= 4 * math.sqrt(2) * deviation, name
