"""Synthetic photographs in CelebA's place, and what jobs took against what rules ask for."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from gansgmms.io.atomic import atomic
from gansgmms.workflow.plan import Job, megabytes_of

# CelebA's partitions, in order.
COUNTS = {"train": 162770, "test": 19867, "unused": 19962}
SIZE = (178, 218)  # pixels of a photograph: width, height
SAMPLES, LEAST_SAMPLES = 20_000, 2_000  # of a model, for all photographs and for a few
DISTINCT = 5_000  # photographs that are drawn; the archive holds them in turns

# What a job's log ends with (`gansgmms.workflow.job`).
END = re.compile(r"done in ([\d.]+) s, ([\d.]+) s of processor(?:, ([\d,]+) MB)?")
# Below the run's folder; what one needs is made with it. Of each kind of job one or more,
# of each architecture its training.
MODELS = [
    *("dcgan", "wgan", "wgan_gp", "began", "vae", "vae_dfc", "adversarial_mfa"),
    *("mfa", "mfa_em", "mfa_em+initialisation=ksubspaces", "mfa_pix2pix"),
    *("codebook", "memorised", "gaussian"),
]
SAMPLED = [
    "train",
    "dcgan",
    "wgan_gp",
    "began",
    "vae",
    "mfa",
    "mfa_pix2pix",
    "gaussian",
]
SCORES = ["ndb", "sharpness", "likelihood", "snapshots", "fidelity"]
CLAIMS = ["halves", "invariance", "neighbours", "outliers", "inpainting"]
FIGURES = ["s1", "x5", "fig6a", "fig7a", "fig7b", "fig8", "s18", "s19"]
TARGETS = [
    "celeba/images/train.arrow",
    "celeba/images/native.arrow",
    "celeba/bins/kmeans300.safetensors",
    "celeba/bins/agglomerative300.safetensors",
    *(f"celeba/models/{model}/seed0/model.safetensors" for model in MODELS),
    *(f"celeba/samples/{source}/seed0.arrow" for source in SAMPLED),
    "celeba/scores/train/seed0/ndb.parquet",
    *(f"celeba/scores/mfa/seed0/{score}.parquet" for score in SCORES),
    "celeba/scores/mfa_pix2pix/seed0/round_trip.parquet",
    *(f"celeba/claims/{claim}.parquet" for claim in CLAIMS),
    *(f"figures/{figure}.png" for figure in FIGURES),
]


def photograph(random: np.random.Generator) -> bytes:
    """Large spots with fine noise, as a JPEG of about the size of CelebA's (7 kB)."""
    spots = random.integers(0, 256, (8, 6, 3), dtype=np.uint8)
    image = np.asarray(Image.fromarray(spots).resize(SIZE, Image.Resampling.BICUBIC))
    noise = random.integers(0, 24, (SIZE[1] // 2, SIZE[0] // 2, 1)).repeat(2, 0)
    image = np.minimum(image, 231) + noise.repeat(2, 1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=75)
    return file.getvalue()


def write_archive(folder: Path, share: float = 1.0, seed: int = 0) -> dict:
    """Write photographs and their partitions as CelebA comes; an entry for `datasets`.

    Args:
        share: of CelebA's counts.

    Returns:
        a dataset of one's own, read and cut as CelebA is.
    """
    counts = {split: max(1, round(n * share)) for split, n in COUNTS.items()}
    random = np.random.default_rng(seed)
    drawn = [photograph(random) for _ in range(min(DISTINCT, sum(counts.values())))]
    numbers = np.repeat(np.arange(3), list(counts.values()))
    names = [f"{number + 1:06d}.jpg" for number in range(len(numbers))]
    images, partition = folder / "images.zip", folder / "partition.txt"
    with atomic(images) as path, zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(f"images/{name}", drawn[number % len(drawn)])
    with atomic(partition) as path:
        path.write_text(
            "".join(f"{a} {b}\n" for a, b in zip(names, numbers, strict=True))
        )
    return {
        "reader": "images",
        "path": {"images": str(images), "partition": str(partition)},
        "partitions": {"train": 0, "test": 1},
        "shape": [64, 64, 3],
        "crop": [25, 50, 128, 128],
        "resize": "bilinear",
        "counts": {split: counts[split] for split in ("train", "test")},
    }


def overlay(folder: Path, share: float = 1.0) -> dict:
    """`write_archive`, and what a configuration says to take it for CelebA.

    Models are sampled less, too, but enough to be scored.
    """
    samples = max(LEAST_SAMPLES, round(SAMPLES * share))
    return {"datasets": {"celeba": write_archive(folder, share)}, "samples": samples}


def rows(jobs: Iterable[Job], folder: Path) -> list[dict[str, object]]:
    """What each job took, and what its rule asks for; of others that they have not run.

    Args:
        jobs: of a dry-run in `folder`, to which their paths are relative.
    """
    found: list[dict[str, object]] = []
    for job in jobs:
        if not (job.benchmark and job.output):
            continue
        log = folder / job.benchmark.replace("/jobs/", "/logs/").replace(".tsv", ".log")
        text = log.read_text("utf-8") if log.is_file() else None
        end = END.findall(text or "")
        seconds, processor, memory = end[-1] if end else ("", "", "")
        state = "not run" if text is None else "not finished"
        disk = sum(megabytes_of(folder / path) for path in job.output)
        found.append(
            {
                "job": f"{job.rule} {Path(job.benchmark).stem}",
                "seconds": float(seconds) if end else state,
                "of processor": float(processor) if end else None,
                "minutes asked for": job.number("runtime"),
                "MB": int(memory.replace(",", "")) if memory else None,
                "MB asked for": job.number("mem_mb"),
                "MB of disk": round(disk) if end else None,
                "asked for": job.number("disk_mb") or None,
            }
        )
    return found
