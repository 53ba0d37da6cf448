"""README, CONTRIBUTING and docs/: short, true to the committed results, links that lead."""

import ast
import importlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
SHOWCASES = ROOT / "results" / "showcase"


@pytest.mark.parametrize(("name", "lines"), [("README", 150), ("CONTRIBUTING", 120)])
def test_a_page_that_everybody_reads_is_short(name, lines):
    assert len((ROOT / f"{name}.md").read_text().splitlines()) <= lines


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs both write them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings]
    return {re.sub(r"\s+", "-", heading.strip()) for heading in plain}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_files_and_headings_that_exist(name):
    page = ROOT / name
    links = re.findall(r"\]\(([^)\s#:]*)(?:#([^)\s]*))?\)", page.read_text())
    for path, anchor in links:
        target = page.parent / path if path else page
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), (path, anchor)


@pytest.mark.parametrize("name", NAMES)
def test_python_in_a_page_compiles_and_imports_what_exists(name):
    for block in re.findall(
        r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL
    ):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                module = importlib.import_module(node.module)
                assert all(hasattr(module, alias.name) for alias in node.names)


def rows(page: str, first: str) -> dict[str, list[str]]:
    """The cells by row of the table in a page whose header starts with `first`."""
    lines = (ROOT / page).read_text().partition(f"\n{first}")[2].splitlines()[2:]
    table = lines[: next(i for i, line in enumerate(lines) if line[:1] != "|")]
    cells = [
        [cell.strip("* ") for cell in line.strip("|").split("|")] for line in table
    ]
    return {row[0]: row[1:] for row in cells}


def scores(run: str, table: str) -> dict[str, str]:
    """NDB/K at K = 100, 200, 300 by model, as a page shows it."""
    data = pd.read_csv(SHOWCASES / run / "tables" / f"{table}.csv", index_col="model")
    columns = [f"K={k} ours" for k in (100, 200, 300)]
    return {
        m: ", ".join(f"{row[c]:.3f}" for c in columns) for m, row in data.iterrows()
    }


def paper(dataset: str) -> dict[str, str]:
    """The paper's NDB/K at K = 100, 200, 300 by model."""
    data = pd.read_csv(ROOT / "resources/published-results.csv")
    data = data[(data.dataset == dataset) & (data.quantity == "ndb_over_k")]
    return {
        model: ", ".join(f"{value:.2f}" for value in group.sort_values("K").value)
        for model, group in data.groupby("model")
    }


def test_the_headline_table_is_that_of_the_showcases_and_of_the_paper():
    faces, mnist = scores("faces", "table1"), scores("mnist_long", "table2")
    mnist["MFA"] = scores("mnist", "table2")["MFA"]  # of three trainings
    found = rows("README.md", "| | CelebA")
    assert len(found) == 9
    for model, cells in found.items():
        name = (
            model.lower().translate(str.maketrans(" -", "__", "+")).replace("__", "_")
        )
        assert cells[0] == faces[model]
        assert cells[1] == paper("celeba")[name]
        assert cells[2] == (mnist[model] if cells[2] else "")
        assert cells[3] == paper("mnist").get(name, "")


@pytest.mark.parametrize(
    ("first", "run", "table"),
    [
        ("| training images | 0.050", "faces", "table1"),
        ("| training images | 0.000", "mnist", "table2"),
        ("| training images, which made the bins | 0.000", "svhn", "table3"),
    ],
)
def test_the_tables_of_the_results_are_those_of_the_showcases(first, run, table):
    ours = scores(run, table)
    lines = (ROOT / "docs/results.md").read_text().partition(f"\n{first}")
    text = (first + lines[2]).partition("\n\n")[0]
    found = {
        line.split("|")[1].strip(): line.split("|")[2::2] for line in text.splitlines()
    }
    assert len(found) == len(ours)
    for (model, cells), (name, values) in zip(found.items(), ours.items(), strict=True):
        shown = [cell.split("±")[0].strip() for cell in cells[:3]]
        assert ", ".join(shown) == values, (model, name)


def test_the_likelihoods_of_the_synthetic_data_are_those_of_the_showcase():
    data = pd.read_csv(SHOWCASES / "kvaes/tables/ktable1.csv")
    found = rows("docs/kvaes.md", "| | 3 modes")
    labels = list(dict.fromkeys(data.model))
    assert len(found) == len(labels)
    for cells, label in zip(found.values(), labels, strict=True):
        for cell, row in zip(
            cells, data[data.model == label].itertuples(), strict=True
        ):
            gap = "" if label == "true density" else f" ({row.gap:.2f})"
            assert cell.replace("*", "") == f"{row._5:.2f}{gap}", (label, row.dataset)


def test_verdicts_are_counted_right():
    verdicts = pd.read_csv(SHOWCASES / "verdicts.csv", index_col="id").iloc[:, 1:]
    verdicts = verdicts[~verdicts.index.str.startswith("x")].dropna(how="all")
    tested = len(verdicts)
    hold = ((verdicts == "holds") | verdicts.isna()).all(axis=1).sum()
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"Of {tested} claims in the two texts, {hold} hold wherever" in text


def test_the_times_of_a_card_are_those_that_gpu_check_wrote():
    page = (ROOT / "docs/benchmarks.md").read_text()
    titles = {"CelebA": "celeba", "MNIST": "mnist", "three modes": "modes3"}
    told = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        model, _, data = cells[0].partition(", ")
        if len(cells) == 8 and cells[5] and (name := data.split(",")[0]) in titles:
            told[f"{model}/{titles[name]}"] = cells[5:]
    rows = json.loads((ROOT / "resources/h100.json").read_text())["rows"]
    assert told == {
        row["model"]: [
            f"{row['ms']:.1f}",
            f"{row['busy (%)']}",
            f"{row['ratio']:.2f}" if row["ratio"] else "",
        ]
        for row in rows
    }
