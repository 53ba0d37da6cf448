"""What each model is, against closed forms."""

import numpy as np
import pytest
import torch
from scipy.special import rel_entr
from scipy.stats import multivariate_normal
from torch import nn

from gansgmms.data.batches import ImageTensor, to_float
from gansgmms.errors import InputError
from gansgmms.metrics.inception import inception_score
from gansgmms.models import Task, vae
from gansgmms.models.features import CONVOLUTIONS, load_features
from gansgmms.models.gan import began, pix2pix, wgan
from gansgmms.models.gan.adversarial_mfa import AdversarialMFA
from gansgmms.models.networks import (
    ConvCritic,
    ConvGenerator,
    ResidualCritic,
    ResidualGenerator,
    scales,
)


@pytest.mark.parametrize(
    ("shape", "levels", "sides"),
    [
        ((28, 28, 1), 4, [28, 14, 7, 4, 2]),
        ((28, 28, 1), 3, [28, 14, 7, 4]),
        ((64, 64, 3), 4, [64, 32, 16, 8, 4]),
        ((8, 8, 1), 4, [8, 4, 2]),
    ],
)
def test_sides_are_halved_and_rounded_up(shape, levels, sides):
    assert scales(shape, levels) == [(side, side) for side in sides]


@pytest.mark.parametrize("shape", [(28, 28, 1), (64, 64, 3), (20, 12, 3)], ids=str)
def test_generators_give_images_and_critics_one_number(shape):
    z, x = torch.randn(3, 10), torch.randn(3, shape[2], *shape[:2])
    for kind in (ConvGenerator, ResidualGenerator):
        made = kind(shape, 10, 4, 4, "statistics")(z)
        assert made.shape == x.shape
        assert made.abs().max() <= 1
    for kind in (ConvCritic, ResidualCritic):
        assert kind(shape, 4, 4, "layer")(x).shape == (3,)


def test_the_residual_nets_have_the_published_widths():
    generator = ResidualGenerator((64, 64, 3), 128, 64, 4, "statistics")
    assert generator.project.out_features == 4 * 4 * 512
    widths = [block.conv2.out_channels for block in generator.blocks]
    assert widths == [512, 256, 128, 64]
    critic = ResidualCritic((64, 64, 3), 64, 4, "layer")
    assert [b.conv2.out_channels for b in critic.blocks] == [128, 256, 512, 512]
    assert critic.image.out_channels == 64


def test_dcgan_of_64_pixels_has_the_published_widths():
    generator = ConvGenerator((64, 64, 3), 100, 64, 4)
    assert generator.project.out_features == 4 * 4 * 512
    assert [up.out_channels for up in generator.ups] == [256, 128, 64, 3]
    critic = ConvCritic((64, 64, 3), 64, 4)
    assert [down.out_channels for down in critic.downs] == [64, 128, 256, 512]
    assert isinstance(critic.norms[0], nn.Identity)


def test_the_penalty_of_a_linear_critic_has_a_closed_form():
    """D(x) = w.x has the gradient w everywhere: the penalty is (|w| - 1)^2."""
    torch.manual_seed(0)
    w = torch.randn(3, 8, 8, dtype=torch.float64)
    real, fake = torch.randn(2, 5, 3, 8, 8, dtype=torch.float64)
    found = wgan.gradient_penalty(lambda x: (x * w).sum((1, 2, 3)), real, fake)
    torch.testing.assert_close(found, (w.norm() - 1).square())


def test_the_penalty_is_taken_between_real_and_fake():
    """D(x) = |x|^2 / 2 has the gradient x: where real = fake, that is the only point."""
    torch.manual_seed(0)
    real = torch.randn(4, 6, dtype=torch.float64)
    found = wgan.gradient_penalty(lambda x: 0.5 * x.square().sum(1), real, real.clone())
    torch.testing.assert_close(found, (real.norm(dim=1) - 1).square().mean())


def test_clipping_keeps_every_weight_of_the_critic_within_the_bound():
    x = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1)).astype(np.uint8)
    settings = {"iterations": 1, "batch": 8, "width": 4, "learning_rate": 0.1}
    built = wgan.WGAN(Task(x, settings | {"constraint": "clip", "clip": 0.02}, 0))
    for _ in range(3):
        built.step(ImageTensor(x), 1)
        for name, parameter in built.critic.named_parameters():
            assert parameter.abs().max() <= 0.02, name
    assert max(p.abs().max() for p in built.generator.parameters()) > 0.02


