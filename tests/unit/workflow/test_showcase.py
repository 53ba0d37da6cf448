"""What a finished run leaves: its trainings, stages, pictures and checksums."""

import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gansgmms.errors import InputError
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
    assert table["undisturbed"].to_dict() == {"mfa": 1.5, "dcgan": 0.1, "kvaes": 1.0}
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


def test_pictures_keep_all_their_pixels_and_large_ones_are_jpegs(tmp_path, monkeypatch):
    monkeypatch.setattr(showcase, "LARGEST", 20_000)
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    for name, scale in (("small", 1), ("large", 8)):
        image = Image.fromarray(pixels.repeat(scale, 0).repeat(scale, 1))
        image.resize((240, 160), Image.Resampling.BICUBIC if scale > 1 else 0).save(
            tmp_path / f"{name}.png", compress_level=9 if scale == 1 else 0
        )
    (tmp_path / "shown").mkdir()
    small = showcase.copy_picture(tmp_path / "small.png", tmp_path / "shown/small.png")
    assert small.read_bytes() == (tmp_path / "small.png").read_bytes()
    large = showcase.copy_picture(tmp_path / "large.png", tmp_path / "shown/large.png")
    assert large.name == "large.jpg" and not (tmp_path / "shown/large.png").exists()
    with Image.open(large) as copy, Image.open(tmp_path / "large.png") as original:
        assert copy.size == original.size
        apart = np.abs(np.asarray(copy, float) - np.asarray(original, float))
    assert apart.mean() < 6  # with the colours halved it is 15
    (tmp_path / "a.gif").write_bytes(b"frames")
    gif = showcase.copy_picture(tmp_path / "a.gif", tmp_path / "shown/a.gif")
    assert gif.read_bytes() == b"frames"


@pytest.fixture
def copied(tmp_path):
    """The folder of a showcase with the tables and pictures of a run."""
    results, folder = tmp_path / "run", tmp_path / "showcase"
    for name in ("t", "main", "claims"):
        for kind in ("csv", "md", "tex"):
            path = results / f"tables/{name}.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"what {name}.{kind} says\n1\n")
    (results / "figures").mkdir()
    (results / "figures/f.pdf").write_text("what a PDF says")
    picture = Image.fromarray(np.zeros((6, 10, 3), np.uint8))
    for kind in ("png", "gif"):
        picture.save(results / f"figures/f.{kind}")
    sources = sorted(path for path in results.rglob("*") if path.is_file())
    shown = showcase.copy_shown(sources, results, folder)
    assert {path.suffix for path in shown} == {".csv", ".md", ".png", ".gif"}
    return folder


LEDGER = pd.DataFrame(
    [
        ["c01", "One.", "Table 1", "if", "0.25 | 0.5", "holds"],
        ["c02", "Two.", "Table 2", "if not", "", "not testable"],
    ],
    columns=["id", "claim", "where", "criterion", "measured", "verdict"],
)


def told(**changed):
    made = {"commit": "abc", "cores": 2, "processor": "a processor"}
    stages = pd.DataFrame({"rule": ["plot"], "minutes": [None]})
    stated = {
        "run": "demo",
        "made": made,
        "words": ["In words."],
        "ledger": LEDGER,
        "headline": ["main"],
        "tables": ["t", "main", "claims"],
        "figures": {"f": ("Fig. 1", "<strong>A figure</strong>.")},
        "details": {"stages": stages},
    }
    return showcase.Told(**(stated | changed))


def test_the_page_tells_first_what_came_out_and_folds_the_rest(copied):
    page = showcase.page(told(), copied)
    order = ["# Results of `demo`", "In words.", "what main.md says", "## Figures"]
    order += [
        "**Fig. 1** <strong>A figure",
        "![Fig. 1](figures/f.png)",
        "(figures/f.gif)",
    ]
    order += [
        "## Claims",
        r"| 0.25 \| 0.5 |",
        "<summary>Criteria",
        "<summary>Table `t`",
    ]
    order += ["what t.md says", "<summary>Stages", "A row for each rule", "| plot "]
    order += ["</details>", "commit abc, on 2 cores"]
    places = [
        page.index(text, page.index(order[i - 1]) if i else 0)
        for i, text in enumerate(order)
    ]
    assert places == sorted(places)
    assert page.count("<details>") == page.count("</details>") == 3
    # What no reader needs: what could not be tested, and what is missing.
    assert "c02" not in page and "None" not in page and ".csv" not in page
    assert page.count("what claims.md says") == 0


def test_without_a_table_of_ndb_the_first_table_stands_first(copied):
    page = showcase.page(told(headline=[]), copied)
    assert page.index("what t.md says") < page.index("## Figures")
    assert page.count("what t.md says") == 1 and "Table `main`" in page


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("tables/t.csv", b"", "nothing"),
        ("tables/t.csv", b"model,ours\n", "no rows"),
        ("tables/t.md", b"\n", "nothing"),
        ("figures/f.png", b"\x89PNG\r\n", "no picture"),
    ],
)
def test_what_is_empty_or_damaged_is_not_published(tmp_path, name, content, found):
    path = tmp_path / "run" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(
        InputError, match=rf"{path.name}: found {found}.*--force {path.stem}"
    ):
        showcase.copy_shown([path], tmp_path / "run", tmp_path / "showcase")
    assert not (tmp_path / "showcase").exists()


def test_a_training_that_went_on_counts_whole_in_the_minutes_of_its_rule(tmp_path):
    folder = tmp_path / "mnist/models/mfa/seed0"
    folder.mkdir(parents=True)
    pd.DataFrame({"step": [9], "seconds": [600.0]}).to_parquet(
        folder / "history.parquet"
    )
    (tmp_path / "jobs/train_model").mkdir(parents=True)
    header = "s\tmax_rss\tcpu_time\n"
    (tmp_path / "jobs/train_model/mnist-mfa-seed0.tsv").write_text(
        header + "60\t1\t50\n"
    )
    (tmp_path / "jobs/table1.tsv").write_text(header + "30\t1\t20\n")
    stages = showcase.stages(tmp_path).set_index("rule")["minutes"]
    assert stages.to_dict() == {"train_model": 10.0, "table1": 0.5}
    assert showcase.trainings(tmp_path)["minutes"].sum() == stages["train_model"]


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


def test_claims_whose_criterion_has_changed_are_named():
    names = ("c01", "c02", "c03")
    ours = [SimpleNamespace(id=i, criterion=f"When {i}.") for i in names]
    same = pd.DataFrame({"id": ["c01", "c02"], "criterion": ["When c01.", "When c02."]})
    other = same.assign(criterion=["When c01.", "when it suits"])
    found = showcase.judged_otherwise({"a": same, "b": other}, ours)
    assert found == ["c02", "c03"]
