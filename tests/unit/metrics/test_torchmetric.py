"""The torchmetrics metric gives the workflow's numbers, batch by batch."""

import importlib
import sys

import numpy as np
import pytest
import torch

from gansgmms.errors import InputError
from gansgmms.metrics.ndb import NDB


def test_without_torchmetrics_the_error_says_what_to_install(monkeypatch):
    module = "gansgmms.metrics.torchmetric"
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "torchmetrics", None)
    with pytest.raises(ImportError, match=r"pip install 'gansgmms\[torchmetrics\]'"):
        importlib.import_module(module)


pytest.importorskip("torchmetrics")
from gansgmms.metrics.torchmetric import NumberOfDifferentBins


def images(n, seed):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (n, 5, 4, 3), dtype=np.uint8)


def loader(x, size=32):
    """Batches as torch's loaders give them: (n, c, h, w) from -1 to 1."""
    return (torch.from_numpy(x).permute(0, 3, 1, 2) / 127.5 - 1).split(size)


REAL, FAKE = images(150, 0), images(120, 1) // 2
SETTINGS = {"initialisations": 2, "seed": 3}


def expected():
    return NDB.fit(REAL, 8, **SETTINGS)


def test_bins_are_made_of_the_real_images():
    metric = NumberOfDifferentBins(k=8, range=(-1, 1), settings=SETTINGS)
    for batch in loader(REAL):
        metric.update(batch, real=True)
    for batch in loader(FAKE):
        metric.update(batch, real=False)
    result = expected().evaluate(FAKE)
    assert result.ndb > 0
    assert metric.compute().item() == pytest.approx(result.ndb_over_k)
    np.testing.assert_array_equal(metric.result().counts, result.counts)
    metric.reset()
    with pytest.raises(InputError, match="reference images: found none"):
        metric.compute()


def test_bins_that_are_there(tmp_path):
    bins = expected()
    bins.save(tmp_path / "bins.safetensors")
    for given in (bins, tmp_path / "bins.safetensors"):
        metric = NumberOfDifferentBins(given, range=(-1, 1))
        for batch in loader(FAKE):
            metric(batch)  # torchmetrics's own way, which computes each batch too
        assert metric.compute().item() == pytest.approx(bins.evaluate(FAKE).ndb_over_k)
        metric.reset()
        metric.update(loader(REAL, 150)[0])
        assert metric.compute() == 0
        with pytest.raises(InputError, match="real: found reference images for bins"):
            metric.update(loader(REAL)[0], real=True)
        with pytest.raises(InputError, match="outside"):
            metric.update(loader(REAL)[0] * 3)


@pytest.mark.parametrize("k", [True, 0, 2.0, "3", None])
def test_what_is_no_number_of_bins_is_refused(k):
    with pytest.raises(
        InputError, match="k: found .*; needed a whole number, at least 1"
    ):
        NumberOfDifferentBins(k=k)
    assert NumberOfDifferentBins(k=np.int64(3)).k == 3  # as NDB.fit takes it


def test_a_batch_of_another_shape_is_refused_when_it_comes():
    metric = NumberOfDifferentBins(k=3)
    metric.update(REAL, real=True)
    metric.update(torch.from_numpy(FAKE).permute(0, 3, 1, 2))
    with pytest.raises(
        InputError, match=r"shape \(9, 8, 8, 3\); needed \(n, 5, 4, 3\)"
    ):
        metric.update(np.zeros((9, 8, 8, 3), np.uint8))
    assert sum(map(len, metric.samples)) == len(FAKE)
