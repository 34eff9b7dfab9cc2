"""Any other model by name, through sentence-transformers; the GPU is used when there is one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.embed.port import MissingModelError, Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

BATCH = 32
WINDOW = 1024  # texts between two reports of progress


class SentenceModel:
    """A sentence-transformers model behind the Embedder port; `open_sentence_model` makes one."""

    def __init__(self, name: str, network: SentenceTransformer) -> None:
        self._network = network
        self.model = f"{name}@{_weights_hash(network)}/{network.max_seq_length}"
        self.dimension = int(network.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        import numpy as np

        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        longest_first = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        for start in range(0, len(texts), WINDOW):
            window = longest_first[start : start + WINDOW]
            rows[window] = self._network.encode_document(
                [texts[i] for i in window], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            if progress:
                progress(min(start + WINDOW, len(texts)), len(texts))
        return rows

    def encode_query(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        vector = self._network.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)


def open_sentence_model(name: str) -> SentenceModel:
    """The named model from the local cache, a folder or the hub; MissingModelError says what is missing."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as missing:
        raise MissingModelError(
            f"the embedding model {name!r} needs sentence-transformers: pip install 'gatehouse[models]'"
        ) from missing
    try:
        return SentenceModel(name, SentenceTransformer(name))
    except (OSError, ValueError) as problem:
        raise MissingModelError(f"the embedding model {name!r} cannot be loaded: {problem}") from problem


def _weights_hash(network: SentenceTransformer) -> str:
    """Twelve hex digits over every weight, in the order of their names, so that a retrained model is another model."""
    digest = hashlib.sha256()
    for key, tensor in sorted(network.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:12]
