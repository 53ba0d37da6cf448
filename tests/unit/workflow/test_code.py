"""The hash of code: what changes a number changes it, and nothing else does."""

import shutil

import pytest

from gansgmms.settings import lookup
from gansgmms.workflow import code
from tests import ROOT

CASES = {
    "evaluate_samples": None,
    "sample_model": "wgan",
    "train_model": "wgan",
    "write_table": None,
    "plot_samples": None,
    "write_claims": None,
}


@pytest.fixture
def scripts(tmp_path, monkeypatch):
    """A copy of the scripts and of the library whose files a test may change."""
    folder = tmp_path / "scripts"
    shutil.copytree(ROOT / "scripts", folder, ignore=shutil.ignore_patterns("*.pyc"))
    monkeypatch.setattr(code, "LIBRARY", folder / "gansgmms")
    monkeypatch.setattr(lookup, "MODELS", folder / "gansgmms/models")
    yield folder
    forget()


def forget():
    for cached in vars(code).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


def changed(scripts, file, old, new):
    """The scripts of CASES whose hash is another after a change, and "state"."""

    def hashes():
        forget()
        found = {s: code.code_of(scripts / f"{s}.py", a) for s, a in CASES.items()}
        models = {f"state of {m}": code.code_of_model(m) for m in ("wgan", "vae")}
        return found | models

    before, text = hashes(), (scripts / file).read_text()
    assert old in text
    (scripts / file).write_text(text.replace(old, new, 1))
    after = hashes()
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("file", "old", "new", "outdated"),
    [
        (
            "gansgmms/metrics/result.py",
            "test.p < significance",
            "test.p < significance / 10",
            {"evaluate_samples"},
        ),
        (
            "gansgmms/models/gan/wgan.py",
            "- 1).square()",
            "- 1).abs()",
            {"sample_model", "train_model", "state of wgan"},
        ),
        (
            "gansgmms/training/loop.py",
            "optimiser.step()",
            "optimiser.step(); optimiser.step()",
            {"sample_model", "train_model", "state of wgan", "state of vae"},
        ),
        ("evaluate_samples.py", "import pandas as pd", "import pandas", {"evaluate_samples"}),
        # Each file of claims is imported by the package alone, by its relative name.
        ("gansgmms/claims/bins.py", 'spans["max"]', 'spans["min"]', {"write_claims"}),
        # What makes no number.
        ("gansgmms/metrics/result.py", '"""', '"""Other words. ', set()),
        ("gansgmms/models/gan/wgan.py", "import torch\n", "# note\nimport torch\n", set()),
        ("gansgmms/errors.py", "found {found}", "was {found}", set()),
        ("gansgmms/io/atomic.py", "a full disk", "no room", set()),
        ("gansgmms/plots/proportions.py", "import", "import os\nimport", set()),
        ("gansgmms/training/device.py", "import logging", "import logging, abc", set()),
    ],
)  # fmt: skip
def test_a_change_makes_out_of_date_what_it_reaches(scripts, file, old, new, outdated):
    assert changed(scripts, file, old, new) == outdated


def test_a_time_alone_changes_nothing(scripts):
    file = scripts / "train_model.py"
    before = code.code_of(file, "wgan")
    forget()
    file.touch()
    assert code.code_of(file, "wgan") == before
    assert before != code.code_of(file, "dcgan")


def test_every_script_of_the_workflow_has_a_hash():
    for script in sorted((ROOT / "scripts").glob("*.py")):
        assert len(code.code_of(script)) == 16
