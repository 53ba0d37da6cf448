"""Time and pace along a training, for the rows of its learning curve."""

import time


class Timer:
    """How long a training has taken and how fast it is, stops and resumes left out.

    Args:
        history: rows of the curve so far, to which the caller appends; each holds what
            `row` gave.
        images_per_step: images that one step is trained on.
    """

    def __init__(self, history: list[dict], images_per_step: int):
        self.history, self.images = history, images_per_step
        self.start = time.monotonic() - (history[-1]["seconds"] if history else 0.0)

    def row(self, step: int) -> dict[str, float]:
        """`step`, `seconds` since the first step, `images_per_second` since the last row."""
        last = self.history[-1] if self.history else {"step": 0, "seconds": 0.0}
        seconds = time.monotonic() - self.start
        images = (step - last["step"]) * self.images
        speed = images / (seconds - last["seconds"])
        return {"step": step, "seconds": seconds, "images_per_second": speed}
