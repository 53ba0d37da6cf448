"""What `plan` is told of the trainings on a GPU."""

import json

import pytest

from gansgmms.benchmarks.training_cost import Rates, phases
from gansgmms.workflow.experiment import Experiment
from gansgmms.workflow.plan import Job
from gansgmms.workflow.training_hours import TrainingHours
from tests import ROOT


@pytest.fixture(scope="module")
def experiment():
    return Experiment.full(ROOT)


def training(model, dataset):
    return Job("train_model", wildcards={"model": model, "dataset": dataset})


def test_hours_are_those_of_the_models_steps_on_its_data(experiment):
    told = TrainingHours(experiment, ["no such file"])
    assert str(told) == "No training on a GPU."
    hours, measured = told(training("mfa", "mnist"))
    settings = experiment.settings_of("mfa", "mnist")
    (phase,) = phases("mfa", settings, (28, 28, 1), 60_000)
    assert hours == pytest.approx(phase.seconds(Rates())[0] / 3600) and not measured
    assert "H100 at 50%" in str(told) and "make gpu-check" in str(told)


def test_the_card_that_comes_with_the_project_is_one_that_gpu_check_timed(experiment):
    told = TrainingHours(experiment, ["build/none.json", ROOT / "resources/h100.json"])
    hours, measured = told(training("dcgan", "mnist"))
    row = next(r for r in card()["rows"] if r["model"] == "dcgan/mnist")
    assert measured and hours == pytest.approx(23_400 * row["ms"] / 3.6e6)
    assert "resources/h100.json" in str(told) and "NVIDIA H100" in str(told)


def card():
    return json.loads((ROOT / "resources/h100.json").read_text())


def test_what_is_no_training_is_not_counted(experiment):
    assert TrainingHours(experiment, [])(Job("fit_bins")) is None


def test_a_model_of_the_users_own_is_not_counted(experiment, monkeypatch):
    monkeypatch.setattr(experiment, "architecture_of", lambda _: "theirs")
    monkeypatch.setattr(experiment, "settings_of", lambda *_: {})
    assert TrainingHours(experiment, [])(training("theirs", "mnist")) is None
