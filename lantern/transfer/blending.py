"""What several teachers say of a task together, each weighed by its sentences: our reconstruction.

arXiv 2605.05478 aggregates teachers by the similarity of the descriptions of their automaton states; how is
not public. Here all states of all teachers share one softmax, and a value is their weighted mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.logic import Vocabulary
    from lantern.transfer.alignment import Alignment
    from lantern.transfer.teacher import Teacher

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def aggregate(
    teachers: Sequence[Teacher], alignment: Alignment, temperature: float
) -> tuple[list[Floats], Floats]:
    """Weigh all states of all teachers by the similarity of their sentences.

    Returns
    -------
    weights : list of float64 array, shape (U, V)
        By teacher; over all of them they sum to 1 in every DFA state of the target.
    unsure : float64 array, shape (U,)
        Semantic uncertainty.
    """
    similar = [alignment.evidence[teacher.name].text for teacher in teachers]
    together = np.hstack(similar)
    raised = np.exp((together - together.max(axis=1, keepdims=True)) / temperature)
    weights = raised / raised.sum(axis=1, keepdims=True)
    ends = np.cumsum([one.shape[1] for one in similar])[:-1]
    return np.split(weights, ends, axis=1), 1.0 - together.max(axis=1)


def blended_values(
    delta: Ints,
    masks: NDArray[np.int64],
    vocabulary: Vocabulary,
    teachers: Sequence[Teacher],
    alignment: Alignment,
    weights: Sequence[Floats],
) -> Floats:
    """Weighted mean of the teachers' values of each automaton transition; NaN where none took it.

    The label is translated by the matching of propositions; self-loops are left out, as a value that is the
    same for all actions has no direction.
    """
    total, weight = np.zeros(delta.shape), np.zeros(delta.shape)
    for teacher, one in zip(teachers, weights, strict=True):
        edges = {
            (int(v), int(mask)): float(value)
            for v, w, mask, value, n in zip(
                teacher.edge.source,
                teacher.edge.target,
                teacher.edge.mask,
                teacher.edge.value,
                teacher.edge.count,
                strict=True,
            )
            if n > 0 and v != w
        }
        said = {name: found["source"] for name, found in alignment.propositions[teacher.name].items()}
        for label, mask in enumerate(masks):
            names = vocabulary.label(int(mask))
            if not names or any(name not in said for name in names):
                continue
            translated = int(teacher.vocabulary.mask({said[name] for name in names}))
            for u, v in np.ndindex(*one.shape):
                if delta[u, label] != u and (v, translated) in edges:
                    total[u, label] += one[u, v] * edges[v, translated]
                    weight[u, label] += one[u, v]
    mean: Floats = np.divide(total, weight, out=np.full(delta.shape, np.nan), where=weight > 0.05)
    return mean
