"""What a run costs: jobs as a dry-run lists them, added up by stage."""

from dataclasses import replace

import pytest

from gansgmms.errors import InputError
from gansgmms.workflow import plan

DRY_RUN = """
Building DAG of jobs...
rule train_model:
    input: a.arrow
    output: {0}/model.safetensors, {0}/progress
    jobid: 1
    wildcards: dataset=mnist, model=dcgan+width=4, seed=0
    benchmark: {0}/train_model.tsv
    resources: tmpdir=<TBD>, mem_mb=4000, gpu=1, runtime=120, disk_mb=50
group job paper (jobs in lexicogr. order):
    localrule table1:
        output: {0}/tables/table1.csv
        resources: mem_mb=500, runtime=10

localrule all:
    input: {0}/tables/table1.csv
"""


@pytest.fixture
def jobs(tmp_path):
    return plan.jobs_in(DRY_RUN.format(tmp_path))


def test_jobs_are_read_from_a_dry_run(jobs, tmp_path):
    assert [one.rule for one in jobs] == [
        "train_model",
        "table1",
    ]  # `all` makes nothing
    train, table = jobs
    assert train.output == [
        f"{tmp_path}/model.safetensors",
        f"{tmp_path}/progress",
    ]
    assert train.number("runtime") == 120 and train.number("tmpdir") == 0
    assert train.stage() == "train_model" and table.stage() == "tables and figures"


def test_what_never_ran_costs_at_most_what_its_rule_says(jobs):
    row = plan.row_of("train_model", jobs[:1], {jobs[0].output[0]})
    assert row["jobs"] == row["to do"] == 1 and row["known"] == "1 at most"
    assert row["hours"] == row["GPU-hours"] == "<= 2.00"
    assert row["memory [GB]"] == "<= 4.0" and row["disk [GB]"] == "0.05"


def test_what_ran_costs_what_was_measured(jobs, tmp_path):
    (tmp_path / "train_model.tsv").write_text("s\tmax_rss\n1800\t2500.0\n")
    (tmp_path / "model.safetensors").write_bytes(bytes(10_000_000))
    (tmp_path / "progress/a").mkdir(parents=True)
    (tmp_path / "progress/a/b.png").write_bytes(bytes(10_000_000))
    row = plan.row_of("train_model", jobs[:1], set())
    assert row["to do"] == 0 and row["known"] == "1 measured"
    assert row["hours"] == row["GPU-hours"] == "0.50"
    assert row["memory [GB]"] == "2.5" and row["disk [GB]"] == "0.02"


def test_one_estimate_makes_a_sum_an_upper_bound(jobs, tmp_path):
    # Over before Snakemake could look: its memory is its rule's.
    (tmp_path / "train_model.tsv").write_text("s\tmax_rss\n3600\t-\n")
    row = plan.row_of("all", jobs, set())
    assert row["known"] == "1 measured, 1 at most" and row["hours"] == "<= 1.17"
    assert row["memory [GB]"] == "<= 4.0"


def test_what_is_counted_is_no_bound(jobs, tmp_path):
    assert jobs[0].wildcards["model"] == "dcgan+width=4"

    def known(job):
        return (0.5, False) if job.rule == "train_model" else None

    row = plan.row_of("train_model", jobs[:1], set(), known)
    assert row["known"] == "1 counted"
    assert row["hours"] == row["GPU-hours"] == "0.50"
    assert row["memory [GB]"] == "<= 4.0"
    # A step that was timed on a card counts as measured, and so does what ran.
    assert plan.hours_of(jobs[0], lambda _: (0.5, True)) == (0.5, "measured")
    (tmp_path / "train_model.tsv").write_text("s\tmax_rss\n3600\t-\n")
    ran = replace(jobs[0])
    assert plan.hours_of(ran, known) == (1.0, "measured")
    (tmp_path / "train_model.tsv").unlink()
    assert plan.hours_of(ran, known) == (1.0, "measured")  # the file was read once
    # On a CPU nothing is counted.
    jobs[1].resources["gpu"] = "0"
    assert plan.hours_of(jobs[1], lambda _: (0.5, False)) == (10 / 60, "at most")


def test_trainings_stand_by_their_hours_and_short_ones_together(jobs):
    def of(model, seed):
        return plan.Job(
            "train_model",
            [f"{model}{seed}"],
            "",
            {"dataset": "d", "model": model},
            {"gpu": "1"},
        )

    made = [of("short", 0), of("wgan", 0), of("tiny", 0), of("began", 0), of("wgan", 1)]
    hours = {"short": 0.01, "tiny": 0.02, "began": 3.0, "wgan": 2.0}

    def known(job):
        return hours[job.wildcards["model"]], False

    rows = plan.trainings([*made, jobs[1]], known)
    assert [tuple(row.values()) for row in rows] == [
        ("d/wgan", 2, "4.00", "counted"),
        ("d/began", 1, "3.00", "counted"),
        ("2 others", 2, "0.03", "counted"),
    ]
    assert plan.gpu_hours(made, known) == "GPU-hours: 7.0 counted."


def test_stages_come_in_the_order_of_the_workflow(jobs, monkeypatch):
    monkeypatch.setattr(plan, "dry_run", lambda *_: jobs[::-1])
    text = plan.plan("python", {}, ["train_model", "table1"])
    trained, stages, sums = text.split("\n\n")
    assert "mnist/dcgan+width=4" in trained
    first = [line.split("|")[1].strip() for line in stages.splitlines()[2:]]
    assert first == ["train_model", "tables and figures", "all"]
    assert sums == "GPU-hours: 2.0 at most."


def test_a_configuration_that_cannot_run_is_refused(monkeypatch):
    class Refused:
        returncode, stdout, stderr = 1, "", "models: found 3; needed names"

    monkeypatch.setattr(plan.subprocess, "run", lambda *_, **__: Refused)
    with pytest.raises(InputError, match="found models: found 3"):
        plan.dry_run("python", {})
