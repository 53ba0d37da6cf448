"""The memory of a process."""

import re
from pathlib import Path


def peak_megabytes() -> float | None:
    """The most memory that this process has held; None where the system does not say.

    Pages of files that are mapped count. (ru_maxrss would be that of the process that
    started this one, too.)
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else None
