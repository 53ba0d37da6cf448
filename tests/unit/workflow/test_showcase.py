"""What a finished run leaves: its trainings, stages, pictures and checksums."""

import subprocess

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gansgmms.workflow import showcase
from tests import ROOT

SUMS = sorted(ROOT.glob("results/showcase/*/SHA256SUMS"))


def test_a_training_is_told_by_its_curve_and_its_log(tmp_path):
    for model, curve, log in [
        ("mfa", {"step": [0, 50], "seconds": [1.0, 90.0]}, "12:00:00 done in 95 s"),
        (
            "dcgan",
            {"step": [1, 3], "seconds": [1.0, 6.0], "images_per_second": [9.0, 11.0]},
            "device: cuda:0, NVIDIA H100 (CUDA_VISIBLE_DEVICES=0)",
        ),
        (
            "kvaes",
            {"step": [100, 900], "seconds": [0.0, 60.0]},
            "device: CPU, because torch sees no GPU",
        ),
    ]:
        folder = tmp_path / f"mnist/models/{model}/seed1"
        folder.mkdir(parents=True)
        pd.DataFrame(curve).to_parquet(folder / "history.parquet")
        logs = tmp_path / "logs/train_model"
        logs.mkdir(parents=True, exist_ok=True)
        (logs / f"mnist-{model}-seed1.log").write_text(log)
    # The whole job, with what no curve shows; one that was killed and went on.
    jobs = tmp_path / "jobs/train_model"
    jobs.mkdir(parents=True)
    (jobs / "mnist-mfa-seed1.tsv").write_text("s\tcpu_time\n120.5\t90\n")
    (jobs / "mnist-kvaes-seed1.tsv").write_text("s\tcpu_time\n20.0\t20\n")
    table = showcase.trainings(tmp_path).set_index("model")
    assert table["dataset"].eq("mnist").all() and table["seed"].eq(1).all()
    assert table["steps"].to_dict() == {"mfa": 50, "dcgan": 3, "kvaes": 900}
    assert table["minutes"].to_dict() == {"mfa": 2.0, "dcgan": 0.1, "kvaes": 1.0}
    assert table.loc["dcgan", "images per second"] == 10
    assert pd.isna(table.loc["mfa", "images per second"])
    assert table["device"].to_dict() == {
        "mfa": "CPU",
        "dcgan": "NVIDIA H100",
        "kvaes": "CPU",
    }


def test_the_jobs_of_a_rule_are_added_up(tmp_path):
    header = "s\th:m:s\tmax_rss\tcpu_time\n"
    for name, line in [
        ("train_model/a.tsv", "60\t0:01:00\t100\t90"),
        ("train_model/b.tsv", "30\t0:00:30\t300\t30"),
        ("table1.tsv", "1.2\t0:00:01\t-\t-"),
    ]:
        path = tmp_path / "jobs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + line + "\n")
    table = showcase.stages(tmp_path).set_index("rule")
    assert list(table.index) == ["train_model", "table1"]
    assert table.loc["train_model"].tolist() == [2, 1.5, 2.0, 300]
    assert table.loc["table1", "jobs"] == 1


def test_the_verdicts_of_all_runs_stand_side_by_side():
    def ledger(**verdict):
        rows = [(i, f"claim {i}", v.replace("_", " ")) for i, v in verdict.items()]
        return pd.DataFrame(rows, columns=["id", "claim", "verdict"])

    table = showcase.verdicts(
        {
            "a": ledger(c01="holds", c02="not_testable", c03="not_testable"),
            "b": ledger(c01="does_not_hold", c02="holds", c03="not_testable"),
        }
    )
    assert table["claim"].tolist() == ["claim c01", "claim c02", "claim c03"]
    assert table["a"].fillna("").tolist() == ["holds", "", ""]
    assert table["b"].fillna("").tolist() == ["does not hold", "holds", ""]


