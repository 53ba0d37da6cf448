"""What every job does around its work: log, threads, errors."""

import contextlib
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gansgmms.errors import InputError
from gansgmms.io.atomic import digest, in_words
from gansgmms.io.memory import peak_megabytes

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
    log.handlers = [
        logging.StreamHandler(sys.stderr),
        logging.FileHandler(path, "w", encoding="utf-8"),
    ]
    for handler in log.handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    if threads:
        import torch

        torch.set_num_threads(threads)
    start = time.monotonic()
    try:
        with _interruptible(), in_words("the job"):
            yield log
    except InputError as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("the job failed")
        raise
    seconds, processor = time.monotonic() - start, time.process_time()
    peak = peak_megabytes()
    memory = f", {peak:,.0f} MB of memory at most" if peak else ""
    log.info("done in %.1f s, %.1f s of processor%s", seconds, processor, memory)


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


def refuse_unwritable(folder: str | Path) -> None:
    """Before any job: refuse a folder of results where nothing could be written.

    Raises:
        InputError: naming the folder, or the nearest above it that is there; a link to
            what is not there, such as a disk that is not mounted.
    """
    above = [Path(folder), *Path(folder).parents]
    there = next(p for p in above if p.exists() or p.is_symlink())
    if not there.exists():
        raise InputError(
            str(there),
            f"a link to {os.readlink(there)}, which is not there",
            "a folder for the results",
            "mount the disk or make the folder, or remove the link",
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            str(there),
            "a folder that cannot be written",
            "room for the results",
            "change its permissions, or make it a link to another disk",
        )


def refuse_spaces(program: str) -> None:
    """Before any job: refuse a Python that Snakemake could not start.

    It writes the path into a command line without quotes (snakemake/snakemake#2645).

    Raises:
        InputError: naming the path, if there is a space in it.
    """
    if any(sign.isspace() for sign in program):
        raise InputError(
            program,
            "a space in the path of Python, with which Snakemake starts no job",
            "an environment in a folder without spaces",
            "move the project, or make its .venv elsewhere and activate that",
        )


def clear_states(results: str | Path, accepted: Callable[[str], bool]) -> None:
    """After a run: forget the states of trainings whose models are there to stay.

    A training leaves its state beside its model. It goes when the model is the one that
    the state holds, and is no longer to be refused.

    Args:
        results: the folder of a run.
        accepted: whether Snakemake has a file down as made.
    """
    for kept in Path(results).glob("*/models/*/seed*/state/finished-*/model"):
        state = kept.parents[1]
        model = state.parent / "model.safetensors"
        if model.is_file() and digest(model) == digest(kept) and accepted(str(model)):
            shutil.rmtree(state, ignore_errors=True)
