"""The workflow as its users meet it: real targets, asked of Snakemake."""

import functools
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gansgmms.io.atomic import digest
from gansgmms.io.images import read_images
from gansgmms.metrics.ndb import NDB

from .conftest import ROOT, SMALL, Workflow, checked_out, jobs_in

FIGURES = [
    "fig1",
    "fig2",
    "fig3",
    "fig4",
    "fig5",
    "fig6a",
    "fig6b",
    "fig7a",
    "fig7b",
    "fig8",
    "fig9",
    "s1",
    "s2",
    "s3",
    "s4",
    "s5",
    "s6",
    "s7",
    "s8",
    "s9",
    "s10",
    "s11",
    "s12",
    "s13",
    "s14",
    "s15",
    "s16",
    "s17",
    "s18",
    "s19",
    *(f"k{number}" for number in range(1, 9)),
    *("x1", "x2", "x3", "x4", "x5"),
]
ROLES = ["celeba", "mnist", "svhn", "cifar10", "toy", "modes3", "modes5", "modes9"]
TABLES = [
    "table1",
    "table2",
    "table3",
    "table1_js",
    "table2_js",
    "table3_js",
    "sharpness",
    "recognition",
    "likelihood",
    "statistics",
    "claims",
    "ktable1",
    "ktable2",
]


def test_every_target_is_known_by_name_and_by_file(workflow):
    files = [
        f"results/paper/figures/{f}.{kind}" for f in FIGURES for kind in ("png", "pdf")
    ]
    files += [
        f"results/paper/tables/{t}.{kind}"
        for t in TABLES
        for kind in ("csv", "md", "tex", "html")
    ]
    by_name = workflow.jobs("--", *FIGURES, *TABLES)
    by_file = workflow.jobs("--", *files)
    assert by_name == by_file
    assert set(FIGURES + TABLES) <= by_name.keys()


def test_the_parts_and_the_benchmarks_are_targets(workflow):
    jobs = workflow.jobs("--", "mnist", "benchmarks")
    assert {"table2", "table2_js", "s3", "benchmarks"} <= jobs.keys()
    assert "table1" not in jobs


@pytest.fixture(scope="module")
def dry_run(tmp_path_factory):
    """What a dry-run of one of `config/` says; asked once of each."""
    workflow = Workflow(checked_out(tmp_path_factory.mktemp("dry")))

    @functools.cache
    def said(part: str) -> str:
        return workflow.run("--dry-run", "--configfile", f"config/{part}.yaml").stdout

    return said


@pytest.mark.parametrize(
    "part, dataset", [("faces", "celeba_subset"), ("kvaes", "modes9")]
)
def test_other_configurations_show_their_datasets_alone(dry_run, part, dataset):
    text = dry_run(part)
    assert f"results/{part}/{dataset}/images/train.arrow" in text
    assert not re.search(r"/(celeba|mnist|svhn|cifar10)/images", text)


def test_mnist_alone_needs_no_other_dataset(dry_run):
    text = dry_run("mnist")
    assert "results/mnist/mnist/images/train.arrow" in text
    assert "celeba" not in text.split("Job stats")[0].replace("roles", "")


def test_a_model_may_have_repetitions_of_its_own(dry_run):
    text = dry_run("mnist")
    for model, seeds in {"mfa": {0, 1, 2}, "dcgan": {0}}.items():
        found = re.findall(rf"scores/{model}/seed(\d+)/ndb\.parquet", text)
        assert set(map(int, found)) == seeds


def test_a_run_without_mixtures_or_ndb_has_no_tables_of_them(dry_run):
    jobs = jobs_in(dry_run("kvaes")).keys()
    assert {"ktable1", "k3", "claims"} <= jobs
    assert not {"likelihood", "statistics"} & jobs


def test_what_is_left_out_is_made_where_its_name_asks_for_it(workflow):
    mnist = ["--configfile", "config/mnist.yaml"]
    without = [*mnist, "--config", "leave_out=[k6, ktable2]"]
    left = workflow.jobs(*without).keys()
    assert "k7" in left and not {"k6", "ktable2"} & left
    asked = workflow.jobs(*without, "--", "k6", "ktable2")
    assert {"k6", "ktable2", "count_shares"} <= asked.keys()


def test_a_part_that_nothing_plays_is_refused_by_name(workflow):
    text = workflow.run(
        "--dry-run", "--configfile", "config/mnist.yaml", "--", "table1", ok=False
    ).stdout
    assert "roles.celeba: found null" in text


def test_a_broken_configuration_is_one_message_without_traceback(workflow):
    text = workflow.run("--dry-run", "--config", "sampels=5", ok=False).stdout
    assert "sampels" in text
    assert "samples" in text.split("Hint")[1]
    assert "Traceback" not in text


