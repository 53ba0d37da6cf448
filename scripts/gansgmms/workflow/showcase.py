"""What a finished run leaves for readers: its numbers, its figures, where they come from."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image

from gansgmms.claims.registry import UNKNOWN
from gansgmms.errors import InputError
from gansgmms.io.atomic import digest
from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.formats import markdown
from gansgmms.workflow.pace import undisturbed

PICTURES = {".png", ".jpg", ".gif"}
SHOWN = {".csv", ".md", *PICTURES}  # what a repository's page can show
KEPT = {".safetensors", ".arrow"}  # of these only the checksums
HEADS = {
    "deviations": "Data, numbers and settings in which this run departs from `config.yaml`, "
    "the full reproduction. All else that was trained or measured is as there.",
    "trainings": "Steps are what `iterations` counts; of EM, passes; of a mixture trained in "
    "parts, its root's; of VAEs that compete, those of all VAEs together, between which "
    "classifiers are trained and judge all images. Minutes are by the clock, of a machine that "
    "may do other work too; undisturbed, at the pace of the fastest tenth of a training.",
    "stages": "A row for each rule. A training that was stopped and went on counts whole in its "
    "minutes, as above; its CPU-minutes and memory are of the last part.",
}

LARGEST = 1_000_000  # bytes: of a lossless picture in the repository


def trainings(results: Path) -> pd.DataFrame:
    """One row a training: how long it took, and on what.

    Args:
        results: the folder of a run; learning curves, logs and benchmarks are read.

    Returns:
        dataset, model, seed, steps (of a mixture trained in parts: of its root),
        minutes by the clock, undisturbed (see `pace`), images per second (median), device.
    """
    rows = []
    for name, (dataset, model, seed), curve in _curves(results):
        log = results / f"logs/{name}.log"
        text = log.read_text("utf-8", "replace") if log.exists() else ""
        device = re.search(r"device: (?:cuda:\d+, )?([^,(\n]+)", text)
        minutes, whole = _seconds(results, name, curve) / 60, curve
        if "split" in curve:  # then come its root's parts
            curve = curve[curve["split"] == 0]
        steps, speed = (curve.get(column) for column in ("step", "images_per_second"))
        rows.append(
            {
                "dataset": dataset,
                "model": model,
                "seed": int(seed.removeprefix("seed")),
                "steps": None if steps is None else int(steps.iloc[-1]),
                "minutes": round(minutes, 1),
                "undisturbed": round(undisturbed(whole).iloc[-1] / 60, 1),
                "images per second": None if speed is None else round(speed.median()),
                "device": device[1].strip() if device else "CPU",
            }
        )
    return pd.DataFrame(rows).astype({"steps": "Int64", "images per second": "Int64"})


def _curves(results: Path) -> Iterator[tuple[str, tuple[str, str, str], pd.DataFrame]]:
    """(name of its job, (dataset, model, seed), learning curve) of every training."""
    for path in sorted(results.glob("*/models/*/seed*/history.parquet")):
        dataset, model, seed = path.parts[-5], path.parts[-3], path.parts[-2]
        name = f"train_model/{dataset}-{model}-{seed}"
        yield name, (dataset, model, seed), read_numbers(path)


def _seconds(results: Path, name: str, curve: pd.DataFrame) -> float:
    """How long a training took in all, however often it was stopped."""
    # A job that was killed and went on knows only of its last part, its curve of all but
    # what reading and writing take.
    job = results / f"jobs/{name}.tsv"
    last = pd.read_csv(job, sep="\t")["s"].iloc[0] if job.exists() else 0
    return max(last, curve["seconds"].iloc[-1])


def stages(results: Path) -> pd.DataFrame:
    """One row a rule: its jobs, their minutes and CPU-minutes, and the largest memory.

    Args:
        results: the folder of a run; Snakemake's benchmark files in `jobs` are read.
    """
    whole = {name: _seconds(results, name, c) for name, _, c in _curves(results)}
    parts = []
    for path in sorted((results / "jobs").rglob("*.tsv")):
        job = pd.read_csv(path, sep="\t", na_values="-").iloc[0]
        name = path.relative_to(results / "jobs").with_suffix("")
        parts.append(
            {
                "rule": name.parts[0],
                "minutes": whole.get(name.as_posix(), job["s"]) / 60,
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


def judged_otherwise(ledgers: dict[str, pd.DataFrame], claims: Iterable) -> list[str]:
    """The claims whose criterion is not that of every ledger.

    Args:
        ledgers: as of `verdicts`.
        claims: those of today, of `gansgmms.claims.CLAIMS`.
    """
    kept = [
        ledger.set_index("id")["criterion"].to_dict() for ledger in ledgers.values()
    ]
    return [
        claim.id
        for claim in claims
        if any(criteria.get(claim.id) != claim.criterion for criteria in kept)
    ]


def copy_shown(sources: Iterable[Path], results: Path, folder: Path) -> list[Path]:
    """Copy the tables and pictures among the files of a run: where they lie now.

    Args:
        sources: files in `results`; those that a page cannot show are left out.
        folder: of the showcase; below it paths are as in `results`.

    Raises:
        InputError: for a table without rows, and for a picture that is none.
    """
    shown = []
    for source in sources:
        if source.suffix in SHOWN:
            _refuse_empty(source)
            target = folder / source.relative_to(results)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = copy_picture if source.suffix in PICTURES else shutil.copyfile
            shown.append(Path(copy(source, target)))
    return shown


def _refuse_empty(source: Path) -> None:
    """What a full disk or a killed copy leaves is not published."""
    found = None
    if source.suffix in PICTURES:
        try:
            with Image.open(source) as image:
                image.load()
        except (OSError, SyntaxError):
            found = "no picture that can be read"
    elif not source.read_text("utf-8").strip():
        found = "nothing"
    elif source.suffix == ".csv" and pd.read_csv(source).empty:
        found = "no rows"
    if found:
        hint = f"make it again: snakemake --force {source.stem}"
        raise InputError(str(source), found, "what its rule made", hint)


@dataclass
class Told:
    """What the page of a showcase tells beside its files."""

    run: str
    made: Mapping[str, object]  # its `origin`
    words: Sequence[str]  # what came out
    ledger: pd.DataFrame
    headline: Sequence[str]  # the tables that stand first
    tables: Sequence[str]  # all of them, in order
    figures: Mapping[str, tuple[str, str]]  # title and caption, in order
    details: Mapping[str, pd.DataFrame]  # by name, those of `HEADS`


def page(told: Told, folder: Path) -> str:
    """The page that shows a run, in Markdown.

    Args:
        folder: of the showcase, in which `copy_shown` left tables and pictures.
    """
    made, others = told.made, [t for t in told.tables if t not in told.headline]
    tested = told.ledger[told.ledger["verdict"] != UNKNOWN]
    claims = tested[["id", "claim", "verdict", "measured"]]
    first = [t for t in told.tables if t in told.headline] or others[:1]
    parts = [f"# Results of `{told.run}`", *told.words]
    parts += [_table(folder, name) for name in first]
    parts += ["## Figures"]
    for name, (title, caption) in told.figures.items():
        endings = [e for e in sorted(PICTURES) if _picture(folder, name, e).exists()]
        shown = [f"![{title}](figures/{name}{ending})" for ending in reversed(endings)]
        parts += [f"**{title}** {caption}", *shown]
    parts += ["## Claims", markdown(claims)]
    parts += _folded("Criteria", markdown(tested[["id", "where", "criterion"]]))
    for name in others:
        if name not in first and name != "claims":
            parts += _folded(f"Table `{name}`", _table(folder, name))
    for name, table in told.details.items():
        parts += _folded(name.capitalize(), HEADS[name], markdown(table))
    about = (
        f"Made by `snakemake showcase` from commit {made['commit']}, on {made['cores']} "
        f"cores of {made['processor']}. `run.json` holds the configuration and all "
        "versions, `results.sha256` the checksums of bins, weights, samples and images."
    )
    return "\n\n".join([*parts, about]) + "\n"


def _table(folder: Path, name: str) -> str:
    return (folder / f"tables/{name}.md").read_text("utf-8").strip()


def _picture(folder: Path, name: str, ending: str) -> Path:
    return folder / f"figures/{name}{ending}"


def _folded(title: str, *parts: str) -> list[str]:
    return [f"<details><summary>{title}</summary>", *parts, "</details>"]


def copy_picture(source: Path, target: Path) -> Path:
    """Copy a figure with all its pixels: as it is, or as JPEG where it would be too large.

    Nothing is made smaller: a pixel of a sample has at least one in the figure. A JPEG
    keeps its colours in full, so that coloured pixels stay apart.

    Returns:
        Where it lies: `target`, or that with the ending .jpg.
    """
    if source.suffix == ".gif" or source.stat().st_size <= LARGEST:
        shutil.copyfile(source, target)
        return target
    target = target.with_suffix(".jpg")
    with Image.open(source) as image:
        image.convert("RGB").save(target, quality=92, subsampling=0, optimize=True)
    return target


def checksums(files: Iterable[Path], folder: Path) -> str:
    """SHA-256 of files as `sha256sum --check` reads them, relative to a folder."""
    lines = [f"{digest(file)}  {file.relative_to(folder)}\n" for file in sorted(files)]
    return "".join(lines)


def kept(results: Path) -> list[Path]:
    """The weights, samples, bins and images of a run, as they are at the end."""
    found = (path for path in results.rglob("*") if path.suffix in KEPT)
    return [path for path in found if not {"state", "progress"} & {*path.parts}]
