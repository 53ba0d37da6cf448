"""The samples of one's own, in the configuration."""

import pytest

from gansgmms.settings.configuration import (
    own_label,
    own_name,
)
from tests.unit.settings.configurations import (
    CONFIGS,
    DATASETS,
    changed,
    errors,
    validated,
)


@pytest.mark.parametrize(
    ("own", "label", "name"),
    [
        ({"samples": "runs/My GAN.v2.npz"}, "My GAN.v2", "my_gan_v2"),
        ({"samples": "pngs/"}, "pngs", "pngs"),
        ({"samples": "x.npy", "label": "WGAN-GP (é)"}, "WGAN-GP (é)", "wgan_gp"),
    ],
)
def test_ones_own_samples_are_called_after_their_file_or_label(own, label, name):
    assert own_label(own) == label
    assert own_name(own) == name


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"role": "celeba"}, ["own.role", "mnist", "--config 'roles={celeba"]),
        ({"role": "mnits"}, ["own.role", "perhaps you meant mnist"]),
        ({"samples": "nowhere.npz"}, ["own.samples", "nowhere.npz", "exists"]),
        ({"label": "?"}, ["own.label", '"?"', "digit"]),
        ({"label": "WGAN "}, ["own.label", '"WGAN "', "models.wgan", "two rows"]),
        ({"label": "Train"}, ["own.label", '"Train"', "the data"]),
        ({"label": ""}, ["own.label", "1 or more characters"]),
        ({"label": 61 * "x"}, ["own.label", "at most 60 characters"]),
        ({"file": "x.npz"}, ["own.file", "unknown key"]),
    ],
)
def test_unusable_own_samples_are_explained(own, words):
    known = {"role": "mnist", "samples": __file__}
    (line,) = errors({**CONFIGS["mnist"], "own": {**known, **own}})
    assert all(word in line for word in words), line
    assert validated({**CONFIGS["mnist"], "own": known}, DATASETS)["own"] == known


def test_no_model_is_called_as_ones_own_samples_are():
    config = changed(
        CONFIGS["paper"], "models/own_gan", CONFIGS["paper"]["models"]["mfa"]
    )
    (line,) = errors(config)
    assert "own_gan" in line and "samples of your own" in line
