"""The shipped configurations, and changed ones, for tests."""

import copy
import functools
import re

import pytest
import yaml
from snakemake.utils import update_config

from gansgmms.settings import configuration
from gansgmms.settings.configuration import ConfigError
from tests import ROOT

SHIPPED = ["paper", "demo", "mnist", "mnist_long", "faces", "svhn", "kvaes", "beyond"]
DATASETS = {
    "celeba": {"shape": [64, 64, 3], "counts": {"train": 162770, "test": 19867}},
    "mnist": {"shape": [28, 28, 1], "counts": {"train": 60000, "test": 10000}},
    "svhn": {"shape": [32, 32, 3], "counts": {"train": 73257, "test": 26032}},
    "cifar10": {"shape": [32, 32, 3], "counts": {"train": 50000, "test": 10000}},
    "celeba_subset": {"shape": [64, 64, 3], "counts": {"train": 26368, "test": 6000}},
    "cifar10_subset": {"shape": [32, 32, 3], "counts": {"train": 25000, "test": 5000}},
    "svhn_subset": {"shape": [32, 32, 3], "counts": {"train": 7082, "test": 1814}},
    "digits": {"shape": [8, 8, 1], "counts": {"train": 1297, "test": 500}},
    **{f"modes{k}": {"shape": [2]} for k in (3, 5, 9)},
    **{f"modes{k}_small": {"shape": [2]} for k in (3, 5, 9)},
    "patches": {"shape": [16, 16, 3], "counts": {"train": 20000, "test": 10000}},
    "toy2d": {"shape": [2], "counts": {"train": 20000, "test": 20000}},
}
ROLES = ["celeba", "mnist", "svhn", "cifar10", "toy", "modes3", "modes5", "modes9"]
OWN = {"reader": "images", "path": "mine", "shape": [32, 32, 3]}
# Settings of the least that is a DCGAN.
LEAST = {"iterations": 1, "learning_rate": 1.0e-3, "latent": 2, "width": 8}
DCGAN = {"label": "DCGAN", "architecture": "dcgan", "settings": LEAST}
DELETED = object()

validated = functools.partial(
    configuration.validated, networks=("vgg19", "vgg19_conv1to3", "inception")
)


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def merged(base, overlay):
    """What Snakemake makes of two configuration files."""
    both = copy.deepcopy(base)
    update_config(both, copy.deepcopy(overlay))
    return both


def shipped(name="paper"):
    base = read(ROOT / "config.yaml")
    return base if name == "paper" else merged(base, read(ROOT / f"config/{name}.yaml"))


CONFIGS = {name: shipped(name) for name in SHIPPED}


def changed(config, path, value):
    """A copy with the value at `a/b/c` replaced, added, or DELETED."""
    config = copy.deepcopy(config)
    *parents, last = path.split("/")
    inner = config
    for step in parents:
        listed = isinstance(inner, list)
        inner = inner[int(step)] if listed else inner.setdefault(step, {})
    if isinstance(inner, list):
        last = int(last)
    if value is DELETED:
        del inner[last]
    else:
        inner[last] = value
    return config


def errors(config, datasets=DATASETS):
    with pytest.raises(ConfigError) as caught:
        validated(config, datasets)
    return str(caught.value).splitlines()


def check_explained(error):
    for line in str(error).split("\n"):
        assert re.fullmatch(r".+: found .+; needed .+\.", line)
