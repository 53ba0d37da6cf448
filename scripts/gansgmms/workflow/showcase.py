"""What a finished run leaves for readers: its numbers, its figures, where they come from."""

import contextlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from PIL import Image

from gansgmms.io.atomic import digest
from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.formats import markdown

PICTURES = {".png", ".gif"}
SHOWN = {".csv", ".md", *PICTURES}  # what a repository's page can show
KEPT = {".safetensors", ".arrow"}  # of these only the checksums
HEADS = {
    "deviations": "Data, numbers and settings in which this run departs from `config.yaml`, "
    "the full reproduction. All else that was trained or measured is as there.",
    "trainings": "Steps are what `iterations` counts; of EM, passes; of a mixture trained in "
    "parts, its root's; of VAEs that compete, those of all VAEs together, between which "
    "classifiers are trained and judge all images.",
    "stages": "A row for each rule. Of a job that was killed and went on it has the last part "
    "only; what a training took in all stands above.",
}

WIDTH = 800  # pixels: as wide as a page shows them, and small enough to be kept
PACKAGES = (
    "snakemake",
    "torch",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "matplotlib",
)


def trainings(results: Path) -> pd.DataFrame:
    """One row a training: how long it took, and on what.

    Args:
        results: the folder of a run; learning curves, logs and benchmarks are read.

    Returns:
        dataset, model, seed, steps (of a mixture trained in parts: of its root),
        minutes, images per second (median), device.
    """
    rows = []
    for path in sorted(results.glob("*/models/*/seed*/history.parquet")):
        curve = read_numbers(path)
        dataset, model, seed = path.parts[-5], path.parts[-3], path.parts[-2]
        name = f"train_model/{dataset}-{model}-{seed}"
        log, job = results / f"logs/{name}.log", results / f"jobs/{name}.tsv"
        text = log.read_text("utf-8", "replace") if log.exists() else ""
        device = re.search(r"device: (?:cuda:\d+, )?([^,(\n]+)", text)
        # A job that was killed and went on knows only of its last part, its curve of all.
        # The curve knows only of steps, not of where a mixture starts, or its parts.
        whole = pd.read_csv(job, sep="\t")["s"].iloc[0] if job.exists() else 0
        steps, speed = (curve.get(column) for column in ("step", "images_per_second"))
        rows.append(
            {
                "dataset": dataset,
                "model": model,
                "seed": int(seed.removeprefix("seed")),
                "steps": None if steps is None else int(steps.iloc[-1]),
                "minutes": round(max(whole, curve["seconds"].iloc[-1]) / 60, 1),
                "images per second": None if speed is None else round(speed.median()),
                "device": device[1].strip() if device else "CPU",
            }
        )
    return pd.DataFrame(rows).astype({"steps": "Int64", "images per second": "Int64"})


def stages(results: Path) -> pd.DataFrame:
    """One row a rule: its jobs, their minutes and CPU-minutes, and the largest memory.

    Args:
        results: the folder of a run; Snakemake's benchmark files in `jobs` are read.
    """
    parts = []
    for path in sorted((results / "jobs").rglob("*.tsv")):
        job = pd.read_csv(path, sep="\t", na_values="-").iloc[0]
        parts.append(
            {
                "rule": path.relative_to(results / "jobs")
                .parts[0]
                .removesuffix(".tsv"),
                "minutes": job["s"] / 60,
                "CPU-minutes": job["cpu_time"] / 60,
                "memory [MB]": job["max_rss"],
            }
        )
    found = pd.DataFrame(parts).groupby("rule")
    table = found[["minutes", "CPU-minutes"]].sum().round(2)
    table.insert(0, "jobs", found.size())
    table["memory [MB]"] = found["memory [MB]"].max().round()
    return table.sort_values("minutes", ascending=False, kind="stable").reset_index()


