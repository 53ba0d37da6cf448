"""Raw files of images, made by hand."""

import io
import zipfile

import numpy as np
import yaml
from PIL import Image

from tests import ROOT

REGISTRY = yaml.safe_load((ROOT / "resources" / "datasets.yaml").read_text())


def random_images(n, *shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def encode(image, kind="PNG"):
    buffer = io.BytesIO()
    Image.fromarray(image.squeeze()).save(buffer, kind)
    return buffer.getvalue()


def write_zip(path, contents):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def own(path, shape=(8, 8, 3), **more):
    return {"reader": "images", "path": path, "shape": list(shape), **more}


GOOD = encode(random_images(1, 8, 8, 3)[0])
