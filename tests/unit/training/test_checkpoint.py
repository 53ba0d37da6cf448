"""Resumable state: what a killed training goes on from."""

import json

import pytest
import torch

from gansgmms.errors import InputError
from gansgmms.training.checkpoint import Checkpoint


def test_a_state_comes_back(tmp_path):
    options = {"rate": 0.1, "bounds": (1, 2)}
    checkpoint = Checkpoint(tmp_path / "state", options)
    assert checkpoint.load() is None
    checkpoint.save({"a": torch.arange(3)}, {"step": 7, "history": [{"loss": 0.1}]})
    # Another process has the same settings from a file: tuples became lists.
    again = Checkpoint(tmp_path / "state", json.loads(json.dumps(options))).load()
    assert torch.equal(again.tensors["a"], torch.arange(3))
    assert again.meta == {"step": 7, "history": [{"loss": 0.1}]}
    checkpoint.clear()
    assert checkpoint.load() is None and not (tmp_path / "state").exists()
    checkpoint.clear()


@pytest.mark.parametrize(
    "now, message",
    [
        ({"rate": 0.2, "size": 3}, "found rate: 0.1; needed rate: 0.2"),
        ({"rate": 0.1}, "found size: 3; needed size: None"),
        (
            {"rate": 0.1, "size": 3, "new": True},
            "found new: None; needed new: True",
        ),
    ],
)
def test_a_state_of_other_settings_is_refused(tmp_path, now, message):
    Checkpoint(tmp_path, {"rate": 0.1, "size": 3}).save({}, {})
    with pytest.raises(InputError) as caught:
        Checkpoint(tmp_path, now).load()
    assert message in str(caught.value) and str(tmp_path) in str(caught.value)
    assert Checkpoint(tmp_path, {"rate": 0.1, "size": 3}).load() is not None


def test_a_damaged_state_is_refused(tmp_path):
    checkpoint = Checkpoint(tmp_path, {})
    checkpoint.save({"a": torch.zeros(100)}, {})
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:-10])
    with pytest.raises(InputError, match="state.safetensors"):
        checkpoint.load()


@pytest.mark.parametrize("minutes", [2, 0.5])
def test_a_state_is_saved_when_it_is_due(tmp_path, monkeypatch, minutes):
    now = [100.0]
    monkeypatch.setattr("gansgmms.training.checkpoint.time.monotonic", lambda: now[0])
    checkpoint = Checkpoint(tmp_path, {}, minutes=minutes)
    part = checkpoint.part("root")
    for _ in range(2):  # since the start, and since the last save
        now[0] += 60 * minutes - 1
        assert not checkpoint.due() and not part.due()
        now[0] += 1
        assert checkpoint.due() and part.due()
        checkpoint.save({}, {})
        part.save({}, {})
    assert Checkpoint(tmp_path, {}, minutes=0).due()


def test_two_minutes_are_usual(tmp_path):
    assert Checkpoint(tmp_path, {}).seconds == 120


def test_a_restored_optimiser_goes_on_as_if_never_stopped(tmp_path):
    def start():
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
        return model, torch.optim.Adam(model.parameters()), torch.Generator()

    def step(model, optimiser, generator):
        x = torch.randn(8, 3, generator=generator)
        optimiser.zero_grad()
        model(x).square().mean().backward()
        optimiser.step()

    whole, stopped, resumed = start(), start(), start()
    for _ in range(6):
        step(*whole)
    for _ in range(3):
        step(*stopped)
    model, optimiser, generator = stopped
    Checkpoint(tmp_path, {}).save_training(
        model, {"adam": optimiser}, {"step": 3}, generator
    )
    state = Checkpoint(tmp_path, {}).load()
    assert state.meta["step"] == 3
    model, optimiser, generator = resumed
    state.restore(model, {"adam": optimiser}, generator)
    for _ in range(3):
        step(*resumed)
    for ours, theirs in zip(
        resumed[0].parameters(), whole[0].parameters(), strict=True
    ):
        assert torch.equal(ours, theirs)
    assert torch.equal(resumed[2].get_state(), whole[2].get_state())


def test_what_lies_beside_a_state_is_bound_to_its_settings(tmp_path):
    """A training killed before its first state, then another in the same folder."""
    first, second = (Checkpoint(tmp_path / "state", {"rate": r}) for r in (1, 2))
    for checkpoint, step in ((first, 5), (first, 10), (second, 10)):
        checkpoint.progress.mkdir(parents=True, exist_ok=True)
        (checkpoint.progress / f"{step}.png").write_text(str(checkpoint.settings))
    kept = tmp_path / "models/new/progress"
    second.keep_progress(kept)
    assert {f.name: f.read_text() for f in kept.iterdir()} == {"10.png": "{'rate': 2}"}
    assert Checkpoint(tmp_path / "state", {"rate": 1}).progress == first.progress


def test_what_a_training_ended_with_stays_and_is_handed_over(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state", {"rate": 1})
    checkpoint.save({"x": torch.ones(2)}, {})

    def fails(folder):
        (folder / "model").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checkpoint.finish(fails)
    assert not checkpoint.finished.exists() and checkpoint.load()
    checkpoint.finish(lambda folder: (folder / "model").write_text("whole"))
    assert checkpoint.load() is None
    outputs = {"model": tmp_path / "out/model", "progress": tmp_path / "out/progress"}
    for _ in range(2):
        checkpoint.hand_over(outputs)
        assert outputs["model"].read_text() == "whole" and outputs["progress"].is_dir()
    other = Checkpoint(tmp_path / "state", {"rate": 2})
    assert not other.finished.exists()
