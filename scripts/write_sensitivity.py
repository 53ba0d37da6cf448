"""Snakemake script: a table of what every metric makes of planted faults."""

from gansgmms.io.numbers import read_numbers
from gansgmms.workflow.fidelity_tables import sensitivity_table, with_intervals
from gansgmms.workflow.job import job
from gansgmms.workflow.tables import write_table

with job(snakemake.log[0]) as log:
    params = snakemake.params
    ndb, fidelity = (read_numbers(snakemake.input[w]) for w in ("ndb", "fidelity"))
    table = sensitivity_table(ndb, fidelity, params.k)
    sizes = f"{fidelity.real.iloc[0]} and {fidelity.samples.iloc[0]}"
    caption = (
        f"**{params.target}**: faults planted in one half of the training images; the other "
        f"half is the reference. NDB/K and JS (less its bias) with K={params.k} bins of the "
        "reference; by chance: 95% of pairs of samples of one distribution. Found from: so "
        "many samples NDB needs to be above chance in four cases of five, by theory; empty "
        f"where a million are too few. FID and what follows: {sizes} images, features: "
        f"{params.space}; ±: half the 95% interval; NDB/K there: with bins of features. "
        "The paper has none of this."
    )
    files = dict(snakemake.output.items())
    write_table(table, caption, **files, shown=with_intervals(table))
    log.info("%s\n%s", caption, table.to_string())
