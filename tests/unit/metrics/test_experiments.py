"""The experiments behind the claims: neighbours, halves, scaling, configuration."""

import numpy as np
import pytest

from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.metrics.cost import cost
from gansgmms.metrics.neighbours import nearest_two
from gansgmms.metrics.split_half import null_scores
from gansgmms.settings.configuration import ConfigError
from gansgmms.settings.experiments import experiment_models
from tests.unit.settings.test_configuration import DATASETS, changed, shipped, validated

BINS = {"initialisations": 1}


def images(n, seed=0, shape=(6, 5, 3)):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


@pytest.mark.parametrize("mirror", [False, True])
def test_neighbours_are_those_of_all_pairs(mirror, monkeypatch):
    monkeypatch.setattr("gansgmms.metrics.neighbours.CHUNK", 17)
    train, queries = images(60), images(25, seed=1)
    distances, numbers = nearest_two(
        FlatImages(queries), FlatImages(train, mirror=mirror)
    )
    pool = np.concatenate([train, train[:, :, ::-1]]) if mirror else train
    a, b = (x.reshape(len(x), -1) / 255 for x in (queries, pool))
    pairs = np.linalg.norm(a[:, None] - b[None], axis=2)
    assert np.allclose(distances, np.sort(pairs, 1)[:, :2], rtol=1e-6)
    assert (numbers == np.argsort(pairs, 1)[:, :2]).all()


def test_a_copy_is_found_at_distance_zero():
    train = images(300)
    flipped = train[7:8, :, ::-1]
    distances, numbers = nearest_two(
        FlatImages(flipped), FlatImages(train, mirror=True)
    )
    assert distances[0, 0] == 0
    assert numbers[0, 0] == 300 + 7
    assert nearest_two(FlatImages(flipped), FlatImages(train))[0][0, 0] > 1


def test_neighbours_need_two_images_of_one_shape():
    with pytest.raises(InputError, match="at least two"):
        nearest_two(FlatImages(images(3)), FlatImages(images(1)))
    with pytest.raises(InputError, match="as the queries"):
        nearest_two(FlatImages(images(3)), FlatImages(images(3, shape=(5, 5, 3))))


def test_halves_of_one_distribution_differ_as_often_as_the_level_says():
    """With separate bins, which is the test of theory: 0.05 within four standard errors."""
    points = np.random.default_rng(0).normal(size=(8000, 4)).astype(np.float32)
    shares = [
        row["ndb_over_k"]
        for seed in range(20)
        for row in null_scores(points, [20], 10_000, BINS, 0.05, seed)
        if row["design"] == "separate"
    ]
    error = np.sqrt(0.05 * 0.95 / (20 * len(shares)))
    assert np.mean(shares) == pytest.approx(0.05, abs=4 * error)


def test_halves_share_no_image():
    """Each point occurs twice: halves of distinct points would see other clusters."""
    points = np.arange(400, dtype=np.float32)[:, None]
    rows = null_scores(points, [4, 100, 101], 150, BINS, 0.05, seed=3)
    assert [(r["design"], r["k"]) for r in rows] == [
        (design, k) for k in (4, 100) for design in ("same", "separate")
    ]
    assert [r["reference"] for r in rows[:2]] == [200, 100]
    assert {r["samples"] for r in rows} == {150}
    again = null_scores(points, [4], 150, BINS, 0.05, seed=3)
    assert again == rows[:2]


def test_the_likelihood_costs_time_and_memory_that_grow_with_d():
    small, large = cost(500, 200, 20, 4), cost(8000, 200, 20, 4)
    assert 0 < small[0] < large[0]
    # Means, factors, noise and images alone: (20 (4 + 2) + 200) x 8000 floats.
    assert large[1] > 320 * 8000 * 4 / 2**20
    assert large[1] > 2 * small[1]


def test_the_models_of_an_experiment():
    config = validated(shipped(), DATASETS)
    assert experiment_models(config, "initialisations") == [
        "mfa+initialisation=ksubspaces",
        "mfa+initialisation=random",
    ]
    assert experiment_models(config, "repeats") == ["mfa"]
    assert experiment_models(config, "scaling") == []


def test_an_experiment_may_be_left_out():
    left_out = shipped()
    left_out["claims"] = dict.fromkeys(left_out["claims"])
    assert set(validated(left_out, DATASETS)["claims"].values()) == {None}
    del left_out["claims"]
    assert validated(left_out, DATASETS)["claims"] == {}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("claims/halvs", {}, "meant halves"),
        ("claims/halves/repetitions", 0, "how often"),
        ("claims/clusterings/k", [100, 150], "needed some of bins.k, [100, 200, 300]"),
        ("claims/repeats/seeds", [0, 1], "found [0]; needed other seeds"),
        ("claims/repeats/model", "mfx", "needed a known model: one of mfa"),
        ("claims/initialisations/starts", ["kmeans"], "one way to start"),
        ("claims/scaling/dimensions", [300, 200], "write [200, 300]"),
        ("claims/scaling/latent", 784, "needed fewer than the smallest"),
        ("claims/neighbours/roles", ["imagenet"], "celeba"),
    ],
)
def test_what_is_wrong_with_an_experiment_is_named(path, value, said):
    with pytest.raises(ConfigError) as caught:
        validated(changed(shipped(), path, value), DATASETS)
    lines = str(caught.value).splitlines()
    key = path.replace("/", ".")
    assert any(line.startswith(key) and said in line for line in lines), lines


def test_an_unknown_setting_of_an_experiments_model_is_named():
    with pytest.raises(ConfigError, match=r"mfa\+latnet=9\S*: .* Hint: .*latent"):
        validated(changed(shipped(), "claims/repeats/model", "mfa+latnet=9"), DATASETS)


def test_only_a_mixture_starts_from_subspaces():
    with pytest.raises(ConfigError, match="only a mixture"):
        validated(changed(shipped(), "claims/initialisations/model", "vae"), DATASETS)
    validated(changed(shipped(), "claims/neighbours/model", "vae"), DATASETS)
