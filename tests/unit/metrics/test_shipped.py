"""Bins that come with the package: they score as those they were made of."""

import numpy as np
import pandas as pd
import pytest

from gansgmms.errors import InputError
from gansgmms.metrics import shipped
from gansgmms.metrics.ndb import NDB

TABLE = pd.DataFrame(
    {
        "model": ["MFA", "GAN"],
        "K=5 ours": [0.1, 0.6],
        "K=5 sd": [0.0, None],
        "K=5 printed": [0.2, None],
        "K=5 difference": [-0.1, None],
    }
)


@pytest.fixture
def packed(tmp_path, monkeypatch):
    """Bins of noise, as they were and as they would ship."""
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "bins")
    images = np.random.default_rng(0).integers(0, 256, (300, 4, 4, 1), dtype=np.uint8)
    bins = NDB.fit(images, k=5)
    bins.save(tmp_path / "run/kmeans5.safetensors")
    shipped.pack([tmp_path / "run/kmeans5.safetensors"], TABLE, "noise", shipped.FOLDER)
    return bins, images


def test_they_score_as_the_bins_of_the_run(packed):
    bins, images = packed
    (path,) = shipped.find("noise")
    mine, theirs = NDB.load(path).evaluate(images[:200]), bins.evaluate(images[:200])
    assert mine.summary() == theirs.summary()
    assert len(NDB.load(path).reference_index) == 0 < len(bins.reference_index)


def test_what_others_found_lies_beside_them(packed):
    found = shipped.others("noise")
    assert list(found) == ["model", "here, K = 5", "paper, K = 5"]
    assert found["here, K = 5"].tolist() == [0.1, 0.6]


def test_a_file_of_the_same_name_is_meant_first(packed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noise").write_bytes(b"")
    assert shipped.others("noise") is None
    assert [str(path) for path in shipped.find("noise")] == ["noise"]
    with pytest.raises(InputError, match="or one of noise"):
        shipped.find("nose")


def test_what_comes_along_is_mnist_and_is_whole():
    """Read with their checksums; the paper's own number for its mixture beside them."""
    assert shipped.names() == ["mnist"]
    files = shipped.find("mnist")
    assert len(files) == 3
    for path in files:
        bins = NDB.load(path)
        assert path.name == f"kmeans{bins.k}.safetensors"
        assert bins.shape == (28, 28, 1) and bins.counts.sum() == 50_000
        assert path.stat().st_size < 10_000 * bins.k
    rows = shipped.others("mnist").set_index("model")
    assert rows.loc["MFA", "paper, K = 100"] == 0.14
