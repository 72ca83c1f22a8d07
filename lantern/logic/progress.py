"""What every accepted trace must still contain from a state, and what every trace to it contained.

An event is a proposition, or a choice between several ("wood or iron"). For each state and event:

- ``needed``: how often the event happens at least on any way from the state to acceptance,
- ``done``: how often it happened at least on any way from the initial state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.logic.guards import Labels
from lantern.logic.transitions import Transitions

Event = tuple[str, ...]
Counts = NDArray[np.int64]

_MANY = 1 << 40
_MAX_STATES_FOR_CHOICES = 200
_MAX_CHOICES = 24


@dataclass(frozen=True, eq=False)
class Progress:
    """Events and their counts.

    Attributes
    ----------
    events : list of tuple of str
        Single propositions first, then choices.
    needed, done : ndarray of int64, shape (U, E)
        Least number of times; 0 in ``needed`` where acceptance is impossible.
    successors : list of list of int
        Live successors of each live state, itself apart.
    """

    events: list[Event]
    needed_UE: Counts
    done_UE: Counts
    successors: list[list[int]]

    def waits_for(self, state: int) -> list[int]:
        """Events still needed in a state, without choices that a needed single event settles."""
        needed = [event for event in range(len(self.events)) if self.needed_UE[state, event]]
        sets = [set(self.events[event]) for event in needed]
        return [e for e, mine in zip(needed, sets, strict=True) if not any(other < mine for other in sets)]

    def order(self, state: int, events: Sequence[int]) -> NDArray[np.bool_]:
        """Which of some needed events must come before which, from a state on; shape (len(events),) * 2.

        One comes before another if the other cannot have begun while the one is still needed.
        """
        needed = self.needed_UE[np.ix_(self.later(state), list(events))]
        waiting, begun = needed > 0, needed < self.needed_UE[state, list(events)]
        return np.logical_not((waiting[:, :, None] & begun[:, None, :]).any(axis=0), dtype=np.bool_)

    def later(self, state: int) -> list[int]:
        """The state and all live states reachable from it."""
        found = {state: None}
        stack = [state]
        while stack:
            for successor in self.successors[stack.pop()]:
                if successor not in found:
                    found[successor] = None
                    stack.append(successor)
        return list(found)


def progress(
    transitions: Transitions, names: Sequence[str], accepting: NDArray[np.bool_], live: NDArray[np.bool_]
) -> Progress:
    """Analyse an automaton; names give the order of the events."""
    single = [(name,) for name in names if name in transitions.levels]
    events = single + _choices(transitions, names, accepting, live)
    source, target, happens = _edges(transitions, events)
    n = transitions.n_states
    done = _least(target, source, happens, np.arange(n) == 0)
    useful = live[source] & live[target]
    needed = _least(source[useful], target[useful], happens[useful], accepting)
    needed[~live] = 0
    successors: list[list[int]] = [[] for _ in range(n)]
    for u, v in zip(source[useful].tolist(), target[useful].tolist(), strict=True):
        successors[u].append(v)
    return Progress(events, needed, done, successors)


def _edges(
    transitions: Transitions, events: Sequence[Event]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Source and target of all edges but loops, and the events in all their labels, shape (M, E)."""
    holding = [sum(1 << i for i, event in enumerate(events) if name in event) for name in transitions.levels]
    sources, targets, masks = [], [], []
    for state in range(transitions.n_states):
        for successor, mask in _certain(transitions, state, holding).items():
            if successor != state:
                sources.append(state)
                targets.append(successor)
                masks.append(mask)
    happens = [[bool(mask >> i & 1) for i in range(len(events))] for mask in masks]
    shape = (len(masks), len(events))
    return np.asarray(sources, int), np.asarray(targets, int), np.asarray(happens, bool).reshape(shape)


def _certain(transitions: Transitions, state: int, holding: Sequence[int]) -> dict[int, int]:
    """For each successor, the events (as bits) that happen whichever label leads there."""
    certain = {transitions.roots[state]: 0}
    nodes = transitions.below(state)
    for index in reversed(nodes):  # parents before children
        branch = transitions.branch(index)
        if branch is not None:
            level, low, high = branch
            for child, bits in ((low, certain[index]), (high, certain[index] | holding[level])):
                certain[child] = certain[child] & bits if child in certain else bits
    return {index: certain[index] for index in nodes if index < transitions.n_states}


def _least(
    source: NDArray[np.int64], target: NDArray[np.int64], cost: NDArray[np.bool_], at: NDArray[np.bool_]
) -> Counts:
    """Least cost of a way from each state to one of those given, per event (Bellman and Ford)."""
    least = np.full((len(at), cost.shape[1]), _MANY, dtype=np.int64)
    least[at] = 0
    while True:
        better = least.copy()
        np.minimum.at(better, source, least[target] + cost)
        if (better == least).all():
            return np.where(least >= _MANY, 0, least)
        least = better


def _choices(
    transitions: Transitions, names: Sequence[str], accepting: NDArray[np.bool_], live: NDArray[np.bool_]
) -> list[Event]:
    """Choices that some state waits for: one of several propositions must hold to get on."""
    if transitions.n_states > _MAX_STATES_FOR_CHOICES:
        return []
    found: dict[Event, None] = {}
    for state in np.flatnonzero(live & ~accepting).tolist():
        labels = Labels(transitions, state, names)
        onward = [target for target in labels.to if target != state and live[target]]
        for clause in labels.clauses(onward):
            if len(clause) > 1 and all(clause.values()):
                found.setdefault(tuple(clause))
    return list(found)[:_MAX_CHOICES]