def test_jobs_are_looked_for_when_one_has_ended_and_not_every_second(workflow):
    datasets = ("digits", "modes3_small")
    files = [f"results/small/{name}/images/train.arrow" for name in datasets]
    one = ["--verbose", "--cores", "1", "--configfile", *SMALL]
    assert workflow.run(*one, "--", *files).stdout.count("Ready jobs: ") == len(files)


def test_every_file_of_the_small_run_is_there_and_is_what_it_says(finished):
    results = finished.folder / "results/small"
    for figure in FIGURES:
        with Image.open(results / f"figures/{figure}.png") as image:
            image.load()
            assert min(image.size) > 100
        assert (results / f"figures/{figure}.pdf").read_bytes().startswith(b"%PDF")
    for table in TABLES:
        rows = pd.read_csv(results / f"tables/{table}.csv")
        assert len(rows) >= 2
        assert rows.columns[0] in (results / f"tables/{table}.md").read_text()
        tex = (results / f"tables/{table}.tex").read_text()
        assert rf"\label{{tab:{table}}}" in tex


def test_the_table_says_what_the_metric_says(finished):
    """From the sample file to the table, computed once more by the library alone."""
    digits = finished.folder / "results/small/digits"
    samples = read_images(digits / "samples/mfa/seed0.arrow")
    assert samples.shape == (1000, 8, 8, 1)
    table = pd.read_csv(finished.folder / "results/small/tables/table2.csv").set_index(
        "model"
    )
    for k in (5, 10, 20):
        bins = NDB.load(digits / f"bins/kmeans{k}.safetensors")
        expected = bins.evaluate(samples).ndb_over_k
        assert table.loc["MFA", f"K={k} ours"] == pytest.approx(expected, abs=5e-4)


def test_the_ledger_has_a_verdict_on_every_claim(finished):
    tables = finished.folder / "results/small/tables"
    ledger = pd.read_parquet(tables / "claims.parquet").set_index("id")
    assert {f"c{i:02}" for i in range(1, 24)} <= set(ledger.index)
    decided = ledger.verdict.isin(["holds", "does not hold"])
    assert (decided | (ledger.verdict == "not testable")).all()
    assert (ledger.measured[decided] != "").all()
    assert (ledger.missing[ledger.verdict == "not testable"] != "").all()
    # What the mixtures and the metric alone can show.
    assert decided[["c02", "c04", "c05", "c11", "c17", "c21", "c22", "c23"]].all()
    assert decided[["c25", "k02", "k07"]].all()
    assert ledger.verdict["c11"] == "holds"
    csv = pd.read_csv(tables / "claims.csv", keep_default_na=False).set_index("id")
    assert (csv == ledger).all(axis=None)


def test_other_bins_are_other_bins_of_the_same_images(finished):
    """The comparison behind c04 and c05, computed once more by the library alone."""
    digits = finished.folder / "results/small/digits"
    table = pd.read_parquet(digits / "claims/clusterings.parquet")
    samples = read_images(digits / "samples/mfa/seed0.arrow")
    files = {"agglomerative": "agglomerative20", "kmeans-refit1": "kmeans20-refit1"}
    assert set(table.clustering) == set(files)
    usual = NDB.load(digits / "bins/kmeans20.safetensors")
    for clustering, file in files.items():
        bins = NDB.load(digits / f"bins/{file}.safetensors")
        assert not np.array_equal(bins.centres, usual.centres)
        assert bins.counts.sum() == usual.counts.sum()
        (row,) = table[
            (table.clustering == clustering) & (table.source == "mfa")
        ].itertuples()
        assert row.ndb_over_k == bins.evaluate(samples).ndb_over_k


def test_every_job_leaves_a_log_and_a_benchmark(finished):
    results = finished.folder / "results/small"
    logs = {
        path.relative_to(results / "logs").with_suffix("")
        for path in (results / "logs").rglob("*.log")
    }
    jobs = {
        path.relative_to(results / "jobs").with_suffix("")
        for path in (results / "jobs").rglob("*.tsv")
    }
    assert logs == jobs
    assert len(logs) > len(FIGURES) + len(TABLES)
    for path in (results / "logs").rglob("*.log"):
        assert "done in" in path.read_text()
    assert not list(results.rglob("state"))  # finished trainings keep no state


def test_a_second_run_does_nothing(finished):
    assert "Nothing to be done" in finished.run("--configfile", *SMALL).stdout


def test_a_changed_script_reruns_its_own_jobs_and_a_touched_one_none(copied):
    script = copied.folder / "scripts/plot_outliers.py"
    script.touch()
    (copied.folder / "scripts/train_model.py").touch()
    assert "Nothing to be done" in copied.run("--configfile", *SMALL).stdout
    script.write_text(f"{script.read_text()}print()\n")
    again = ["all", "fig7a", "overview"]
    assert copied.jobs("--configfile", *SMALL) == dict.fromkeys(again, 1)


