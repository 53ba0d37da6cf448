"""The training loop: its curve, its seeds, what it leaves and what it refuses."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms import models
from gansgmms.errors import InputError
from gansgmms.models import Task
from gansgmms.training import loop
from gansgmms.training.checkpoint import Checkpoint
from tests.unit.training.small import images, task


def test_grids_and_snapshots_are_left_along_the_way(inputs, tmp_path):
    checkpoint = Checkpoint(tmp_path / "state", {}, minutes=60)
    job = task(
        "wgan_gp", (8, 8, 1), inputs, checkpoint, iterations=20, snapshots=[3, 20]
    )
    model, _ = models.train("wgan", job)
    checkpoint.keep_progress(tmp_path / "progress")
    names = sorted(path.name for path in (tmp_path / "progress").iterdir())
    grids = [f"{step:07d}.png" for step in range(2, 21, 2)]
    assert names == sorted([*grids, "0000003.safetensors", "0000020.safetensors"])
    last = models.load(tmp_path / "progress/0000020.safetensors")
    early = models.load(tmp_path / "progress/0000003.safetensors")
    samples = [
        m.sample(3, torch.Generator().manual_seed(0)) for m in (model, last, early)
    ]
    assert torch.equal(samples[0], samples[1])
    assert not torch.equal(samples[0], samples[2])


def test_pictures_along_the_way_change_nothing(inputs, tmp_path):
    with_pictures, without = (
        models.train("dcgan", task("dcgan", (8, 8, 1), inputs, c, iterations=10))[0]
        for c in (Checkpoint(tmp_path, {}, minutes=60), None)
    )
    for ours, theirs in zip(
        with_pictures.parameters(), without.parameters(), strict=True
    ):
        assert torch.equal(ours, theirs)


class Scripted(loop.Training):
    """Its losses are given; its one weight is drawn when it is built."""

    losses: list[float]

    def __init__(self, task):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(5))
        self.drawn = []
        self.optimisers = {}
        self.images_per_step = 2

    def step(self, data, iteration):
        self.drawn.append(data.draw(3).flatten().tolist())
        loss = torch.tensor(self.losses[iteration - 1])
        return {"double": 2 * loss, "loss": loss}

    def model(self):
        return self


def scripted(losses, seed=0, **settings):
    x, _ = images((8, 8, 1))
    kind = type("Given", (Scripted,), {"losses": losses})
    return loop.train(Task(x, {"iterations": len(losses)} | settings, seed), kind)


# 4,000 iterations have a row of the curve every four steps.
@pytest.mark.parametrize("broken", [1, 4, 5, 6, 7, 8, 10])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_the_training_with_its_step(broken, value):
    losses = [1.0] * 4000
    losses[broken - 1] = value
    said = f"double {value:g} at step {broken}; needed finite"
    with pytest.raises(InputError, match=said):
        scripted(losses)


def test_a_row_of_the_curve_has_the_means_of_its_steps():
    losses = [float(i) for i in range(1, 2003)]
    _, history = scripted(losses)
    # Every second step, and no row left over.
    assert [row["step"] for row in history] == list(range(2, 2003, 2))
    assert [row["loss"] for row in history] == [i - 0.5 for i in range(2, 2003, 2)]
    assert history[0]["double"] == 3.0
    _, history = scripted(losses[:2001])
    assert (history[-1]["step"], history[-1]["loss"]) == (2001, 2001.0)


def test_all_that_is_random_in_a_training_is_its_seeds():
    """Weights and batches, whatever torch drew before."""

    def run(seed, state):
        torch.manual_seed(state)
        model, _ = scripted([1.0] * 3, seed)
        return model.weight.tolist(), model.drawn

    first, again, other = run(3, state=8), run(3, state=9), run(4, state=8)
    assert first == again
    assert first[0] != other[0] and first[1] != other[1]


@pytest.mark.filterwarnings("ignore:.*CUDA is not available")
def test_half_a_precision_is_bfloat16_on_any_device():
    """torch's own choice on a GPU is float16, whose losses would need a scale."""
    x, _ = images((8, 8, 1))
    for device in ("cpu", "cuda"):
        context = loop.half_precision(Task(x, {}, 0, device, precision="bfloat16"))
        assert context.fast_dtype == torch.bfloat16


def test_a_weight_that_is_not_finite_is_no_result(inputs):
    with pytest.raises(InputError, match="not finite at step 1"):
        models.train(
            "vae", task("vae", (8, 8, 1), inputs, iterations=1, learning_rate=1e39)
        )


def test_points_are_learnt_by_the_plain_gan():
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(2000, 2)) * [0.1, 0.3] + [2.0, -1.0]).astype(np.float32)
    settings = {
        "iterations": 400,
        "batch": 128,
        "nets": "mlp",
        "latent": 2,
        "width": 32,
        "learning_rate": 2e-3,
    }
    model, _ = models.train("dcgan", Task(points, settings, 0))
    samples = model.sample(1000, torch.Generator().manual_seed(0))
    assert samples.dtype == torch.float32
    np.testing.assert_allclose(samples.mean(0), [2.0, -1.0], atol=0.3)
