"""Snakemake script: what a finished run leaves for readers, in one small folder."""

import json
from pathlib import Path

import pandas as pd

from gansgmms.workflow import overview, showcase
from gansgmms.workflow.deviations import deviations
from gansgmms.workflow.figure_captions import captions
from gansgmms.workflow.job import job
from gansgmms.workflow.origin import origin

with job(snakemake.log[0]) as log:
    params, folder = snakemake.params, Path(snakemake.output[0])
    config, results = params.config, Path(params.results)
    showcase.copy_shown(map(Path, snakemake.input), results, folder)
    trained = showcase.trainings(results)
    models = zip(trained["dataset"], trained["model"], strict=True)
    tables = {
        "deviations": deviations(params.full, config, params.datasets, models),
        "trainings": trained,
        "stages": showcase.stages(results),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    made = origin(Path(params.workflow))
    written = {"origin": made, "configuration": config}
    (folder / "run.json").write_text(json.dumps(written, indent=2) + "\n")
    ledger = pd.read_csv(folder / "tables/claims.csv", keep_default_na=False)
    texts = captions(Path(params.workflow, "report"), config, params.figures)
    told = showcase.Told(
        run=config["run"],
        made=made,
        words=overview.in_words(ledger, params.stand_ins),
        ledger=ledger,
        headline=params.headline,
        tables=params.tables,
        figures={n: (params.papers.get(n) or n, text) for n, text in texts.items()},
        details=tables,
    )
    (folder / "README.md").write_text(showcase.page(told, folder), "utf-8")

    sums = showcase.checksums(showcase.kept(results), results)
    (folder / "results.sha256").write_text(sums, "utf-8")
    files = [path for path in folder.rglob("*") if path.is_file()]
    (folder / "SHA256SUMS").write_text(showcase.checksums(files, folder))
    size = sum(path.stat().st_size for path in files) / 1e6
    log.info("%s: %d files, %.1f MB", folder, len(files), size)
    log.info("%s", ledger["verdict"].value_counts().to_string())
