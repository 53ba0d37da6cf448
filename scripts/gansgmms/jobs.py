"""What every job does around its work: log, threads, device, errors."""

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gansgmms.errors import InputError

log = logging.getLogger("gansgmms")


@contextlib.contextmanager
def job(log_path: str | Path, threads: int = 0) -> Iterator[logging.Logger]:
    """Run a job with its log file.

    Messages go to the log file and to the terminal; an error ends up in both, an
    `InputError` as its one message, anything else with its traceback. With
    `threads`, torch uses that many.
    """
    path = Path(log_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers = [logging.StreamHandler(sys.stderr), logging.FileHandler(path, "w")]
    for handler in log.handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    if threads:
        import torch

        torch.set_num_threads(threads)
    start = time.monotonic()
    try:
        yield log
    except InputError as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("the job failed")
        raise
    log.info("done in %.1f s", time.monotonic() - start)


def pick_device(name: str = "auto"):
    """The torch device for `name`: "cpu", "cuda", or "auto" (a GPU where there is one).

    Raises:
        InputError: for "cuda" where torch sees no CUDA device.
    """
    import torch

    if name == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        log.info("device: %s", torch.cuda.get_device_name())
        return torch.device("cuda")
    if name == "cuda":
        raise InputError(
            "device",
            "'cuda' where torch sees no CUDA device",
            "a visible NVIDIA GPU and a CUDA build of torch",
            "set device: auto to fall back to the CPU",
        )
    log.info("device: CPU, because torch sees no GPU")
    return torch.device("cpu")


def pick_precision(name: str, device) -> str:
    """ "bfloat16" or "float32" for `name`; "auto" is bfloat16 on a GPU that has it."""
    if name != "auto":
        return name
    import torch

    modern = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return "bfloat16" if modern else "float32"
