"""Weights that were trained here, as they lie in their files."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TypeAlias, TypeVar
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.errors import WeightsError

Arrays: TypeAlias = Mapping[str, NDArray[np.float32]]
Network = TypeVar("Network", bound=nn.Module)


def arrays_in(path: Path) -> Arrays:
    """Raises WeightsError."""
    try:
        with np.load(BytesIO(path.read_bytes())) as file:
            return {key: file[key].astype(np.float32) for key in file.files}
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise unreadable(path) from error


def filled(network: Network, path: Path) -> Network:
    """With the weights of the file, ready for use. Raises WeightsError."""
    weights = {key: torch.from_numpy(array) for key, array in arrays_in(path).items()}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise unreadable(path) from error
    return network.eval()


def unreadable(path: Path) -> WeightsError:
    return WeightsError(f"The weights at {path} cannot be read: install Commonlore anew, or run `make train`")
