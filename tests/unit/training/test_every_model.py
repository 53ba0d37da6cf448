"""Every model in the training loop, at every size of image."""

import numpy as np
import pytest
import torch

from gansgmms import models
from gansgmms.data.batches import ImageTensor
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.training.small import MODELS, images, task

SHAPES = [(28, 28, 1), (32, 32, 3), (64, 64, 3), (8, 8, 1), (16, 16, 3)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", MODELS)
def test_every_model_trains_samples_and_is_saved(name, shape, inputs, tmp_path):
    model, history = models.train(
        MODELS[name][0], task(name, shape, inputs, iterations=1)
    )
    assert [row["step"] for row in history] == [1]
    assert all(np.isfinite(list(row.values())).all() for row in history)
    model.save(tmp_path / "model.safetensors")
    loaded = models.load(tmp_path / "model.safetensors")
    assert loaded.shape == shape
    if name == "classifier":
        pixels = torch.tensor(images(shape)[0])
        ours, theirs = model.probabilities(pixels), loaded.probabilities(pixels)
        assert ours.shape == (60, 3)
        torch.testing.assert_close(ours.sum(1), torch.ones(60))
    else:
        ours, theirs = (
            m.sample(5, torch.Generator().manual_seed(1)) for m in (model, loaded)
        )
        assert ours.shape == (5, *shape)
        assert ours.dtype == torch.uint8
        other = model.sample(5, torch.Generator().manual_seed(2))
        assert not torch.equal(ours, other)
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_gets_a_gradient_and_a_step_changes_it(name, inputs):
    torch.manual_seed(0)
    job = task(name, (16, 16, 3), inputs)
    built = MODELS[name][1](job)
    built.train()
    before = {n: p.detach().clone() for n, p in built.named_parameters()}
    data = ImageTensor(job.images)
    for step in range(1, 4):
        values = built.step(data, step)
        assert all(v.isfinite() for v in values.values())
    for n, p in built.named_parameters():
        if not p.requires_grad:
            continue
        assert p.grad is not None, n
        # A bias may cancel: before a normalisation, or in E D(x) - E D(G(z)).
        if p.ndim > 1:
            assert p.grad.abs().max() > 0, n
            assert not torch.equal(p, before[n]), n
    stepped = {
        id(p)
        for o in built.optimisers.values()
        for g in o.param_groups
        for p in g["params"]
    }
    assert stepped == {id(p) for p in built.parameters() if p.requires_grad}


class Killed(Exception):
    """Stands for a SIGKILL between two steps."""


@pytest.mark.parametrize("name", MODELS)
def test_a_training_that_was_stopped_ends_with_the_same_weights(
    name, inputs, tmp_path, monkeypatch
):
    shape, architecture = (8, 8, 1), MODELS[name][0]
    whole, history = models.train(architecture, task(name, shape, inputs, iterations=6))

    folder, kind = tmp_path / "state", MODELS[name][1]
    step, calls = kind.step, []

    def step_or_die(self, data, iteration):
        calls.append(iteration)
        if len(calls) == 4:
            raise Killed
        return step(self, data, iteration)

    monkeypatch.setattr(kind, "step", step_or_die)

    def go():
        checkpoint = Checkpoint(folder, {}, minutes=0)
        job = task(name, shape, inputs, checkpoint, iterations=6)
        return models.train(architecture, job)

    with pytest.raises(Killed):
        go()
    resumed, rows = go()
    assert calls == [1, 2, 3, 4, 4, 5, 6]
    for (n, ours), theirs in zip(
        resumed.state_dict().items(), whole.state_dict().values(), strict=True
    ):
        assert torch.equal(ours, theirs), n
    losses = [k for k in history[0] if k not in ("seconds", "images_per_second")]
    assert [[r[k] for k in losses] for r in rows] == [
        [r[k] for k in losses] for r in history
    ]
