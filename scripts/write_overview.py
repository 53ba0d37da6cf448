"""Snakemake script: one page that tells what this run reproduced."""

from pathlib import Path

import pandas as pd

from gansgmms.io.atomic import atomic
from gansgmms.workflow import overview, showcase
from gansgmms.workflow.deviations import deviations
from gansgmms.workflow.figure_captions import captions
from gansgmms.workflow.formats import html_table
from gansgmms.workflow.job import job
from gansgmms.workflow.origin import origin

with job(snakemake.log[0]) as log:
    params, results = snakemake.params, Path(snakemake.params.results)
    workflow = Path(overview.__file__).parents[3]
    config, figures = params.config, []
    texts = captions(workflow / "report", config, params.figures)
    for name, text in texts.items():
        path, moving = (results / f"figures/{name}.{end}" for end in ("png", "gif"))
        picture = overview.picture(path)
        shown = overview.Exhibit(name, params.papers.get(name, ""), text, picture)
        if moving.exists():
            shown.moving = overview.picture(moving)
        figures.append(shown)
    tables = [
        overview.table_of(
            name, params.papers.get(name, ""), results / f"tables/{name}.html"
        )
        for name in params.tables
    ]
    trained = showcase.trainings(results)
    models = zip(trained["dataset"], trained["model"], strict=True)
    departs = deviations(params.full, config, params.datasets, models)
    stages = showcase.stages(results)
    details = {"deviations": departs, "trainings": trained, "stages": stages}
    page = overview.Page(
        run=config["run"],
        ledger=pd.read_csv(results / "tables/claims.csv", keep_default_na=False),
        stand_ins=params.stand_ins,
        tables=tables,
        figures=figures,
        headline=params.headline,
        deviations=departs,
        trainings=trained,
        stages=stages,
        origin=origin(workflow),
        details={name: html_table(table) for name, table in details.items()},
    )
    with atomic(snakemake.output[0]) as path:
        path.write_text(overview.write(page), "utf-8")
    log.info("%.1f MB", Path(snakemake.output[0]).stat().st_size / 1e6)
