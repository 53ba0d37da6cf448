"""What figures show and how they look."""

import contextlib
import os
import sys

if "matplotlib" not in sys.modules and (backend := os.environ.pop("MPLBACKEND", None)):
    # A notebook names its own to all that it starts, where it need not be installed:
    # matplotlib would not even be imported, and no figure here needs any.
    import matplotlib

    os.environ["MPLBACKEND"] = backend
    with contextlib.suppress(ValueError):
        matplotlib.rcParams["backend"] = backend
