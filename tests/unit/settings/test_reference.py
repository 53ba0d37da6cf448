"""What is generated from the settings classes is what they say."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from gansgmms.settings.architectures import ARCHITECTURES
from gansgmms.settings.figures import KINDS
from gansgmms.settings.reference import page, schema
from tests import ROOT

CONFIGURATIONS = [ROOT / "config.yaml", *sorted((ROOT / "config").glob("*.yaml"))]


def test_the_schema_in_the_repository_is_the_one_of_the_classes():
    found = (ROOT / "config/schema.json").read_text("utf-8")
    assert found == schema(), "run `make reference`"


def test_the_page_in_the_repository_is_the_one_of_the_classes():
    found = (ROOT / "docs/configuration-reference.md").read_text("utf-8")
    assert found == page(), "run `make reference`"


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.name)
def test_editors_accept_what_ships(path):
    validator = Draft202012Validator(json.loads(schema()))
    validator.check_schema(json.loads(schema()))
    assert not list(validator.iter_errors(yaml.safe_load(path.read_text("utf-8"))))


@pytest.mark.parametrize(
    "broken",
    [
        {"smaples": 3},
        {"samples": "3"},
        {"figures": {"fig4": {"kind": "samples", "k": 3}}},
    ],
    ids=str,
)
def test_editors_mark_what_is_wrong(broken):
    assert list(Draft202012Validator(json.loads(schema())).iter_errors(broken))


def test_the_page_names_every_key():
    text = page()
    for kind in [*KINDS.values(), *ARCHITECTURES.values()]:
        for key in kind.json_schema()["properties"]:
            assert f"| `{key}` |" in text, key
