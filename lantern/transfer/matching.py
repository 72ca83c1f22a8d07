"""Which proposition of one vocabulary corresponds to which of another: an assignment by meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.transfer.encoders import Encoder

Floats = NDArray[np.float64]

#: Words that turn a sentence round; sentences that differ in them do not mean the same.
NEGATIONS = frozenset(["not", "no", "never", "without", "none", "cannot", "nothing", "nor", "neither", "off"])
#: Cosine that unrelated sentences reach, by encoder: similarities are measured above it.
UNRELATED = {"wordllama": 0.25, "minilm": 0.25, "ngram": 0.15}
#: Least similarity of propositions that may correspond.
ACCEPT = 0.3


@dataclass(frozen=True)
class Matching:
    """A partial one-to-one correspondence of propositions.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Indices into the target's and the source's propositions.
    similarity : float64 array, shape (P, Q)
        Similarity of every pair in [0, 1].
    """

    pairs: tuple[tuple[int, int], ...]
    similarity: Floats

    def of_target(self, p: int) -> int:
        """Index of the source's proposition, -1 where there is none."""
        return next((q for i, q in self.pairs if i == p), -1)


def similarities(target: Sequence[str], source: Sequence[str], encoder: Encoder) -> Floats:
    """Similarity of sentences in [0, 1].

    Words that nearly all of the sentences share ("the agent ...") say nothing about which is which, so they
    are left out before encoding.

    Parameters
    ----------
    target, source : sequence of str
        P and Q sentences.
    encoder : Encoder
        Sentence encoder.

    Returns
    -------
    float64 array, shape (P, Q)
    """
    mine, theirs = strip_frame(target), strip_frame(source)
    cosine = encoder.encode(mine).astype(np.float64) @ encoder.encode(theirs).astype(np.float64).T
    unrelated = UNRELATED.get(encoder.name, 0.2)
    similarity: Floats = np.clip((cosine - unrelated) / (1 - unrelated), 0.0, 1.0)
    return similarity


def strip_frame(sentences: Sequence[str]) -> list[str]:
    """Leave out words that are in nearly all of at least two sentences; never a whole sentence."""
    words = [re.findall(r"[\w'-]+", sentence.lower()) for sentence in sentences]
    counts = Counter(word for sentence in words for word in set(sentence))
    common = {word for word, n in counts.items() if len(sentences) >= 2 and n >= 0.75 * len(sentences)}
    common |= {"the", "a", "an", "agent"}
    return [" ".join(w for w in sentence if w not in common) or " ".join(sentence) for sentence in words]


def negates(sentence: str) -> bool:
    """Whether a sentence holds an odd number of negations."""
    words = re.findall(r"[\w']+", sentence.lower())
    return bool(sum(word in NEGATIONS or word.endswith("n't") for word in words) % 2)


def match_propositions(
    target: Sequence[str],
    source: Sequence[str],
    encoder: Encoder,
    names: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Matching:
    """Match propositions one to one so that the sum of similarities is largest; reject weak pairs.

    Parameters
    ----------
    target, source : sequence of str
        Sentences of the propositions.
    encoder : Encoder
        Sentence encoder.
    names : pair of sequences of str, optional
        Names of the propositions; an equal sentence under an equal name is the same proposition.

    Returns
    -------
    Matching
    """
    from scipy.optimize import linear_sum_assignment

    if not target or not source:
        return Matching((), np.zeros((len(target), len(source))))
    similarity = similarities(target, source, encoder)
    # Encoders hardly see a negation: a sentence and its opposite are not alike, whatever they say.
    opposed = np.array([[negates(a) != negates(b) for b in source] for a in target])
    similarity[opposed] = 0.0
    same = np.array([[a == b for b in source] for a in target])
    if names is not None:
        same &= np.array([[a == b for b in names[1]] for a in names[0]])
    similarity[same] = 1.0
    rows, columns = linear_sum_assignment(-similarity)
    pairs = tuple((int(p), int(q)) for p, q in zip(rows, columns, strict=True) if similarity[p, q] >= ACCEPT)
    return Matching(pairs, similarity)
