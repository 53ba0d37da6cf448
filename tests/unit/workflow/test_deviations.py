"""In what a run departs from the full reproduction."""

import copy

import pytest
import yaml
from snakemake.utils import update_config

from gansgmms.settings.configuration import validated
from gansgmms.workflow.deviations import deviations
from tests import ROOT


def read(path):
    return yaml.safe_load((ROOT / path).read_text())


DATASETS, NETWORKS = read("resources/datasets.yaml"), read("resources/networks.yaml")


def configuration(*overlays):
    config = read("config.yaml")
    for overlay in overlays:
        update_config(config, copy.deepcopy(overlay))
    return validated(config, DATASETS, NETWORKS)


FULL = configuration()


def found(*overlays, trained=()):
    table = deviations(FULL, configuration(*overlays), DATASETS, trained)
    sides = table[["full reproduction", "this run"]].itertuples(index=False, name=None)
    return dict(
        zip(zip(table["what"], table["dataset"], strict=True), sides, strict=True)
    )


def test_the_full_reproduction_departs_in_nothing():
    assert found({"run": "mine"}, trained=[("mnist", "dcgan")]) == {}


def test_what_holds_for_the_whole_run_and_for_one_experiment():
    claims = {"halves": None, "clusterings": {"k": [100]}}
    assert found({"samples": 5000, "seeds": [0, 3], "claims": claims}) == {
        ("everything", ""): ("samples 20000, seeds [0]", "samples 5000, seeds [0, 3]"),
        ("experiment halves", ""): ("left out false", "left out true"),
        ("experiment clusterings", ""): ("k null", "k [100]"),
    }


def test_a_subset_is_compared_with_the_dataset_whose_role_it_has():
    overlay = {
        "roles": {"celeba": "celeba_subset", "svhn": None},
        "datasets": {"celeba_subset": {"bins": {"reference": 9000}}},
        "models": {
            "dcgan": {"seeds": [0, 3], "datasets": {"celeba_subset": {"width": 16}}}
        },
        "figures": {"s11": {"components": [1, 10]}},
    }
    trained = [("celeba_subset", "dcgan"), ("celeba_subset", "dcgan+width=8")]
    rows = found(overlay, trained=[*trained, ("mnist", "dcgan")])
    assert rows["data", "celeba_subset"] == (
        'name "celeba", train 162770, test 19867',
        'name "celeba_subset", train 26368, test 6000',
    )
    assert rows["bins", "celeba_subset"][1].startswith("reference 9000, ")
    assert rows["DCGAN", "celeba_subset"] == (
        "seeds [0], width 64",
        "seeds [0, 3], width 16",
    )
    assert rows["DCGAN", "mnist"] == ("seeds [0]", "seeds [0, 3]")
    assert len(rows) == 4


@pytest.mark.parametrize("name", ["mnist", "mnist_long", "faces", "kvaes"])
def test_the_runs_that_ship_say_what_they_cut(name):
    overlay = read(f"config/{name}.yaml")
    models = overlay["models"].items()
    trained = [(d, model) for model, block in models for d in block.get("datasets", {})]
    rows = found(overlay, trained=trained)
    labels = {
        model: block["label"]
        for model, block in configuration(overlay)["models"].items()
    }
    assert {(labels[model], dataset) for dataset, model in trained} <= set(rows)