def test_a_change_of_the_metric_reruns_the_scores_and_what_shows_them(copied):
    metric = copied.folder / "scripts/gansgmms/metrics/result.py"
    old = "test.p < significance"
    assert old in metric.read_text()
    metric.write_text(metric.read_text().replace(old, f"{old} / 10"))
    jobs = copied.jobs("--configfile", *SMALL)
    assert {"evaluate_samples", "table2", "fit_bins"} <= jobs.keys()
    assert not {"prepare_images", "sample_split"} & jobs.keys()


def test_redrawing_figures_runs_nothing_but_their_own_jobs(finished):
    jobs = finished.jobs("--configfile", *SMALL, "--forcerun", *FIGURES, "--", "all")
    beside = ["all", "overview", "s18_animated"]
    assert jobs == dict.fromkeys([*FIGURES, *beside], 1)


def test_one_figure_is_redrawn_by_one_job(copied):
    png = copied.folder / "results/small/figures/fig6a.png"
    before = digest(png)
    png.unlink()
    text = copied.run("--configfile", *SMALL, "--", "fig6a").stdout
    assert "1 of 1 steps (100%) done" in text
    assert digest(png) == before


def test_the_animation_moves_and_is_made_again_when_it_is_gone(copied):
    path = copied.folder / "results/small/figures/s18.gif"
    with Image.open(path) as gif:
        assert gif.n_frames == 2 * 8  # vectors x frames
        first = np.array(gif.convert("RGB"))
        gif.seek(2)  # a quarter of the way: the end of the first swing
        assert (np.array(gif.convert("RGB")) != first).any()
    path.unlink()
    again = ["all", "overview", "s18", "s18_animated"]
    assert copied.jobs("--configfile", *SMALL) == dict.fromkeys(again, 1)


def test_the_list_of_targets_says_what_is_up_to_date(copied):
    def listed() -> dict[str, str]:
        script = [sys.executable, "scripts/show_targets.py", "--configfile", *SMALL]
        lines = subprocess.run(
            script, cwd=copied.folder, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        found = {}
        for line in lines[: lines.index("")]:
            state, name, *makes = re.split(" {2,}", line)
            assert makes, f"{name} does not say what it makes"
            found[name] = state
        return found

    before = listed()
    assert [before[name] for name in FIGURES + TABLES] == ["up to date"] * len(
        FIGURES + TABLES
    )
    # Every target is there, and those without a state have no files of their own.
    without = {name for name, state in before.items() if state == "-"}
    assert without == {"all", "own", "plan", "ship_bins", "fidelity_faces", *ROLES}
    (copied.folder / "results/small/figures/s17.pdf").unlink()
    script = copied.folder / "scripts/plot_outliers.py"
    script.write_text(f"{script.read_text()}print()\n")
    after = listed()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"fig7a", "s17", "overview"}
    assert after["s17"] == "to make"


def test_changing_a_model_reruns_what_hangs_on_it_and_nothing_else(copied):
    overlay = copied.folder / "overlay.yaml"
    overlay.write_text("models: {mfa_em: {datasets: {digits: {passes: 4}}}}")
    jobs = copied.jobs("--configfile", *SMALL, str(overlay))
    assert {"train_model", "s11", "table2"} <= jobs.keys()
    assert not {"prepare_images", "fit_bins", "fig4", "fig6a"} & jobs.keys()


def test_the_same_seed_gives_the_same_files(finished, workflow):
    targets = ["samples/mfa/seed0.arrow", "bins/kmeans20.safetensors"]
    files = [f"results/small/digits/{target}" for target in targets]
    workflow.run("--configfile", *SMALL, "--", *files)
    for file in files:
        assert digest(workflow.folder / file) == digest(finished.folder / file)


def plan_of(workflow, *options) -> pd.DataFrame:
    """The table that `plan` prints last, by stage, as text."""
    text = workflow.run("plan", "--configfile", *SMALL, *options).stdout
    lines = [line for line in text.splitlines() if line.startswith("|")]
    lines = lines[next(i for i, line in enumerate(lines) if "| stage" in line) :]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return pd.DataFrame(rows[2:], columns=rows[0]).set_index("stage")


def test_the_plan_adds_up_what_was_measured(copied):
    results = copied.folder / "results/small"
    files = {
        path: pd.read_csv(path, sep="\t") for path in results.rglob("jobs/**/*.tsv")
    }
    plan = plan_of(copied)
    assert plan.loc["all", "jobs"] == str(len(files))
    assert plan.loc["all", "known"] == f"{len(files)} measured"
    assert plan.loc["all", "to do"] == "0"
    hours = sum(file["s"].sum() for file in files.values()) / 3600
    assert float(plan.loc["all", "hours"]) == pytest.approx(hours, abs=0.006)
    memory = max(
        pd.to_numeric(file["max_rss"], "coerce").max() for file in files.values()
    )
    assert float(plan.loc["all", "memory [GB]"]) == pytest.approx(
        memory / 1000, abs=0.06
    )


