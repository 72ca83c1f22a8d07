"""How differently two automata behave: the exact bisimulation metric on their product."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def rewards(delta: Ints, accepting: NDArray[np.bool_], live: NDArray[np.bool_]) -> Floats:
    """Reward of each transition: +1 on becoming accepting, -1 on losing every chance of it.

    Parameters
    ----------
    delta : int32 array, shape (U, L)
        Transitions.
    accepting, live : bool array, shape (U,)
        Whether a state accepts, and whether acceptance is still possible.

    Returns
    -------
    float64 array, shape (U, L)
    """
    gains = accepting[delta] & ~accepting[:, None]
    losses = ~live[delta] & live[:, None]
    return gains.astype(np.float64) - losses.astype(np.float64)


def bisimulation_distance(
    delta: Ints, reward: Floats, other_delta: Ints, other_reward: Floats, discount: float = 0.9
) -> Floats:
    """Distance between every state of one automaton and every state of another.

    The fixed point of ``d(u, v) = max_a |R(u, a) - R'(v, a)| + discount * d(u.a, v.a)`` (Provably Correct
    Automata Embeddings, NeuS 2025, after Ferns, Panangaden & Precup 2004). It is 0 exactly where both states
    are equivalent over the given labels.

    Parameters
    ----------
    delta, other_delta : int32 array, shapes (U, L) and (V, L)
        Transitions; column l of both is the same label.
    reward, other_reward : float64 array, shapes (U, L) and (V, L)
        Rewards of the transitions; see :func:`rewards`.
    discount : float
        How much a later difference counts, in (0, 1).

    Returns
    -------
    float64 array, shape (U, V)
        Exact to 1e-9.
    """
    immediate = np.abs(reward[:, None, :] - other_reward[None, :, :])
    distance = np.zeros((len(delta), len(other_delta)))
    while True:
        later = distance[delta[:, None, :], other_delta[None, :, :]]
        following: Floats = (immediate + discount * later).max(axis=2)
        if np.abs(following - distance).max() < 1e-9 * (1 - discount):
            return following
        distance = following
