"""Minimal automata by partition refinement on the transition diagrams (Moore 1956)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lantern.logic.transitions import Transitions

Classes = NDArray[np.int64]


def equivalent_states(transitions: Transitions, accepting: Sequence[bool]) -> Classes:
    """Class of each state under language equivalence, numbered by first member; int64, shape (U,)."""
    flags = np.asarray(accepting, dtype=bool)
    # The lengths of the shortest accepted and rejected continuations depend on the language alone. Starting
    # from them instead of from acceptance saves most rounds.
    to_accept = transitions.backward_distance(np.flatnonzero(flags).tolist()).astype(np.int64)
    to_reject = transitions.backward_distance(np.flatnonzero(~flags).tolist()).astype(np.int64)
    classes = _first_seen(to_accept * (transitions.n_states + 2) + to_reject)
    count = int(classes.max()) + 1
    while count < transitions.n_states:
        ids = _node_classes(transitions, classes)
        signature = classes * (len(ids) * 2) + ids[np.asarray(transitions.roots)]
        classes = _first_seen(signature)
        refined = int(classes.max()) + 1
        if refined == count:
            break
        count = refined
    return classes


def _node_classes(transitions: Transitions, classes: Classes) -> Classes:
    """Number leaves and nodes so that two are equal exactly when their diagrams over classes are."""
    n = transitions.n_states
    ids = np.empty(n + len(transitions.level), dtype=np.int64)
    ids[:n] = classes
    fresh = n
    for _, nodes, low, high in transitions.by_level:
        low_ids, high_ids = ids[low], ids[high]
        _, inverse = np.unique(low_ids * len(ids) * 2 + high_ids, return_inverse=True)
        ids[nodes] = np.where(low_ids == high_ids, low_ids, fresh + inverse)
        fresh += len(nodes)
    return ids


def _first_seen(keys: Classes) -> Classes:
    """Number keys by the order of their first occurrence."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def quotient(
    transitions: Transitions, accepting: Sequence[bool], classes: Classes
) -> tuple[Transitions, list[bool]]:
    """Merge the states of each class, and share and drop nodes that become equal or needless."""
    number = [int(c) for c in classes]
    count = max(number) + 1
    renamed = list(number)
    unique: dict[tuple[int, int, int], int] = {}
    for level, low, high in zip(transitions.level, transitions.low, transitions.high, strict=True):
        lower, higher = renamed[low], renamed[high]
        if lower == higher:
            renamed.append(lower)
        else:
            renamed.append(unique.setdefault((level, lower, higher), count + len(unique)))
    first = {c: state for state, c in reversed(list(enumerate(number)))}
    members = [first[c] for c in range(count)]
    roots = [renamed[transitions.roots[member]] for member in members]
    return _packed(count, transitions.levels, list(unique), roots), [accepting[m] for m in members]


def _packed(
    count: int, levels: tuple[str, ...], nodes: list[tuple[int, int, int]], roots: list[int]
) -> Transitions:
    """Drop levels that no node tests."""
    used = sorted({level for level, _, _ in nodes})
    position = {level: index for index, level in enumerate(used)}
    return Transitions(
        n_states=count,
        levels=tuple(levels[level] for level in used),
        level=[position[level] for level, _, _ in nodes],
        low=[low for _, low, _ in nodes],
        high=[high for _, _, high in nodes],
        roots=roots,
    )


def minimize(transitions: Transitions, accepting: Sequence[bool]) -> tuple[Transitions, list[bool]]:
    """Minimal automaton with the same language; all states must be reachable from state 0, which stays 0."""
    classes = equivalent_states(transitions, accepting)
    return quotient(transitions, accepting, classes)
