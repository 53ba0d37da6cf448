"""Snakemake script: weights, samples and bins of a finished run, for a release page."""

from pathlib import Path

from gansgmms.workflow import release
from gansgmms.workflow.job import job
from gansgmms.workflow.showcase import checksums

with job(snakemake.log[0]) as log:
    params, folder = snakemake.params, Path(snakemake.output[0])
    results = Path(params.results)
    packed = release.archives(results)
    for name, files in packed.items():
        release.pack(files, results, folder / f"{name}.tar.gz")
        log.info("%s: %d files", name, len(files))
    page = release.page(params.run, params.overlays, results, packed, params.bins)
    (folder / "README.md").write_text(page, "utf-8")
    sums = checksums(folder.glob("*.tar.gz"), folder)
    (folder / "SHA256SUMS").write_text(sums, "utf-8")
