"""The weights, samples and bins of a finished run, packed for a release page.

One archive a model and dataset, so that each stays below what such pages take, with all
that its training and its sampling gave: with them in place Snakemake trains nothing again.
"""

import gzip
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from gansgmms.io.atomic import atomic

# Of each source:
STAGES = ("models", "samples")  # <dataset>/<stage>/<source>/seed<n>...
BINS = "bins"

PAGE = """# Weights, samples and bins of `{run}`

Made by `{config}`. Check them with `sha256sum --check SHA256SUMS`. In a checkout of the project,
with its environment (`make .venv/ready`):

```sh
snakemake --cores all --until retrieve_file prepare_images{options}
for file in *.tar.gz; do tar --extract --file $file --directory {results}; done
find {results}/*/{{models,samples,bins}} -exec touch --date="$(date --iso-8601=ns)" {{}} +
snakemake --cores all{options}
```

The images come first, so that what is unpacked is newer than they are, and no model is trained
again; all of it has one time, because some models are made of others.
"""

SCORE = """
To score a model's samples, or your own, by the same bins:

```sh
ndb score {samples} --bins {bins}
```
"""


def archives(results: Path) -> dict[str, list[Path]]:
    """The files of each archive of a run, by its name without ending.

    Args:
        results: the folder of the run; what a training goes on from is left out.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(p for p in results.rglob("*") if p.is_file()):
        parts = path.relative_to(results).parts
        if len(parts) < 3 or "state" in parts:
            continue
        dataset, stage, source = parts[:3]
        if stage == BINS:
            found.setdefault(f"{dataset}-{BINS}", []).append(path)
        elif stage in STAGES and not source.startswith("own_"):  # a user's samples
            found.setdefault(f"{dataset}-{source}", []).append(path)
    return found


def pack(files: Sequence[Path], results: Path, target: Path) -> None:
    """Write files as a compressed archive of paths below `results`, whole or not at all.

    Nothing of the user or the day goes into it: the same files give the same bytes.
    """
    with (
        atomic(target) as temporary,
        temporary.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for path in files:
            archive.add(path, str(path.relative_to(results)), filter=_nameless)


def _nameless(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o644
    return info


def page(
    run: str,
    overlays: Sequence[str],
    results: Path,
    packed: Mapping[str, Sequence[Path]],
    bins: Sequence[str] = (),
) -> str:
    """What a reader does with the archives.

    Args:
        overlays: the configuration files of the run beside config.yaml; where they lie
            in the checkout, as its readers will call them.
        bins: those of its tables; of a run that has some, the page says how to score.
    """
    here = Path.cwd()
    called = [
        Path(f).relative_to(here) if Path(f).is_relative_to(here) else f
        for f in overlays
    ]
    files = " ".join(map(str, called))
    text = PAGE.format(
        run=run,
        config=files or "config.yaml",
        options=f" --configfile {files}" if files else "",
        results=results.as_posix(),
    )
    if bins:
        beside = Path(bins[0]).parents[1] / "samples"
        every = (path for files in packed.values() for path in files)
        samples = next(path for path in every if path.is_relative_to(beside))
        text += SCORE.format(samples=samples.as_posix(), bins=bins[0])
    return text
