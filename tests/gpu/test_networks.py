"""Every network and mixture on a GPU: trained, resumed, moved and sampled."""

import contextlib

import pytest
import torch

from gansgmms import models
from gansgmms.benchmarks.steps import NetworkStep, step_of
from gansgmms.models.gan.wgan import gradient_penalty
from gansgmms.models.networks import ResidualCritic
from gansgmms.training.checkpoint import Checkpoint

SHAPE = (16, 16, 3)
SMALL = {"width": 8, "batch": 8, "learning_rate": 2e-4}
RESIDUAL = {"nets": "residual", "levels": 3, "critic_steps": 2}
VAES = {"pretraining": 1, "iterations": 1, "latent": 2, "learning_rate": 1e-3}
FILTERS = {"filters": [8, 8], "classifier_filters": [8, 8]}
FEATURES = {"reconstruction": "features", "features": "v", "weights": [1.0, 1.0, 1.0]}
NETWORKS = {
    "dcgan": ("dcgan", {"generator_steps": 2}),
    "wgan": ("wgan", {"constraint": "clip", "critic_steps": 2}),
    "wgan_gp": ("wgan", {"constraint": "penalty", **RESIDUAL}),
    "began": ("began", {"latent": 8}),
    "vae": ("vae", {"latent": 8}),
    "vae_dfc": ("vae", {"latent": 8, **FEATURES}),
    "pix2pix": ("pix2pix", {"mixture": "mfa"}),
    "adversarial": ("adversarial_mfa", {"components": 3, "factors": 2, **RESIDUAL}),
    "classifier": ("classifier", {}),
}
OTHERS = {
    "mfa": ("mfa", {"components": 4, "latent": 2, "batch": 8, "training": "adam"}),
    "kvaes": ("kvae", {"components": 3, "batch": 8, "hidden": [8], **VAES, **FILTERS}),
}


def make(name, device, precision="float32"):
    architecture, own = (NETWORKS | OTHERS)[name]
    common = SMALL if name in NETWORKS else {"learning_rate": 1e-3}
    return step_of(architecture, common | own, SHAPE, device, precision)


def weights(step):
    part = getattr(step, "training", None)
    part = getattr(part, "model", part) if not isinstance(step, NetworkStep) else part
    return dict((step.mixture if part is None else part).named_parameters())


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", [*NETWORKS, *OTHERS])
def test_twenty_steps(name, precision, device):
    step = make(name, device, precision)
    before = {n: p.detach().clone() for n, p in weights(step).items()}
    for _ in range(20):
        losses = step()
        assert all(v.isfinite() for v in losses.values()), losses
    for n, p in weights(step).items():
        assert p.device.type == device.type and p.dtype == torch.float32
        assert p.isfinite().all(), n
        if p.requires_grad and p.ndim > 1:
            assert not torch.equal(p, before[n]), n


@pytest.mark.parametrize("name", [*NETWORKS, *OTHERS])
def test_a_step_waits_for_no_host(name, device):
    step = make(name, device)
    for _ in range(3):  # libraries begin, optimisers make their state
        step()
    with no_synchronisation(device):
        step()


@contextlib.contextmanager
def no_synchronisation(device):
    if device.type != "cuda":
        yield
        return
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_state_moves_between_devices(name, device, tmp_path):
    cpu = torch.device("cpu")
    for here, there in [(device, cpu), (cpu, device)]:
        step, other = make(name, here), make(name, there)
        step()
        folder = tmp_path / str(here)
        optimisers = step.training.optimisers
        Checkpoint(folder, {}).save_training(step.training, optimisers, {})
        state = Checkpoint(folder, {}).load()
        state.restore(other.training, other.training.optimisers)
        for ours, theirs in zip(
            step.training.state_dict().values(),
            other.training.state_dict().values(),
            strict=True,
        ):
            assert theirs.device.type == there.type
            assert torch.equal(ours.cpu(), theirs.cpu())
        assert all(v.isfinite() for v in other().values())


@pytest.mark.parametrize("name", [n for n in NETWORKS if n != "classifier"])
def test_a_saved_model_samples_alike_on_both(name, device, tmp_path):
    step = make(name, device)
    step()
    step.training.model().save(tmp_path / "model.safetensors")
    ours, theirs = (
        models.load(tmp_path / "model.safetensors", where)
        .sample(20, torch.Generator().manual_seed(0))
        .cpu()
        for where in (device, "cpu")
    )
    assert (ours.int() - theirs.int()).abs().max() <= 1


class Killed(Exception):
    """Stands for a SIGKILL between two steps."""


@pytest.mark.parametrize("name", ["dcgan", "wgan_gp", "began"])
def test_a_training_goes_on_where_it_was_killed(name, device, tmp_path, monkeypatch):
    step = make(name, device)
    kind, calls = type(step.training), []
    task = models.Task(step_images(), SMALL | NETWORKS[name][1], 0, device)
    task.settings["iterations"] = 8
    whole, _ = models.train(NETWORKS[name][0], task)
    real = kind.step

    def step_or_die(self, data, iteration):
        calls.append(iteration)
        if len(calls) == 5:
            raise Killed
        return real(self, data, iteration)

    monkeypatch.setattr(kind, "step", step_or_die)
    task.checkpoint = Checkpoint(tmp_path, {}, minutes=0)
    with pytest.raises(Killed):
        models.train(NETWORKS[name][0], task)
    resumed, history = models.train(NETWORKS[name][0], task)
    assert calls == [1, 2, 3, 4, 5, 5, 6, 7, 8] and len(history) == 8
    # Atomics on a GPU: an update of Adam is at most a learning rate either way.
    for ours, theirs in zip(resumed.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=8 * 2 * 2e-4 * 2)


def step_images():
    from gansgmms.benchmarks.steps import images

    return images(SHAPE)


def test_the_penalty_has_the_gradients_of_float64(device):
    torch.manual_seed(0)
    exact = ResidualCritic(SHAPE, 8, 2, "layer").double()
    here = ResidualCritic(SHAPE, 8, 2, "layer")
    here.load_state_dict(exact.state_dict())
    here.to(device, memory_format=torch.channels_last)
    x = torch.randn(4, 3, 16, 16, dtype=torch.double)
    found = []
    for critic in (exact, here):
        own = x.to(next(critic.parameters()))
        # The same images as real and fake: the random points between are those.
        penalty = gradient_penalty(critic, own, own)
        some = [critic.image.weight, critic.blocks[0].norm1.weight]
        found.append([penalty, *torch.autograd.grad(penalty, some)])
    for theirs, ours in zip(*found, strict=True):
        scale = theirs.abs().max().item()
        torch.testing.assert_close(
            ours.double().cpu(), theirs, rtol=0, atol=2e-3 * scale
        )
