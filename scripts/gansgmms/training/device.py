"""One GPU for each process: jobs that share a machine take turns at its devices.

Snakemake counts GPUs but hands out none, and every job sees them all. So a job takes
the first that no other process holds, by a lock on a file that the system gives back
when the process ends, however it ends. A process that sees one device takes that:
whoever started it (Slurm, CUDA_VISIBLE_DEVICES) has chosen.
"""

import logging
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gansgmms.errors import InputError
from gansgmms.io.atomic import NO_LOCKS

log = logging.getLogger(__name__)

WAIT = 1.0  # seconds between two looks at devices that are all taken

_held: dict[str, int] = {}  # lock files of this process, open until it ends


def claim(devices: Sequence[str], folder: str | Path | None = None) -> int:
    """Wait for a device that no other process holds, and hold it from now on.

    Args:
        devices: names that mean the same device in every process of the machine, such
            as UUIDs, in torch's order.
        folder: where the lock files lie; the folder of temporary files where not given.

    Returns:
        the position of the device in `devices`; the same at every call of a process.
    """
    if len(devices) == 1:
        return 0
    for i, device in enumerate(devices):
        if device in _held:
            return i
    folder = Path(folder or tempfile.gettempdir())
    told = False
    while True:
        for i, device in enumerate(devices):
            if (handle := _lock(folder / _lock_name(device))) is not None:
                _held[device] = handle
                return i
        if not told:
            log.info("waiting for a GPU: other jobs hold all %d", len(devices))
            told = True
        time.sleep(WAIT)


def _lock_name(device: str) -> str:
    """Of each user's own: the folder of temporary files is everybody's."""
    return f"gansgmms-{os.getuid()}-{device}.lock"


def _lock(path: Path) -> int | None:
    """The open file if it is ours now, None if another process holds it.

    Raises:
        InputError: if something of somebody else's lies there.
    """
    import fcntl  # here, because only a machine with several GPUs needs to have it

    try:
        # Not through a link, which anybody could lay there.
        flags = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(path, flags, 0o600)
    except OSError as error:
        hint = "remove it, or set TMPDIR to a folder of your own"
        raise InputError(str(path), str(error.strerror), "a lock file", hint) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError as error:
        if error.errno not in NO_LOCKS:
            os.close(handle)
            raise
        log.warning("%s: no locks (%s); jobs may share a GPU", path, error.strerror)
    return handle


def pick_device(name: str = "auto"):
    """The torch device for `name`: "cpu", "cuda", or "auto" (a GPU where there is one).

    Of several GPUs, one that no other job on this machine holds (`claim`);
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


def generator_on(device, generator):
    """A generator that draws on a device: `generator` itself where it does so already.

    Elsewhere one that `generator` seeds: numbers drawn on a CPU would have to be copied
    at every step, and a GPU would wait for them.
    """
    import torch

    device = torch.device(device)
    if generator.device.type == device.type:
        return generator
    seed = torch.randint(2**62, (), generator=generator, device=generator.device)
    return torch.Generator(device).manual_seed(int(seed))


SHARE = 1 / 64  # of a GPU's memory, for one block of floats


def block_size(cache: int, device) -> int:
    """How many floats to work on at once: what a CPU's cache holds, or much more.

    A GPU has no use for small blocks, which are over before the next is launched; there
    it is a share of the memory.

    Args:
        cache: the number on a CPU.
    """
    if device.type != "cuda":
        return cache
    import torch

    memory = torch.cuda.get_device_properties(device).total_memory
    return max(cache, int(SHARE * memory) // 4)


def pick_precision(name: str, device) -> str:
    """ "bfloat16" or "float32" for `name`; "auto" is bfloat16 on a GPU that has it."""
    if name != "auto":
        return name
    import torch

    modern = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return "bfloat16" if modern else "float32"
