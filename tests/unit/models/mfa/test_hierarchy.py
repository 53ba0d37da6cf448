"""Hierarchical training, and trainings that go on after a kill."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gansgmms import models
from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.models.mfa import Settings, fit, initialise
from gansgmms.models.mfa import training as training_module
from gansgmms.models.mfa.training import split, train_adam
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.models.mfa.known import changed, digits, mean_log_prob, seeded


@given(
    sizes=st.lists(st.integers(1, 500), min_size=1, max_size=12),
    extra=st.integers(0, 60),
    latent=st.integers(1, 6),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_split_is_whole_fair_and_capped(sizes, extra, latent):
    components = len(sizes) + extra
    shares = split(torch.tensor(sizes), components, latent).tolist()
    most = [max(size // (latent + 2), 1) for size in sizes]
    assert sum(shares) == min(components, sum(most))
    assert all(1 <= s <= m for s, m in zip(shares, most, strict=True))
    # In proportion: no sub-component of one would be better used by another.
    triples = list(zip(sizes, shares, most, strict=True))
    waiting = [size / share for size, share, m in triples if share < m]
    given_last = [size / (share - 1) for size, share, _ in triples if share > 1]
    if waiting and given_last:
        assert min(given_last) >= max(waiting) * (1 - 1e-6)


def test_split_of_round_numbers():
    assert split(torch.tensor([100, 200, 300]), 6, 4).tolist() == [1, 2, 3]
    assert split(torch.tensor([5, 5, 590]), 10, 4).tolist() == [1, 1, 8]


@pytest.mark.parametrize("weights", ["root", "shares"])
@pytest.mark.parametrize("training", ["em", "adam"])
def test_hierarchical_training_beats_its_root(training, weights):
    data = FlatImages(digits())
    settings = Settings(
        components=3,
        latent=2,
        training=training,
        learning_rate=1e-3,
        batch=64,
        iterations=40,
        split_iterations=20,
    )
    root, _ = fit(data, settings, seeded(), initialise)
    settings = changed(settings, components=12, root=3, part_weights=weights)
    mixture, _ = fit(data, settings, seeded(), initialise)
    assert mixture.factors.shape == (12, 64, 2) and mixture.shape == (8, 8, 1)
    # The parts of a root component share its weight, or that of its images.
    best = root.responsibilities(data[torch.arange(len(data))]).argmax(1)
    sizes = torch.bincount(best, minlength=3)
    parts = mixture.mixing.split(split(sizes, 12, 2).tolist())
    found = [part.sum().item() for part in parts]
    images, own = (sizes / len(data)).tolist(), root.mixing.tolist()
    assert images != pytest.approx(own, abs=1e-4)
    expected = own if weights == "root" else images
    assert found == pytest.approx(expected, abs=1e-5)
    assert mean_log_prob(mixture, data) > mean_log_prob(root, data) + 5


def test_the_parts_of_a_hierarchy_take_their_own_number_of_steps(monkeypatch):
    taken = []

    def recorded(*arguments):
        taken.append(arguments[5])
        return train_adam(*arguments)

    monkeypatch.setattr(training_module, "train_adam", recorded)
    settings = Settings(
        components=6,
        latent=2,
        training="adam",
        learning_rate=1e-3,
        batch=32,
        root=2,
        iterations=5,
        split_iterations=3,
    )
    _, history = fit(FlatImages(digits(200)), settings, seeded(), initialise)
    assert taken == [5, 3, 3]
    assert [row["step"] for row in history] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["split"] for row in history] == [0] * 5 + [1, 2]
    assert (np.diff([row["seconds"] for row in history]) > 0).all()


def test_snapshots_of_a_hierarchy_are_of_its_parts(tmp_path):
    chosen = {"components": 6, "latent": 2, "root": 2, "passes": 3, "training": "em"}
    settings = Settings(**chosen, snapshots=(0, 1))
    checkpoint, data = Checkpoint(tmp_path, chosen), FlatImages(digits(200))
    mixture, _ = fit(data, settings, seeded(), initialise, checkpoint)
    root, part = (
        models.load(checkpoint.progress / f"{number:07d}.safetensors")
        for number in (0, 1)
    )
    assert len(root.logits) == 2
    # Of the two components the first is split, and the other stands for its part.
    split_of_first = len(part.logits) - 1
    assert torch.equal(part.means[:-1], mixture.means[:split_of_first])
    assert torch.equal(part.factors[-1], root.factors[1])
    assert part.mixing.sum().item() == pytest.approx(1, abs=1e-6)
    assert part.mixing[-1].item() == pytest.approx(root.mixing[1].item(), abs=1e-6)


@pytest.mark.parametrize("training", ["em", "adam"])
def test_snapshots_of_a_mixture_are_what_it_was_then(tmp_path, training):
    chosen = {"components": 3, "latent": 2, "training": training, "batch": 64}
    chosen |= {"passes": 4} if training == "em" else {"iterations": 4}
    settings = Settings(**chosen, snapshots=(2,))
    checkpoint, data = Checkpoint(tmp_path, chosen), FlatImages(digits(200))
    fit(data, settings, seeded(), initialise, checkpoint)
    (kept,) = checkpoint.progress.iterdir()
    key = "passes" if training == "em" else "iterations"
    half, _ = fit(data, changed(settings, **{key: 2}), seeded(), initialise)
    then = models.load(kept)
    for name, value in half.state_dict().items():
        assert torch.equal(then.state_dict()[name], value)


class Killed(Exception):
    pass


def train(folder, settings, kill_after=None, monkeypatch=None):
    """`fit` with a checkpoint at each step, killed right after one of them."""
    checkpoint = Checkpoint(folder, vars(settings), minutes=0)
    if kill_after:
        save, calls = Checkpoint.save, []

        def save_and_die(self, *args):
            save(self, *args)
            calls.append(None)
            if len(calls) == kill_after:
                raise Killed

        monkeypatch.setattr(Checkpoint, "save", save_and_die)
    return fit(FlatImages(digits(300)), settings, seeded(), initialise, checkpoint)


EM = Settings(components=4, latent=2, passes=30, tolerance=0.1, training="em")
ADAM = Settings(
    components=4, latent=2, training="adam", learning_rate=1e-3, batch=32, iterations=8
)


@pytest.fixture(
    scope="module",
    params=[
        EM,
        ADAM,
        changed(EM, components=8, root=3),
        changed(ADAM, components=8, root=3, split_iterations=3),
    ],
    ids=["em", "adam", "em hierarchical", "adam hierarchical"],
)
def uncut(request, tmp_path_factory):
    """Settings, and what a training by them ends with that nothing stops."""
    return request.param, *train(tmp_path_factory.mktemp("whole"), request.param)


@pytest.mark.parametrize("when", ["first", "middle", "last"])
def test_a_killed_training_ends_with_the_same_weights(
    tmp_path, monkeypatch, uncut, when
):
    settings, whole, history = uncut
    steps = len(history)
    assert steps >= 4
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after = {"first": 1, "middle": steps // 2, "last": steps}[when]
        train(tmp_path / "killed", settings, kill_after, patch)
    resumed, rows = train(tmp_path / "killed", settings)
    for name, value in whole.named_parameters():
        assert torch.equal(getattr(resumed, name), value)
    assert [(r["step"], r.get("log_likelihood")) for r in rows] == [
        (r["step"], r.get("log_likelihood")) for r in history
    ]


@pytest.mark.parametrize(
    "settings",
    [
        changed(EM, components=8, root=3, passes=6),
        changed(ADAM, components=8, root=3, iterations=6, split_iterations=5),
    ],
    ids=["em", "adam"],
)
def test_hierarchical_training_may_be_killed_at_any_save(
    tmp_path, monkeypatch, settings
):
    """Again and again, three saves further each time, in the root and in every part."""
    whole, history = train(tmp_path / "whole", settings)
    kills = 0
    for _ in range(100):
        try:
            with monkeypatch.context() as patch:
                resumed, rows = train(tmp_path / "killed", settings, 3, patch)
            break
        except Killed:
            kills += 1
    assert kills >= 4
    for name, value in whole.named_parameters():
        assert torch.equal(getattr(resumed, name), value)
    assert [r.get("log_likelihood") for r in rows] == [
        r.get("log_likelihood") for r in history
    ]


def test_a_state_of_other_settings_is_refused_with_the_difference(tmp_path):
    train(tmp_path, ADAM)
    other = changed(ADAM, learning_rate=2e-3, batch=64)
    with pytest.raises(InputError) as caught:
        train(tmp_path, other)
    assert "batch: 32, learning_rate: 0.001; needed batch: 64" in str(caught.value)
    assert "components" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_train_model_as_a_job_does(tmp_path):
    settings = {"components": 1, "latent": 2, "training": "em", "mirror": True}
    images = digits(200)
    checkpoint = Checkpoint(tmp_path / "state", settings, minutes=0)
    task = models.Task(images, settings, 5, "cpu", checkpoint)
    model, history = models.train("mfa", task)
    assert len(history) > 1
    assert checkpoint.load() is not None  # to go on from, had it been killed
    model.save(tmp_path / "model.safetensors")
    assert models.load(tmp_path / "model.safetensors").shape == (8, 8, 1)
    # Trained on the mirrored images too: one component's mean is that of both.
    both = np.concatenate([images, images[:, :, ::-1]]).reshape(400, -1) / 255
    np.testing.assert_allclose(model.means[0].numpy(), both.mean(0), atol=1e-5)
