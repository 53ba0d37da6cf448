"""The settings of models, and variants of them."""

import copy

import pytest

from gansgmms.settings.configuration import (
    ConfigError,
    model_settings,
    parse_variant,
)
from tests.unit.settings.configurations import (
    DATASETS,
    shipped,
    validated,
)


def test_model_settings_are_merged_and_filled():
    config = validated(shipped(), DATASETS)
    settings = model_settings(config, "mfa", "celeba")
    assert (settings["components"], settings["latent"], settings["root"]) == (
        1000,
        10,
        200,
    )
    assert (settings["batch"], settings["mirror"]) == (256, True)
    settings = model_settings(config, "mfa", "mnist")
    assert (settings["components"], settings["latent"], settings["root"]) == (
        256,
        4,
        None,
    )
    assert settings["mirror"] is False


def test_the_order_in_which_settings_are_written_changes_nothing():
    """Snakemake compares params as text: another order would train the model again."""
    config = validated(shipped(), DATASETS)
    turned = copy.deepcopy(config)
    block = turned["models"]["kvaes"]
    block["settings"] = dict(reversed(block["settings"].items()))
    block["datasets"]["modes9"] = dict(reversed(block["datasets"]["modes9"].items()))
    before = model_settings(config, "kvaes", "modes9")
    assert list(model_settings(turned, "kvaes", "modes9").items()) == list(
        before.items()
    )


def test_a_variant_overrides_the_settings():
    config = validated(shipped(), DATASETS)
    plain = model_settings(config, "mfa", "celeba")
    variant = model_settings(
        config, "mfa+components=500+initialisation=random", "celeba"
    )
    assert variant == {**plain, "components": 500, "initialisation": "random"}
    changed_training = model_settings(config, "mfa+training=em+passes=5", "mnist")
    assert (changed_training["training"], changed_training["passes"]) == ("em", 5)


def test_a_variant_of_em_may_be_trained_by_adam():
    config = validated(shipped(), DATASETS)
    assert model_settings(config, "mfa_em+training=adam", "mnist")["passes"] == 60
    config["models"]["mfa"]["settings"]["tolerance"] = 0.1
    with pytest.raises(ConfigError, match=r"models.mfa.settings.tolerance: .*adam"):
        model_settings(config, "mfa", "mnist")


@pytest.mark.parametrize(("components", "root"), [(201, 200), (200, None), (1, None)])
def test_a_small_variant_has_no_root(components, root):
    config = validated(shipped(), DATASETS)
    settings = model_settings(config, f"mfa_em+components={components}", "celeba")
    assert (settings["components"], settings["root"]) == (components, root)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mfaa", ["models", '"mfaa"', "mfa, mfa_em", "meant mfa"]),
        ("mfa+compnents=5", ["compnents", "meant components"]),
        ("mfa+components=many", ["components", '"many" (a string)', "an integer"]),
        ("mfa+components=9+root=9", ["root", "9", "fewer than the 9"]),
        ("mfa+learning_rate=1e-4", ["learning_rate", '"1e-4"', "1.0e-4"]),
        ("mfa+passes=5", ["mfa+passes=5.passes", "found 5", "training: em"]),
        ("mfa_em+training=adam+passes=5", ["passes", "found 5", "training: em"]),
    ],
)
def test_wrong_models_are_explained(name, words):
    config = validated(shipped(), DATASETS)
    with pytest.raises(ConfigError) as caught:
        model_settings(config, name, "mnist")
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("name", "base", "overrides"),
    [
        ("mfa", "mfa", {}),
        ("mfa+components=50", "mfa", {"components": 50}),
        (
            "a+b=1.5+c=null+d=false+e=em",
            "a",
            {"b": 1.5, "c": None, "d": False, "e": "em"},
        ),
        ("a+b=-3+c=1.0e-4", "a", {"b": -3, "c": 1.0e-4}),
        ("a+b=2018-99-99", "a", {"b": "2018-99-99"}),
    ],
)
def test_variants_are_parsed(name, base, overrides):
    assert parse_variant(name) == (base, overrides)


@pytest.mark.parametrize(
    "name",
    ["a+", "a+b", "a+b=", "a+=1", "a+b=1+b=2", "a+b=[1]", "a+b=x/y", "a+b={", "a+b=-"],
)
def test_malformed_variants_are_refused(name):
    with pytest.raises(ConfigError, match="needed each setting once"):
        parse_variant(name)