def test_pictures_become_no_wider_than_a_screen(tmp_path):
    for width in (showcase.WIDTH * 2, 10):
        Image.fromarray(np.zeros((6, width, 3), np.uint8)).save(tmp_path / "a.png")
        showcase.small_picture(tmp_path / "a.png", tmp_path / "b.png")
        with Image.open(tmp_path / "b.png") as small:
            assert small.width == min(width, showcase.WIDTH)
    (tmp_path / "a.gif").write_bytes(b"frames")
    showcase.small_picture(tmp_path / "a.gif", tmp_path / "b.gif")
    assert (tmp_path / "b.gif").read_bytes() == b"frames"


def test_the_page_shows_the_tables_and_pictures_of_a_run(tmp_path):
    results, folder = tmp_path / "run", tmp_path / "showcase"
    for name in ("tables/t.csv", "tables/t.md", "tables/t.tex", "figures/f.pdf"):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_text(f"what {name} says")
    Image.fromarray(np.zeros((6, 10, 3), np.uint8)).save(results / "figures/f.png")
    sources = sorted(path for path in results.rglob("*") if path.is_file())
    shown = showcase.copy_shown(sources, results, folder)
    names = [str(path.relative_to(folder)) for path in shown]
    assert names == ["figures/f.png", "tables/t.csv", "tables/t.md"]

    made = {"commit": "abc", "cores": 2, "processor": "a processor"}
    stages = pd.DataFrame({"rule": ["t"], "minutes": [None]})
    page = showcase.page("demo", made, shown, {"stages": stages})
    order = ["# Results of `demo`", "commit abc, on 2 cores", "## Tables"]
    order += ["what tables/t.md says", "## Stages", "A row for each rule", "| t "]
    order += ["## Figures", "![f](figures/f.png)"]
    places = [page.index(text) for text in order]
    assert places == sorted(places)
    assert "t.csv" not in page and "None" not in page


def test_checksums_are_kept_of_weights_and_samples_and_of_no_state(tmp_path):
    for name in ("a/model.safetensors", "a/state/b.safetensors", "c.arrow", "d.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    names = {str(p.relative_to(tmp_path)) for p in showcase.kept(tmp_path)}
    assert names == {"a/model.safetensors", "c.arrow"}


def test_checksums_are_those_of_sha256sum(tmp_path):
    (tmp_path / "folder").mkdir()
    files = [tmp_path / "folder/b", tmp_path / "a"]
    for file in files:
        file.write_text(file.name)
    (tmp_path / "sums").write_text(showcase.checksums(files, tmp_path))
    check = ["sha256sum", "--check", "--strict", "sums"]
    shown = subprocess.check_output(check, cwd=tmp_path, text=True)
    assert shown == "a: OK\nfolder/b: OK\n"


@pytest.mark.parametrize("sums", SUMS, ids=[path.parent.name for path in SUMS])
def test_what_the_repository_shows_is_as_it_was_made(sums):
    folder = sums.parent
    assert (ROOT / "config" / f"{folder.name}.yaml").exists()
    check = ["sha256sum", "--check", "--strict", "--quiet", sums.name]
    subprocess.check_call(check, cwd=folder)
    named = {line.split(maxsplit=1)[1] for line in sums.read_text().splitlines()}
    found = {str(p.relative_to(folder)) for p in folder.rglob("[!.]*") if p.is_file()}
    assert found == named | {sums.name}


def test_the_commit_of_a_checkout_and_whether_more_than_results_has_changed(tmp_path):
    def git(*arguments):
        author = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        command = ["git", "-C", str(tmp_path), *author, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    (tmp_path / "results").mkdir()
    code, result = tmp_path / "code.py", tmp_path / "results/table.csv"
    code.write_text("1")
    result.write_text("1")
    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    clean = showcase.origin(tmp_path)["commit"]
    assert len(clean) == 12
    result.unlink()
    assert showcase.origin(tmp_path)["commit"] == clean
    code.write_text("2")
    assert showcase.origin(tmp_path)["commit"] == f"{clean}-dirty"


def test_an_origin_outside_a_checkout_has_no_commit(tmp_path):
    origin = showcase.origin(tmp_path)
    assert origin["commit"] is None
    assert origin["cores"] >= 1 and origin["torch"]
