"""Weights on disk: safetensors with text metadata, whole or absent."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from gansgmms.errors import InputError
from gansgmms.files import atomic


def write_tensors(
    path: str | Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
) -> None:
    """Write tensors of any device, by name, and text metadata as one safetensors file."""
    # A copy: safetensors refuses tensors that share memory.
    own = {name: t.detach().cpu().clone().contiguous() for name, t in tensors.items()}
    with atomic(path) as temporary:
        save_file(own, temporary, dict(metadata))


def read_tensors(
    path: str | Path, kind: str, device: str | torch.device = "cpu"
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a file that `write_tensors` wrote.

    Args:
        kind: a metadata key that such a file has; another file is refused.

    Raises:
        InputError: if the file is missing, damaged, or of another kind.
    """
    metadata = read_metadata(path, kind)
    with safe_open(path, "pt", device=str(device)) as file:
        return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118


def read_metadata(path: str | Path, kind: str) -> dict[str, str]:
    """The metadata of a file alone; refuses what `read_tensors` refuses."""
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise InputError(
            str(path),
            f"an unreadable file ({error})",
            "a complete safetensors file",
            "delete it and run the rule that makes it again",
        ) from None
    if kind not in metadata:
        raise InputError(
            str(path), f"metadata {sorted(metadata)}", f"a file with '{kind}'"
        )
    return metadata