def test_only_warm_up_takes_100_critic_steps(monkeypatch):
    x = np.zeros((8, 8, 8, 1), np.uint8)
    settings = {"iterations": 1, "batch": 2, "width": 2, "critic_steps": 3}
    calls = []
    monkeypatch.setattr(
        wgan, "critic_step", lambda *_: calls.append(1) or torch.zeros(())
    )
    for warm_up, iteration, steps in [
        (True, 25, 100),
        (True, 26, 3),
        (True, 500, 100),
        (False, 1, 3),
    ]:
        calls.clear()
        wgan.WGAN(Task(x, settings | {"warm_up": warm_up}, 0)).step(
            ImageTensor(x), iteration
        )
        assert len(calls) == steps


def test_divergence_of_gaussians_against_monte_carlo():
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(2, 3))
    found = vae.divergence(
        torch.tensor(mean)[None], torch.tensor(log_variance)[None]
    ).item()
    q = multivariate_normal(mean, np.diag(np.exp(log_variance)))
    z = q.rvs(200_000, random_state=rng)
    ratio = q.logpdf(z) - multivariate_normal(np.zeros(3)).logpdf(z)
    assert found == pytest.approx(ratio.mean(), abs=4 * ratio.std() / np.sqrt(len(z)))


def test_the_learning_rate_of_began_is_halved_down_to_its_lowest():
    s = began.Settings(
        iterations=1, learning_rate=8e-5, halve_every=100, lowest_rate=2e-5
    )
    found = [began.rate(s, i) for i in (1, 100, 101, 200, 201, 301, 10_000)]
    assert found == [8e-5, 8e-5, 4e-5, 4e-5, 2e-5, 2e-5, 2e-5]


def test_k_of_began_follows_the_balance_within_its_bounds():
    x = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1)).astype(np.uint8)
    settings = {"iterations": 1, "batch": 4, "width": 4, "learning_rate": 1e-4}
    built = began.BEGAN(Task(x, settings | {"gain": 0.1}, 0))
    expected = 0.0
    for step in range(1, 5):
        row = built.step(ImageTensor(x), step)
        balance = 0.5 * row["real"].item() - row["generator"].item()
        expected = min(max(expected + 0.1 * balance, 0.0), 1.0)
        assert built.k.item() == pytest.approx(expected, abs=1e-6)
        assert row["convergence"].item() == pytest.approx(
            row["real"].item() + abs(balance), abs=1e-6
        )


def test_adversarial_samples_have_the_mixtures_moments():
    """x = A z1 + mu + D z2 has the mean mu and the covariance A A^T + D^2."""
    torch.manual_seed(0)
    x = np.random.default_rng(0).integers(0, 256, (100, 4, 4, 1)).astype(np.uint8)
    settings = {"iterations": 1, "batch": 200_000, "width": 2, "levels": 1}
    built = AdversarialMFA(Task(x, settings | {"components": 1, "factors": 2}, 0))
    with torch.no_grad():
        made = (built._fake().permute(0, 2, 3, 1).flatten(1).double() + 1) / 2
    m = built.mixture
    covariance = m.factors[0] @ m.factors[0].T + m.noise[0].square().diag()
    torch.testing.assert_close(made.mean(0), m.means[0].double(), atol=5e-3, rtol=0)
    torch.testing.assert_close(made.T.cov(), covariance.double(), atol=3e-3, rtol=0)


def test_the_patch_of_128_pixels_sees_70():
    net = pix2pix.PatchDiscriminator(1, 128, 2).eval()
    pair = torch.zeros(1, 1, 128, 128), torch.zeros(1, 1, 128, 128).requires_grad_()
    scores = net(*pair)
    middle = scores.shape[2] // 2
    scores[0, 0, middle, middle].backward()
    seen = pair[1].grad[0, 0].abs().sum(0).nonzero()
    assert seen.max() - seen.min() + 1 <= 70
    assert seen.max() - seen.min() + 1 >= 66  # leaky ReLUs may hide the corners


