"""Weights that were trained here, in the place of some of a published model's: one byte a number."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.errors import WeightsError

MEANING = Path(__file__).parent / "trained" / "meaning.npz"
"""The upper layers of all-MiniLM-L6-v2, so that a question lies near what answers it."""
SCALE = ":scale"
"""After the name of a matrix, that of its scales."""


def read_tuned(path: Path) -> Mapping[str, NDArray[np.float32]]:
    """By the names of the published model. Raises WeightsError."""
    try:
        with np.load(BytesIO(path.read_bytes())) as file:
            return {
                name: _widened(file[name], file[name + SCALE] if name + SCALE in file.files else None)
                for name in file.files
                if not name.endswith(SCALE)
            }
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise WeightsError(
            f"The weights at {path} cannot be read: install Commonlore anew, or run `make train`"
        ) from error


def _widened(array: NDArray[np.generic], scales: NDArray[np.float32] | None) -> NDArray[np.float32]:
    wide: NDArray[np.float32] = array.astype(np.float32)
    return wide if scales is None else wide * scales[:, None]


def write_tuned(weights: Mapping[str, NDArray[np.float32]], path: Path) -> None:
    """Matrices in whole numbers of one byte, each row by its largest; vectors in half precision."""
    kept: dict[str, NDArray[np.generic]] = {}
    for name, array in weights.items():
        if array.ndim == 2:
            scales = np.abs(array).max(axis=1) / 127
            kept[name] = np.rint(array / np.maximum(scales, 1e-12)[:, None]).astype(np.int8)
            kept[name + SCALE] = scales.astype(np.float32)
        else:
            kept[name] = array.astype(np.float16)
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **kept)  # type: ignore[arg-type]  # its stub takes no mapping of names
