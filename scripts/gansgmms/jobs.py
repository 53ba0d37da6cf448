"""What every job does around its work: log, threads, device, errors."""

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gansgmms.devices import claim
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
    logging.raiseExceptions = False  # a log on a full disk must not hide what filled it
    log.handlers = [logging.StreamHandler(sys.stderr), logging.FileHandler(path, "w")]
    for handler in log.handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    if threads:
        import torch

        torch.set_num_threads(threads)
    start = time.monotonic()
    try:
        with _interruptible():
            yield log
    except InputError as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("the job failed")
        raise
    log.info("done in %.1f s", time.monotonic() - start)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Interrupt again, every second, a job that goes on after Ctrl-C.

    Python drops the KeyboardInterrupt that reaches it inside a finaliser or a callback
    of a library: the job would run to its end.
    """

    def interrupt(*_) -> None:
        signal.setitimer(signal.ITIMER_REAL, 1)
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGALRM)
    before = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def pick_device(name: str = "auto"):
    """The torch device for `name`: "cpu", "cuda", or "auto" (a GPU where there is one).

    Of several GPUs, one that no other job on this machine holds (`gansgmms.devices`);
    it is torch's current device from then on.

    Raises:
        InputError: for "cuda" where torch sees no CUDA device.
    """
    import torch

    if name == "cpu":
        return torch.device("cpu")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    given = "" if visible is None else f" (CUDA_VISIBLE_DEVICES={visible})"
    if torch.cuda.is_available():
        devices = [
            str(torch.cuda.get_device_properties(i).uuid)
            for i in range(torch.cuda.device_count())
        ]
        index = claim(devices)
        torch.cuda.set_device(index)
        log.info("device: cuda:%d, %s%s", index, torch.cuda.get_device_name(), given)
        return torch.device("cuda", index)
    if name == "cuda":
        raise InputError(
            "device",
            f"'cuda' where torch sees no CUDA device{given}",
            "a visible NVIDIA GPU and a CUDA build of torch",
            "set device: auto to fall back to the CPU",
        )
    log.info("device: CPU, because torch sees no GPU%s", given)
    return torch.device("cpu")


def pick_precision(name: str, device) -> str:
    """ "bfloat16" or "float32" for `name`; "auto" is bfloat16 on a GPU that has it."""
    if name != "auto":
        return name
    import torch

    modern = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return "bfloat16" if modern else "float32"
