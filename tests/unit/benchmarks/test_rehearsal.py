"""The rehearsal: photographs as CelebA comes, and what jobs took beside what was asked."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from gansgmms.benchmarks.rehearsal import overlay, photograph, rows, write_archive
from gansgmms.data.prepare import prepare
from gansgmms.workflow.plan import Job


def test_a_photograph_has_the_size_of_celebas_in_pixels_and_bytes():
    random = np.random.default_rng(0)
    files = [photograph(random) for _ in range(5)]
    assert Image.open(io.BytesIO(files[0])).size == (178, 218)
    # Its archive: 202,599 photographs in 1,443,490,838 bytes.
    assert np.mean([len(f) for f in files]) == pytest.approx(
        1443490838 / 202599, rel=0.2
    )
    assert len(set(files)) == 5


def test_the_archive_is_read_as_celeba_is(tmp_path):
    entry = write_archive(tmp_path, share=1e-3)
    assert entry["counts"] == {"train": 163, "test": 20}
    with zipfile.ZipFile(tmp_path / "images.zip") as archive:
        assert len(archive.namelist()) == 163 + 20 + 20
        third = Image.open(io.BytesIO(archive.read("images/000003.jpg")))
    splits = prepare(entry)
    assert {split: len(x) for split, (x, _) in splits.items()} == entry["counts"]
    crop = np.asarray(third.crop((25, 50, 153, 178)).resize((64, 64), 2), float)
    np.testing.assert_allclose(splits["train"][0][2], crop, atol=2)


def test_few_photographs_are_sampled_less(tmp_path):
    few = overlay(tmp_path, share=1e-3)
    assert few["samples"] == 2000
    assert few["datasets"]["celeba"]["counts"]["train"] == 163


def test_a_job_stands_beside_what_its_rule_asks_for(tmp_path):
    (tmp_path / "r/logs/train").mkdir(parents=True)
    log = tmp_path / "r/logs/train/a.log"
    end = "done in 12.5 s, 24.0 s of processor, 1,234 MB of memory at most"
    log.write_text(f"1:00:00 step\n1:00:01 {end}\n")
    (tmp_path / "r/a").write_bytes(bytes(3_000_000))
    asked = {"runtime": "60", "mem_mb": "2000", "disk_mb": "4"}
    ran = Job("train", ["r/a"], "r/jobs/train/a.tsv", resources=asked)
    never = Job("train", ["r/b"], "r/jobs/train/b.tsv", resources=asked)
    row, other = (list(row.values()) for row in rows([ran, never], tmp_path))
    assert row == ["train a", 12.5, 24, 60, 1234, 2000, 3, 4]
    # A table that leaves out what has not run looks complete.
    assert other == ["train b", "not run", None, 60, None, 2000, None, 4]
    log.write_text("1:00:00 step\n1:00:01 x.png: found no image\n")
    row, other = (list(row.values()) for row in rows([ran, never], tmp_path))
    assert row == ["train a", "not finished", None, 60, None, 2000, None, 4]
