"""Snakemake script: a table of the metrics of today, beside their feature spaces."""

import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.fidelity_tables import fidelity_table, with_intervals
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

with job(snakemake.log[0]) as log:
    params = snakemake.params
    parts = [
        read_numbers(path).assign(model=label)
        for path, label in zip(snakemake.input.scores, params.labels, strict=True)
    ]
    scores = pd.concat(parts, ignore_index=True)
    table = fidelity_table(scores.sort_values("space", kind="stable"))
    spaces = scores.drop_duplicates("space")
    named = "; ".join(f"{s.space}: {s.title}" for s in spaces.itertuples())
    caption = (
        f"**{params.target}** on {params.datasets[0]}, against training images. Feature "
        f"spaces: {named}. FID and KID: lower is better, 0 is no difference; precision, recall, "
        "density, coverage: higher is better. Train is other training images, and so "
        f"what chance gives. Balls reach to nearest neighbour {spaces.neighbours.iloc[0]}; "
        "±: half the 95% interval, from ten parts of both sides. NDB/K there: with bins in "
        "the feature space, of as many images. The paper has none of this."
    )
    files = dict(snakemake.output.items())
    write_table(table, caption, **files, shown=with_intervals(table))
    log.info("%s\n%s", caption, table.to_string())
