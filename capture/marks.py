"""What the tagger says of each sentence: how likely it lies in, begins or ends an item of each kind."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.knowledge import Kind

KINDS = (Kind.STORY, Kind.PROBLEM, Kind.PRACTICE)
"""The order of the kinds in every array of the tagger and of the spans."""
INSIDE, BEGIN, END = 0, 1, 2

Marks: TypeAlias = NDArray[np.float32]
"""Logits, shape (sentences, kinds, 3): inside, begin, end."""