@pytest.mark.parametrize(
    ("shape", "side"), [((64, 64, 3), 128), ((28, 28, 1), 64), ((8, 8, 1), 16)]
)
def test_pix2pix_works_at_twice_the_size(shape, side):
    assert pix2pix.resolution(shape) == side


def test_resizing_there_and_back_keeps_smooth_images():
    y, x = np.mgrid[:64, :64] / 64
    image = torch.tensor(np.sin(3 * x + 2 * y), dtype=torch.float32)[None, None]
    back = pix2pix.resize(pix2pix.resize(image, 128), (64, 64))
    assert (back - image).abs().max() < 0.02


# --- Features ---


def zoo_weights():
    """Random weights in the form of torch's model zoo, to relu3_1."""
    torch.manual_seed(0)
    shapes = [(64, 3), (64, 64), (128, 64), (128, 128), (256, 128)]
    return {
        f"features.{number}.{part}": value
        for (number, _, _), (out, inside) in zip(CONVOLUTIONS, shapes, strict=True)
        for part, value in [
            ("weight", torch.randn(out, inside, 3, 3) * (2 / (9 * inside)) ** 0.5),
            ("bias", 0.1 * torch.randn(out)),
        ]
    }


def test_vgg_against_the_layers_one_by_one(tmp_path):
    state = zoo_weights()
    torch.save(state, tmp_path / "vgg19.pth")
    x = torch.rand(2, 3, 16, 16) * 2 - 1
    layers = []
    for number, _, pooled in CONVOLUTIONS:
        w = state[f"features.{number}.weight"]
        conv = nn.Conv2d(w.shape[1], w.shape[0], 3, padding=1)
        conv.load_state_dict(
            {p: state[f"features.{number}.{p}"] for p in ("weight", "bias")}
        )
        layers.append(nn.Sequential(*[nn.MaxPool2d(2)] * pooled, conv, nn.ReLU()))
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    sd = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    expected, y = [], ((x + 1) / 2 - mean) / sd
    for layer in layers:
        y = layer(y)
        expected.append(y)
    found = load_features(tmp_path / "vgg19.pth")(x)
    for ours, theirs in zip(found, [expected[i] for i in (0, 2, 4)], strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_grey_images_have_features_too(tmp_path):
    torch.save(zoo_weights(), tmp_path / "vgg19.pth")
    network = load_features(tmp_path / "vgg19.pth")
    grey = torch.rand(2, 1, 8, 8)
    for one, three in zip(
        network(grey), network(grey.expand(-1, 3, -1, -1)), strict=True
    ):
        torch.testing.assert_close(one, three)


def test_the_mirrors_layers_have_unit_mean_activation(mirror):
    """What they are known for: each channel's mean over natural images is about 1."""
    from sklearn.datasets import load_sample_images

    network = load_features(mirror / "vgg19-conv1to3/vgg_normalised_conv3_1.npz")
    photographs = np.stack(load_sample_images().images)[:, :256, :256]
    x = to_float(torch.tensor(photographs).permute(0, 3, 1, 2))
    for features in network(x):
        assert 0.3 < features.mean() < 3


def test_a_pickle_that_runs_code_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    torch.save({"features.0.weight": Evil()}, tmp_path / "vgg19.pth")
    with pytest.raises(InputError, match="no weights of that form"):
        load_features(tmp_path / "vgg19.pth")
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("name", ["weights.pth", "weights.npz", "weights.h5"])
def test_files_without_those_layers_are_refused(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".pth":
        torch.save({"conv": torch.zeros(1)}, path)
    else:
        with path.open("wb") as file:
            np.savez(file, conv=np.zeros(1))
    with pytest.raises(InputError, match=f"{name}: found no weights"):
        load_features(path)


# --- The score of a classifier ---


def test_the_score_of_sure_and_even_classes_is_their_number():
    sure = np.eye(10)[np.arange(1000) % 10]
    assert inception_score(sure) == pytest.approx((10.0, 0.0))


def test_the_score_of_a_classifier_that_knows_nothing_is_one():
    assert inception_score(np.full((100, 7), 1 / 7)) == pytest.approx((1.0, 0.0))


def test_the_score_against_its_definition():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(5, 0.3), size=200)
    expected = np.exp(rel_entr(p, p.mean(0)).sum(1).mean())
    assert inception_score(p, splits=1) == pytest.approx((expected, 0.0))
