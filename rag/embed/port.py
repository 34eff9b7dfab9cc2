"""What an embedding model must offer, and its errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[int, int], None]
"""Called with (done, total) as work advances; both count texts."""


class EmbedError(Exception):
    """No vector can be made.

    EmbedError
    ├── UnknownWeightsError  the weights on this machine are not the ones this version was made for
    └── MissingModelError    the model, or the library that runs it, is not installed here
    """


class UnknownWeightsError(EmbedError):
    """The weights on this machine are not the ones this version was made for."""


class MissingModelError(EmbedError):
    """The model, or the library that runs it, is not installed here."""


class Embedder(Protocol):
    """Turns texts into unit vectors.

    `model` names everything a vector depends on (weights, pooling, length limit): two embedders with equal
    `model` make interchangeable vectors, any other pair's must never be compared.
    """

    @property
    def model(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows, one per text and in the order given: shape (len(texts), dimension)."""
        ...

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question: shape (dimension,)."""
        ...
