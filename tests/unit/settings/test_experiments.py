"""The settings of the experiments behind the claims."""

import pytest

from gansgmms.settings.configuration import ConfigError
from gansgmms.settings.experiments import experiment_models
from tests.unit.settings.configurations import DATASETS, changed, shipped, validated


def test_the_models_of_an_experiment():
    config = validated(shipped(), DATASETS)
    assert experiment_models(config, "initialisations") == [
        "mfa+initialisation=ksubspaces",
        "mfa+initialisation=random",
        "mfa_em+initialisation=ksubspaces",
        "mfa_em+initialisation=random",
    ]
    assert experiment_models(config, "extra") == ["kvaes+components=6"]
    assert experiment_models(config, "unnormalised") == ["kvaes+normalise=false"]
    assert experiment_models(config, "neighbours") == ["mfa", "mfa_20x"]
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


@pytest.mark.parametrize(
    ("path", "model", "said"),
    [
        ("claims/initialisations/model", "vae", "only a mixture can"),
        ("claims/initialisations/converged", "vae", "only a mixture can"),
        ("claims/neighbours/control", "wgan", "only a mixture can"),
        ("claims/groups/vaes", "mfa", "only a mixture of VAEs"),
        ("claims/extra/model", "mfa", "only a mixture of VAEs"),
    ],
)
def test_an_experiment_takes_models_that_can_do_it(path, model, said):
    with pytest.raises(ConfigError, match=said):
        validated(changed(shipped(), path, model), DATASETS)
