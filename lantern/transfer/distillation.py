"""What automaton distillation is taught: values of automaton transitions.

Dynamic distillation averages a teacher's values over the transitions it took; static distillation solves the
automaton alone (Singireddy et al., Automaton distillation, arXiv 2310.19137).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary
    from lantern.transfer.alignment import Alignment
    from lantern.transfer.teacher import Teacher

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def automaton_values(dfa: DFA, delta: Ints, discount: float) -> Floats:
    """Value of each transition if every step could move the automaton; NaN on self-loops.

    Parameters
    ----------
    dfa : DFA
        The task.
    delta : int32 array, shape (U, L)
        Its transitions under the labels that occur.
    discount : float
        Discount of one transition.

    Returns
    -------
    float64 array, shape (U, L)
    """
    distance = np.asarray(dfa.distance, dtype=np.float64)[delta]
    value = np.where(distance < 0, 0.0, discount ** np.maximum(distance, 0.0))
    own = delta == np.arange(len(delta))[:, None]
    return np.where(own, np.nan, value)


def taught_values(
    delta: Ints,
    masks: NDArray[np.int64],
    vocabulary: Vocabulary,
    teachers: Sequence[Teacher],
    alignment: Alignment | None,
) -> Floats:
    """Mean value that the best aligned teacher gave each transition; NaN where it never took it.

    Self-loops are left out: a value that is the same for every action of every cell has no direction there,
    and pulls all of them together.

    Parameters
    ----------
    delta : int32 array, shape (U, L)
        The target's transitions.
    masks : int64 array, shape (L,)
        Its labels.
    vocabulary : Vocabulary
        What their bits mean.
    teachers, alignment
        The sources.

    Returns
    -------
    float64 array, shape (U, L)
    """
    taught = np.full(delta.shape, np.nan)
    if alignment is None or not teachers:
        return taught
    best = max(teachers, key=lambda teacher: float(alignment.confidence(teacher.name).sum()))
    weights = alignment.states[best.name]
    known = {
        (int(u), int(v)): float(value)
        for u, v, value, n in zip(
            best.edge.source, best.edge.target, best.edge.value, best.edge.count, strict=True
        )
        if n > 0 and u != v
    }
    for u in range(delta.shape[0]):
        for label in range(len(masks)):
            u2 = int(delta[u, label])
            if u2 == u or not weights[u].any() or not weights[u2].any():
                continue
            pair = int(weights[u].argmax()), int(weights[u2].argmax())
            taught[u, label] = known.get(pair, np.nan)
    return taught
