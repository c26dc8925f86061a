"""A file of weights that is damaged, or of another shape, is named with the way out."""

from pathlib import Path

import numpy as np
import pytest
from torch import nn

from capture.arrays import arrays_in, filled
from models.errors import WeightsError


def test_weights_are_read_in_single_precision(tmp_path: Path) -> None:
    path = tmp_path / "toy.npz"
    np.savez(path, weight=np.ones((2, 3), dtype=np.float16), bias=np.zeros(2, dtype=np.float16))
    assert {name: (array.dtype, array.shape) for name, array in arrays_in(path).items()} == {
        "weight": (np.dtype(np.float32), (2, 3)),
        "bias": (np.dtype(np.float32), (2,)),
    }
    assert not filled(nn.Linear(3, 2), path).training


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not an archive", b"\x00" * 400])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "toy.npz"
    path.write_bytes(content)
    with pytest.raises(
        WeightsError, match=r"toy\.npz cannot be read: install Commonlore anew, or run `make train`"
    ):
        arrays_in(path)


def test_a_missing_file_and_one_of_another_network_are_named(tmp_path: Path) -> None:
    path = tmp_path / "toy.npz"
    with pytest.raises(WeightsError, match=r"toy\.npz"):
        filled(nn.Linear(3, 2), path)
    np.savez(path, weight=np.ones((5, 5)))
    with pytest.raises(WeightsError, match="make train"):
        filled(nn.Linear(3, 2), path)
