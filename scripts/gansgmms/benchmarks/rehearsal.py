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
DISTINCT = 5_000  # photographs that are drawn; the archive holds them in turns

# What a job's log ends with (`gansgmms.workflow.job`).
END = re.compile(r"done in ([\d.]+) s, ([\d.]+) s of processor(?:, ([\d,]+) MB)?")
# Below the dataset's folder, in order; what one needs is made with it.
TARGETS = [
    "images/train.arrow",
    "bins/kmeans300.safetensors",
    "samples/train/seed0.arrow",
    "models/dcgan/seed0/model.safetensors",
    "models/wgan/seed0/model.safetensors",
    "models/wgan_gp/seed0/model.safetensors",
    "models/began/seed0/model.safetensors",
    "models/vae/seed0/model.safetensors",
    "samples/vae/seed0.arrow",
    "scores/vae/seed0/ndb.parquet",
    "scores/vae/seed0/sharpness.parquet",
    "models/mfa/seed0/model.safetensors",
    "samples/mfa/seed0.arrow",
    "scores/mfa/seed0/ndb.parquet",
    "models/mfa_em/seed0/model.safetensors",
    "models/adversarial_mfa/seed0/model.safetensors",
    "scores/mfa/seed0/likelihood.parquet",
    "models/mfa_pix2pix/seed0/model.safetensors",
    "samples/dcgan/seed0.arrow",
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


def rows(jobs: Iterable[Job], folder: Path) -> list[dict[str, object]]:
    """What each job took that ran, and what its rule asks for.

    Args:
        jobs: of a dry-run in `folder`, to which their paths are relative.
    """
    found = []
    for job in jobs:
        log = folder / job.benchmark.replace("/jobs/", "/logs/").replace(".tsv", ".log")
        if not (job.benchmark and log.is_file() and job.output):
            continue
        end = END.findall(log.read_text("utf-8"))
        seconds, processor, memory = end[-1] if end else ("failed", "", "")
        disk = sum(megabytes_of(folder / path) for path in job.output)
        found.append(
            {
                "job": f"{job.rule} {Path(job.benchmark).stem}",
                "seconds": float(seconds) if end else seconds,
                "of processor": float(processor) if end else None,
                "minutes asked for": job.number("runtime"),
                "MB": int(memory.replace(",", "")) if memory else None,
                "MB asked for": job.number("mem_mb"),
                "MB of disk": round(disk),
                "asked for": job.number("disk_mb") or None,
            }
        )
    return found
