"""NDB against closed forms, simulation and the example of its authors."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from gansgmms.data import official
from gansgmms.errors import InputError
from gansgmms.metrics import clustering, ndb
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.result import compare
from gansgmms.models.mfa import MFA
from tests.unit.metrics.clouds import COUNTS, cloud, coloured, digits


def scalar_test(a, n, b, m):
    """z and p of the two-sample test of proportions a / n and b / m."""
    pooled = (a + b) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if error == 0:
        return 0.0, 1.0
    z = (b / m - a / n) / error
    return z, math.erfc(abs(z) / math.sqrt(2))


def test_a_notebook_shows_what_bins_and_results_are_and_no_arrays():
    images = np.random.default_rng(0).integers(0, 256, (60, 4, 4, 1), dtype=np.uint8)
    bins = NDB.fit(images, k=3, initialisations=1)
    assert repr(bins) == "NDB(k=3, of 60 images of shape (4, 4, 1))"
    same = bins.evaluate(images)
    assert repr(same) == "Result(NDB/K 0.000, k=3, JS 0.0000, of 60)"
    points = NDB.fit(np.random.default_rng(0).normal(size=(50, 2)), k=2)
    assert repr(points) == "NDB(k=2, of 50 points of shape (2,))"


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


def test_chunks_change_nothing(monkeypatch):
    images, _ = digits()
    bins = NDB.fit(images[:900], 10, initialisations=1)
    whole = bins.evaluate(images[900:])
    for module in (ndb, clustering):
        monkeypatch.setattr(module, "CHUNK", 7)
    parts = bins.evaluate(images[900:])
    np.testing.assert_array_equal(parts.proportion, whole.proportion)
    assert parts.js == whole.js
    refitted = NDB.fit(images[:900], 10, initialisations=1)
    np.testing.assert_array_equal(refitted.reference_bin, bins.reference_bin)


@pytest.mark.parametrize("significance", [0.3, 0.05, 1e-4])
def test_samples_are_judged_at_the_significance_of_the_bins(significance):
    bins = NDB.fit(cloud(2000), 20, initialisations=1, significance=significance)
    other = cloud(1000, seed=1) + np.float32(0.1)
    result = bins.evaluate(other)
    counts = np.bincount(bins.assign(other), minlength=20)
    p = [
        scalar_test(a, 2000, b, 1000)[1]
        for a, b in zip(bins.counts.tolist(), counts.tolist(), strict=True)
    ]
    np.testing.assert_array_equal(result.different, np.array(p) < significance)
    assert result.summary()["ndb"] == result.ndb
    # The three levels do not agree here, so that each is told from the others.
    at = {level: sum(value < level for value in p) for level in (0.3, 0.05, 1e-4)}
    assert len(set(at.values())) == 3


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
    # Any bins will do, and few iterations of K-means take a tenth of the time.
    once = {"initialisations": 1, "iterations": 4}
    bins = NDB.fit(images[order[:n]], k, significance=2 * norm.sf(4), **once)
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
