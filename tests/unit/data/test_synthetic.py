"""The synthetic points of the kVAE draft: their form, their numbers, their support."""

import numpy as np
import pytest
import yaml
from scipy.stats import kstest

from gansgmms.data.prepare import prepare
from gansgmms.data.synthetic import distances, is_outside, log_density
from tests import ROOT

REGISTRY = yaml.safe_load((ROOT / "resources" / "datasets.yaml").read_text())
NAMES = ["modes3", "modes5", "modes9"]


@pytest.fixture(scope="module", params=NAMES)
def data(request):
    spec = REGISTRY[request.param]
    return spec, prepare(spec)


def test_the_draft_has_64000_points_in_equal_modes(data):
    spec, splits = data
    points, labels = splits["train"]
    counts = np.bincount(labels)
    assert len(points) == 64000 and len(counts) == len(spec["centres"])
    assert counts.max() - counts.min() <= 1
    assert not np.array_equal(points[:16000], splits["test"][0])


def test_a_mode_is_a_bent_gaussian(data):
    """Unbent with the formula of section 8.1, it is normal in both directions."""
    spec, splits = data
    points, labels = splits["train"]
    centre = np.array(spec["centres"][0])
    x1, x2 = (points[labels == 0] - centre).T.astype(float)
    assert kstest(x1 / 10, "norm").pvalue > 1e-4
    assert kstest(x2 - 0.04 * x1**2 + 100 * 0.04, "norm").pvalue > 1e-4


def test_points_are_nearest_to_their_own_mode(data):
    spec, splits = data
    points, labels = splits["test"]
    nearest = distances(points, spec["centres"]).argmin(1)
    assert (nearest == labels).mean() > 0.995


@pytest.mark.parametrize("name", NAMES)
def test_the_true_density_is_one_and_that_of_the_points(name):
    """It sums to one over a grid, and its mean over the points is minus its entropy."""
    centres = REGISTRY[name]["centres"]
    x, y = np.meshgrid(np.arange(-130, 130, 0.5), np.arange(-90, 170, 0.25))
    grid = np.stack([x.ravel(), y.ravel()], 1)
    log_p = log_density(grid, centres)
    p = np.exp(log_p)
    assert p.sum() * 0.5 * 0.25 == pytest.approx(1, abs=2e-3)
    points = prepare(REGISTRY[name])["test"][0]
    entropy = -(p * log_p).sum() * 0.5 * 0.25
    # 16,000 points whose log-densities have a standard deviation of about 1.
    assert -log_density(points, centres).mean() == pytest.approx(entropy, abs=0.04)


def test_the_density_of_one_mode_by_hand():
    """At its centre's top, unbent: x1 = 0, x2 = -4; modes and parts are equally likely."""
    peak = 1 / (2 * np.pi * 10)
    found = np.exp(log_density(np.array([[0, -4.0]]), [[[0, 0], [900, 0]], [500, 0]]))
    assert found == pytest.approx(peak / 4)
    bent = np.array([[10, 4.0 - 4 + 1]])  # one standard deviation along each
    assert np.exp(log_density(bent, [[0, 0]])) == pytest.approx(peak * np.exp(-1))


def test_a_thousandth_of_the_data_is_outside_its_support(data):
    spec, splits = data
    share = is_outside(splits["train"][0], spec["centres"]).mean()
    assert share == pytest.approx(1e-3, abs=5e-4)
    between = np.mean([np.ravel(c)[:2] for c in spec["centres"][:2]], axis=0)
    assert is_outside(between[None] - [0, 8], spec["centres"]).all()


def test_the_small_ones_have_the_same_modes():
    for name in NAMES:
        assert REGISTRY[f"{name}_small"]["centres"] == REGISTRY[name]["centres"]
