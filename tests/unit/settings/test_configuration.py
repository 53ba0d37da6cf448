"""The configuration: what ships is valid, defaults are filled in."""

import copy

import pytest

from gansgmms.settings.configuration import (
    bins_settings,
    config_from_environment,
    model_settings,
)
from tests import ROOT
from tests.unit.settings.configurations import (
    CONFIGS,
    DATASETS,
    DCGAN,
    DELETED,
    LEAST,
    OWN,
    ROLES,
    SHIPPED,
    changed,
    errors,
    merged,
    read,
    shipped,
    validated,
)


def test_a_variant_of_a_network_is_a_name_too():
    config = changed(shipped(), "figures/fig4/model", "dcgan")
    config = changed(config, "tables/table1/models", ["dcgan+width=8"])
    config = validated(config, DATASETS)
    assert model_settings(config, "dcgan", "mnist")["width"] == 64
    assert model_settings(config, "dcgan+width=8", "mnist")["width"] == 8


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configurations_are_valid(name):
    config = shipped(name)
    before = copy.deepcopy(config)
    result = validated(config, DATASETS)
    assert config == before
    assert merged(result, config) == result  # nothing given is changed or lost
    assert result["figures"]["s3"]["which"] == "both"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_configurations_fit_the_shipped_datasets(name):
    registry = read(ROOT / "resources/datasets.yaml")
    result = validated(shipped(name), registry)
    assert set(filter(None, result["roles"].values())) <= registry.keys()


def test_validating_twice_changes_nothing():
    once = validated(shipped(), DATASETS)
    assert validated(once, DATASETS) == once


def test_defaults_are_filled_in_and_not_shared():
    config = {
        "run": "least",
        "bins": {"k": [5]},
        "models": {"a": DCGAN},
        "figures": {
            "s3": {"kind": "bins", "role": "mnist", "k": 5, "bins": 2, "members": 3}
        },
    }
    result = validated(config, {})
    assert result["seeds"] == [0]
    assert result["sharpness"] == {"images": 2000, "sigma": 1.0}
    assert result["bins"]["reference"] == 60000
    assert result["roles"] == dict.fromkeys(ROLES)
    assert result["models"]["a"]["datasets"] == {}
    assert result["figures"]["s3"]["which"] == "both"
    result["seeds"].append(1)
    result["models"]["a"]["settings"]["x"] = 1
    assert validated(config, {})["seeds"] == [0]
    assert DCGAN["settings"] == LEAST


def test_every_problem_is_listed_once():
    config = changed(shipped(), "samples", -1)
    config = changed(config, "device", "gpu")
    config = changed(config, "models/mfa/settings/latent", "4")
    config = changed(config, "models/mfa/label", DELETED)
    assert len(errors(config)) == 3  # the settings' turn comes when the rest is right
    config = changed(shipped(), "models/mfa/settings/noise", [2.0, 1.0])
    config = changed(config, "roles/svhn", "svnh")
    assert len(errors(config)) == 2  # though mfa is shown many times


def test_datasets_out_of_use_are_not_looked_at():
    config = changed(shipped("mnist"), "datasets/celeba/bins/dimensions", 99999)
    config = changed(config, "models/mfa/datasets/celeba/root", 5000)
    validated(changed(config, "figures/s1/k", 150), DATASETS)
    lines = errors(changed(config, "roles/celeba", "celeba"))
    assert [line.split(":")[0] for line in lines] == [
        "datasets.celeba.bins.dimensions",
        "models.mfa.datasets.celeba.root",
    ]


def test_bins_need_as_many_training_images():
    small = {**DATASETS, "mnist": {"shape": [28, 28, 1], "counts": {"train": 299}}}
    (line,) = errors(shipped(), small)
    assert line.startswith("bins.k: found 300; needed at most 299")
    small["mnist"]["counts"]["train"] = 300
    assert validated(shipped(), small)["roles"]["mnist"] == "mnist"


@pytest.mark.parametrize(
    "path", ["mine", {"images": "mine.zip"}, {"train": "a.npy", "test": "b.npy"}]
)
def test_a_dataset_of_ones_own_plays_a_part(path):
    config = changed(shipped(), "datasets/mine", {**OWN, "path": path})
    config = changed(config, "roles/svhn", "mine")
    validated(config, DATASETS)
    lines = errors(changed(config, "bins/dimensions", 3073))
    assert any("at most 3072, the values of an image of mine" in line for line in lines)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sharpness/images", 20000),
        ("bins/k", [100, 200, 20000]),
        ("bins/reference", 300),
        ("bins/dimensions", 784),
        ("figures/s3/bins", 200),
        ("figures/fig7a/among", 24),
        ("figures/fig6a/components", 256),
        ("figures/s11/components", [1000]),
        ("models/mfa/settings/latent", 783),
        ("models/mfa/datasets/celeba/root", 999),
        ("models/mfa/datasets/celeba/root", None),
    ],
)
def test_the_limits_themselves_are_allowed(path, value):
    config = changed(CONFIGS["paper"], path, value)
    assert validated(config, DATASETS)["run"] == "paper"


@pytest.mark.parametrize("config", [None, [], "text", 3, {}, {"bins": None}])
def test_what_is_no_configuration_is_refused(config):
    assert errors(config)


@pytest.mark.parametrize("key", [1, True, None, 1.5])
def test_keys_must_be_strings(key):
    config = shipped()
    config["models"][key] = DCGAN
    (line,) = errors(config)
    assert line.startswith("models: found the key")
    assert "quotes" in line


def test_the_mirror_may_come_from_the_environment(tmp_path):
    config = shipped()
    environment = {"GANSGMMS_MIRROR": str(tmp_path)}
    mirrored = config_from_environment(config, environment)
    assert validated(mirrored, DATASETS)["mirror"] == str(tmp_path)
    assert config["mirror"] is None
    config["mirror"] = "kept"
    assert config_from_environment(config, {})["mirror"] == "kept"
    assert config_from_environment(config, {"GANSGMMS_MIRROR": ""})["mirror"] == "kept"


def test_bins_settings_are_overridden_for_one_dataset():
    config = validated(shipped(), DATASETS)
    assert bins_settings(config, "mnist") == {**config["bins"], "reference": 50000}
    celeba = {"reference": 80000, "dimensions": 2000, "whiten": True, "mirror": True}
    assert bins_settings(config, "celeba") == {**config["bins"], **celeba}
    assert bins_settings(config, "cifar100") == config["bins"]