def test_the_plan_counts_or_states_limits_where_nothing_was_measured(workflow):
    plan = plan_of(workflow, "--config", "device=auto")
    jobs = workflow.jobs("--configfile", *SMALL)
    assert "measured" not in plan.loc["all", "known"]
    assert plan.loc["train_model", "known"] == f"{jobs['train_model']} counted"
    assert plan.loc["train_model", "jobs"] == str(jobs["train_model"])
    assert plan.loc["all", "to do"] == plan.loc["all", "jobs"]
    # Seconds of small networks, and hours of what nobody counts.
    assert float(plan.loc["train_model", "GPU-hours"]) < 1
    hours = 2 * jobs["fit_bins"]
    assert plan.loc["fit_bins", "GPU-hours"] == f"<= {hours:.2f}"
    # What its libraries take; the images and mixtures of this run are small.
    assert plan.loc["train_model", "memory [GB]"] == "<= 6.0"


def test_the_showcase_holds_tables_figures_cost_and_checksums(copied):
    copied.run("--configfile", *SMALL, "--", "showcase")
    folder = copied.folder / "results/showcase/small"
    check = ["sha256sum", "--quiet", "--strict", "--check", "SHA256SUMS"]
    subprocess.run(check, cwd=folder, check=True)
    check[-1] = folder / "results.sha256"
    subprocess.run(check, cwd=copied.folder / "results/small", check=True)
    made = json.loads((folder / "run.json").read_text())
    assert made["configuration"]["run"] == "small"
    tables = copied.folder / "results/small/tables"
    assert (folder / "tables/table1.md").read_text() == (
        tables / "table1.md"
    ).read_text()
    page = (folder / "README.md").read_text()
    for name in FIGURES:
        kind = "gif" if name == "s18" else "png"
        assert f"](figures/{name}.{kind})" in page
        assert (folder / f"figures/{name}.{kind}").stat().st_size > 0
    assert re.search(r"\| digits +\| dcgan ", page)
    departs = pd.read_csv(folder / "deviations.csv").set_index("what")["this run"]
    assert f"samples {made['configuration']['samples']}" in departs["everything"]

    copied.run("--configfile", *SMALL, "--", "verdicts")
    ledger = pd.read_csv(tables / "claims.csv").set_index("id")["verdict"]
    verdicts = pd.read_csv(folder.parent / "verdicts.csv").set_index("id")["small"]
    assert verdicts.equals(ledger.where(ledger != "not testable").rename("small"))
    assert "[small](small/README.md)" in (folder.parent / "README.md").read_text()


def test_mnist_from_the_mirror(workflow, mirror):
    """The official files through the workflow: checked, read, and in the common form."""
    workflow.run(
        "--configfile",
        "config/mnist.yaml",
        "--",
        "results/mnist/mnist/images/train.arrow",
        GANSGMMS_MIRROR=str(mirror),
    )
    images = read_images(workflow.folder / "results/mnist/mnist/images/train.arrow")
    assert images.shape == (60000, 28, 28, 1)
    assert np.mean(images) == pytest.approx(33.3184, abs=1e-3)


def test_an_altered_raw_file_is_refused(workflow, mirror, tmp_path):
    own = tmp_path / "mirror/mnist"
    own.mkdir(parents=True)
    for file in (mirror / "mnist").iterdir():
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        (own / file.name).write_bytes(data)
    target = "data/mnist/t10k-labels-idx1-ubyte.gz"
    text = workflow.run(
        "--configfile",
        "config/mnist.yaml",
        "--",
        target,
        ok=False,
        GANSGMMS_MIRROR=str(own.parent),
    ).stdout
    assert "t10k-labels-idx1-ubyte.gz" in text
    assert not (workflow.folder / target).exists()


def test_every_rule_has_what_a_rule_must_have():
    """Docstring or comment, log, benchmark, environment and resources, in every file."""
    for path in sorted((ROOT / "rules").glob("*.smk")):
        text = path.read_text()
        assert text.startswith('"""'), f"{path.name} does not say what goes in and out"
        for block in text.split("\n\n\n"):
            if block.startswith("rule "):
                # A rule without a script only gathers files.
                runs = ["log:", "benchmark:", "conda:", "resources:"]
                for word in ['"""', *(runs if "script:" in block else ["localrule:"])]:
                    assert word in block, (
                        f"{path.name}: {block.splitlines()[0]} lacks {word}"
                    )
            if block.startswith("use rule "):
                for word in ["log:", "benchmark:"]:
                    assert word in block, (
                        f"{path.name}: {block.splitlines()[0]} lacks {word}"
                    )
