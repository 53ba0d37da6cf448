"""Time and pace along a training, for the rows of its learning curve."""

import time


class Timer:
    """How long a training has taken and how fast it is, stops and resumes left out.

    Args:
        history: rows of the curve so far, to which the caller appends; each holds what
            `row` gave.
        images_per_step: images that one step is trained on.
        began: when a training that has no rows yet began to be built, by
            `time.monotonic`; by default now.
    """

    def __init__(
        self, history: list[dict], images_per_step: int, began: float | None = None
    ):
        self.history, self.images = history, images_per_step
        now = time.monotonic()
        self.before = 0.0 if began is None or history else now - began
        self.start = now - (history[-1]["seconds"] if history else self.before)

    def row(self, step: int) -> dict[str, float]:
        """`step`, `seconds` since it began, `images_per_second` since the last row."""
        first = {"step": 0, "seconds": self.before}
        last = self.history[-1] if self.history else first
        seconds = time.monotonic() - self.start
        images = (step - last["step"]) * self.images
        speed = images / (seconds - last["seconds"])
        return {"step": step, "seconds": seconds, "images_per_second": speed}
