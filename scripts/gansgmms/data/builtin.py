"""Datasets that need no file: they come with scikit-learn or are computed.

Their seeds are fixed here, not in the config: like any other dataset they are the
same in every run. scikit-learn is imported where it is used: it takes longer than all
else that readers of other datasets need.
"""

import numpy as np

SEED = 2018
PATCH = 16  # pixels
BLOCK = 40  # pixels; patches never cross the border of a block
CONTRAST = 12  # of 255; least standard deviation, in one colour at least, of a patch


def digits(spec, files, threads):
    """1297 + 500 handwritten digits, (n, 8, 8, 1) uint8; labels 0-9, stratified."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., None]
    train, test, train_labels, test_labels = train_test_split(
        images,
        bunch.target,
        test_size=500,
        stratify=bunch.target,
        random_state=SEED,
    )
    return {"train": (train, train_labels), "test": (test, test_labels)}


def patches(spec, files, threads):
    """20,000 + 10,000 patches of two photographs, (n, 16, 16, 3) uint8.

    A label says from which photograph a patch is. The photographs are divided into blocks, and one block in four is for testing. A
    patch lies inside one block, so that no pixel is in both splits; no two patches
    have the same position. Patches of plain sky and blurred background, which would
    be most of them, are left out.
    """
    from sklearn.datasets import load_sample_images

    rng = np.random.default_rng(SEED)
    photographs = np.stack(load_sample_images().images)
    n, height, width, _ = photographs.shape
    rows, columns = height // BLOCK, width // BLOCK
    blocks = rng.permutation(n * rows * columns)
    n_test = len(blocks) // 4
    windows = np.lib.stride_tricks.sliding_window_view(
        photographs, (PATCH, PATCH), axis=(1, 2)
    )  # (n, height - 15, width - 15, 3, 16, 16), a view

    def draw(blocks: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        offsets = np.arange(BLOCK - PATCH + 1)
        photograph, row, column = np.unravel_index(blocks, (n, rows, columns))
        inside = np.ix_(offsets, offsets)
        every = np.concatenate(
            [
                windows[p, r * BLOCK :, c * BLOCK :][inside].reshape(
                    -1, 3, PATCH, PATCH
                )
                for p, r, c in zip(photograph, row, column, strict=True)
            ]
        )
        structured = every.std((2, 3), dtype=np.float32).max(1) >= CONTRAST
        chosen = rng.choice(np.flatnonzero(structured), count, replace=False)
        source = np.repeat(photograph, len(every) // len(blocks))
        return every[chosen].transpose(0, 2, 3, 1), source[chosen]

    return {
        "train": draw(blocks[n_test:], 20_000),
        "test": draw(blocks[:n_test], 10_000),
    }


def toy2d(spec, files, threads):
    """20,000 + 20,000 points, (n, 2) float32, about in [-1, 1]; labels 0-5 are modes.

    Two interlocked arcs, a wave, an elongated and two round Gaussians: modes that one
    linear model describes, and modes that take several.
    """
    rng = np.random.default_rng(SEED)
    n = 40_000
    mode = rng.choice(6, n, p=[0.27, 0.21, 0.18, 0.17, 0.12, 0.05])
    t = rng.uniform(0, 1, n)
    noise = rng.normal(size=(n, 2))

    def curve(x, y, width):
        return np.stack([x, y], axis=1) + width * noise

    angle = np.pi * t
    of_mode = [
        curve(-0.45 + 0.4 * np.cos(angle), 0.25 + 0.5 * np.sin(angle), 0.035),
        curve(-0.05 - 0.4 * np.cos(angle), 0.35 - 0.5 * np.sin(angle), 0.035),
        curve(-0.85 + 1.2 * t, -0.65 + 0.12 * np.sin(3 * angle), 0.025),
        [0.7, 0.45] + noise @ [[0.05, 0.15], [0.04, -0.01]],
        [0.65, -0.35] + 0.09 * noise,
        [0.85, -0.8] + 0.03 * noise,
    ]
    points = np.choose(mode[:, None], of_mode).astype(np.float32)
    half = n // 2
    return {
        "train": (points[:half], mode[:half]),
        "test": (points[half:], mode[half:]),
    }
