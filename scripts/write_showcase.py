"""Snakemake script: what a finished run leaves for readers, in one small folder."""

import json
import shutil
from pathlib import Path

import pandas as pd

from gansgmms.workflow.deviations import deviations
from gansgmms.workflow.job import job
from gansgmms.workflow.showcase import (
    checksums,
    origin,
    small_picture,
    stages,
    trainings,
)
from gansgmms.workflow.tables import markdown

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

with job(snakemake.log[0]) as log:
    params, folder = snakemake.params, Path(snakemake.output[0])
    results, shown = Path(params.results), []
    for source in map(Path, snakemake.input):
        if source.suffix in SHOWN:
            target = folder / source.relative_to(results)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.suffix in PICTURES:
                small_picture(source, target)
            else:
                shutil.copyfile(source, target)
            shown.append(target)
    trained = trainings(results)
    models = zip(trained["dataset"], trained["model"], strict=True)
    tables = {
        "deviations": deviations(params.full, params.config, params.datasets, models),
        "trainings": trained,
        "stages": stages(results),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    made = origin(Path(params.workflow))
    written = {"origin": made, "configuration": params.config}
    (folder / "run.json").write_text(json.dumps(written, indent=2) + "\n")

    ledger = pd.read_csv(folder / "tables/claims.csv")
    about = (
        f"Made by `snakemake showcase` from commit {made['commit']}, on {made['cores']} "
        f"cores of {made['processor']}. `run.json` holds the configuration and all "
        "versions, `results.sha256` the checksums of bins, weights, samples and images."
    )
    page = [f"# Results of `{params.config['run']}`", about, "## Tables"]
    page += [path.read_text() for path in shown if path.suffix == ".md"]
    for name, table in tables.items():
        page += [f"## {name.capitalize()}", HEADS[name], markdown(table)]
    page += ["## Figures"]
    page += [
        f"`{path.stem}`\n\n![{path.stem}](figures/{path.name})"
        for path in shown
        if path.suffix in PICTURES
    ]
    (folder / "README.md").write_text("\n\n".join(page) + "\n")

    data = [path for path in results.rglob("*") if path.suffix in KEPT]
    data = [path for path in data if "state" not in path.parts]
    (folder / "results.sha256").write_text(checksums(data, results))
    files = [path for path in folder.rglob("*") if path.is_file()]
    (folder / "SHA256SUMS").write_text(checksums(files, folder))
    size = sum(path.stat().st_size for path in files) / 1e6
    log.info("%s: %d files, %.1f MB", folder, len(files), size)
    log.info("%s", ledger["verdict"].value_counts().to_string())
