"""The conda environments and the pip requirements name the same versions."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {
    "torch": "pytorch",
    "matplotlib": "matplotlib-base",
    "seaborn": "seaborn-base",
}


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(
        re.fullmatch(r"([a-z0-9-]+)==(\S+)", line).groups()
        for line in lines
        if line[:1] not in ("#", "")
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda p: p.stem
)
def test_an_environment_pins_what_the_requirements_pin(path):
    environment = yaml.safe_load(path.read_text())
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    versions = {
        CONDA_NAMES.get(name, name): version for name, version in pins().items()
    }
    for dependency in environment["dependencies"]:
        name, version = dependency.split("=")
        if name != "python":
            assert versions[name] == version


def test_every_rule_names_an_environment_that_exists_and_every_one_is_used():
    named = set()
    for path in (ROOT / "rules").glob("*.smk"):
        named |= set(re.findall(r"envs/(\w+)\.yaml", path.read_text()))
    assert named == {path.stem for path in (ROOT / "envs").glob("*.yaml")}


def test_the_installed_torch_is_one_the_project_supports():
    import torch

    major, minor = map(int, torch.__version__.split(".")[:2])
    assert (2, 11) <= (major, minor) < (2, 14)