def verdicts(ledgers: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a claim: id, claim, and for each run its verdict, if it could test it.

    Args:
        ledgers: the table `claims` of each run.
    """
    table = pd.concat(ledgers.values())[["id", "claim"]].drop_duplicates("id")
    for run, ledger in ledgers.items():
        tested = ledger[ledger["verdict"] != "not testable"].set_index("id")
        table[run] = table["id"].map(tested["verdict"])
    return table


def origin(folder: Path) -> dict[str, object]:
    """The commit, the versions and the machine that results come from.

    Args:
        folder: a checkout of the workflow; where it is none, there is no commit.
    """
    return {
        "commit": _commit(folder),
        "python": platform.python_version(),
        **_versions(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
    }


def _commit(folder: Path) -> str | None:
    """The commit of a checkout, with -dirty where more than results has changed."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    # Not by `describe --dirty`: the showcase that is being made replaces the last one.
    changed = git("status", "--porcelain", "-uno", "--", ".", ":(exclude)results")
    commit = git("rev-parse", "--short=12", "HEAD")
    return f"{commit}-dirty" if commit and changed else commit or None


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        # In an environment of its own, a job need not have all of them.
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = (
        re.search(r"model name\s*: (.*)", info.read_text("utf-8", "replace"))
        if info.exists()
        else None
    )
    return found[1] if found else platform.processor() or platform.machine()


def copy_shown(sources: Iterable[Path], results: Path, folder: Path) -> list[Path]:
    """Copy the tables and pictures among the files of a run: where they lie now.

    Args:
        sources: files in `results`; those that a page cannot show are left out.
        folder: of the showcase; below it paths are as in `results`.
    """
    shown = []
    for source in sources:
        if source.suffix in SHOWN:
            target = folder / source.relative_to(results)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = small_picture if source.suffix in PICTURES else shutil.copyfile
            copy(source, target)
            shown.append(target)
    return shown


def page(
    run: str,
    made: Mapping[str, object],
    shown: Sequence[Path],
    tables: Mapping[str, pd.DataFrame],
) -> str:
    """The page that shows a run, in Markdown.

    Args:
        run: its name.
        made: its `origin`.
        shown: the files that `copy_shown` left: tables in Markdown, and pictures.
        tables: by name, those of `HEADS`.
    """
    about = (
        f"Made by `snakemake showcase` from commit {made['commit']}, on {made['cores']} "
        f"cores of {made['processor']}. `run.json` holds the configuration and all "
        "versions, `results.sha256` the checksums of bins, weights, samples and images."
    )
    parts = [f"# Results of `{run}`", about, "## Tables"]
    parts += [path.read_text("utf-8") for path in shown if path.suffix == ".md"]
    for name, table in tables.items():
        parts += [f"## {name.capitalize()}", HEADS[name], markdown(table)]
    parts += ["## Figures"]
    parts += [
        f"`{path.stem}`\n\n![{path.stem}](figures/{path.name})"
        for path in shown
        if path.suffix in PICTURES
    ]
    return "\n\n".join(parts) + "\n"


def small_picture(source: Path, target: Path) -> None:
    """A figure (PNG) no wider than `WIDTH`; an animation (GIF) as it is."""
    if source.suffix == ".gif":
        target.write_bytes(source.read_bytes())
        return
    with Image.open(source) as image:
        pixels = image.convert("RGB")
        if pixels.width > WIDTH:
            height = round(pixels.height * WIDTH / pixels.width)
            pixels = pixels.resize((WIDTH, height), Image.Resampling.LANCZOS)
        pixels.save(target)


def checksums(files: Iterable[Path], folder: Path) -> str:
    """SHA-256 of files as `sha256sum --check` reads them, relative to a folder."""
    lines = [f"{digest(file)}  {file.relative_to(folder)}\n" for file in sorted(files)]
    return "".join(lines)


def kept(results: Path) -> list[Path]:
    """The weights, samples, bins and images of a run; states of trainings are none."""
    found = (path for path in results.rglob("*") if path.suffix in KEPT)
    return [path for path in found if "state" not in path.parts]
