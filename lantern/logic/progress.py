"""What every accepted trace must still contain from a state, and what every trace to it contained.

An event is a proposition, or a choice between several ("wood or iron"). For each state and event:

- ``needed_UE``: how often the event happens at least on any way from the state to acceptance,
- ``done_UE``: how often it happened at least on any way from the initial state.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.logic.guards import Labels
from lantern.logic.transitions import Label, Transitions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

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
    needed_UE, done_UE : ndarray of int64, shape (U, E)
        Least number of times; 0 in ``needed_UE`` where acceptance is impossible.
    successors : sparse array, shape (U, U)
        Edges between different live states.
    transitions : Transitions
        The automaton.
    accepting : list of bool
        Its accepting states.
    """

    events: list[Event]
    needed_UE: Counts
    done_UE: Counts
    successors: csr_array[Any]
    transitions: Transitions
    accepting: list[bool]

    def plain(self, events: Sequence[int]) -> list[int]:
        """Those events that say something of their own.

        A choice is left out where one of its members is among the events anyway, and choices that overlap are
        left out together, since they are what several ways have in common by chance.
        """
        sets = {event: set(self.events[event]) for event in events}
        return [
            e for e in events if len(sets[e]) == 1 or not any(sets[e] & sets[o] for o in events if o != e)
        ]

    def waits_for(self, state: int) -> list[int]:
        """Events still needed in a state."""
        return self.plain([event for event in range(len(self.events)) if self.needed_UE[state, event]])

    def is_all(self, state: int, events: Sequence[int]) -> bool:
        """Whether some events of :meth:`waits_for` cover everything that is certainly needed."""
        covered = {name for event in events for name in self.events[event]}
        needed = (event for event in range(len(self.events)) if self.needed_UE[state, event])
        return all(covered & set(self.events[event]) for event in needed)

    def ways(self, state: int, limit: int) -> list[list[Label]]:
        """Ways to acceptance on which fewest events happen, one at a time if possible; at most ``limit``.

        Each way is the list of its labels; labels in which nothing holds are left out.
        """
        found: dict[tuple[Label, ...], None] = {}
        stack: list[tuple[list[int], tuple[Label, ...]]] = [([state], ())]
        while stack and len(found) < limit:
            path, way = stack.pop()
            if self.accepting[path[-1]]:
                found.setdefault(way)
                continue
            onward = [step for step in self._best_steps(path[-1]) if step[0] not in path]
            least = min((len(label) for _, label in onward), default=0)
            for target, label in reversed(onward):
                if len(label) == least:
                    stack.append(([*path, target], (*way, label) if label else way))
        return [list(way) for way in found]

    def _best_steps(self, state: int) -> list[tuple[int, Label]]:
        """Successors on ways to acceptance on which fewest events happen, each with a label."""
        effort = self.effort
        steps = self.transitions.successors(state)
        return sorted((v, label) for v, label in steps if effort[state] == effort[v] + len(label) < _MANY)

    @cached_property
    def effort(self) -> list[int]:
        """Least number of events on a way from each state to acceptance (Dijkstra)."""
        entering: list[list[tuple[int, int]]] = [[] for _ in self.accepting]
        for state in range(len(entering)):
            for successor, label in self.transitions.successors(state):
                entering[successor].append((state, len(label)))
        effort = [0 if accepting else _MANY for accepting in self.accepting]
        queue = [(0, state) for state, cost in enumerate(effort) if not cost]
        while queue:
            cost, state = heapq.heappop(queue)
            for before, events in entering[state]:
                if cost + events < effort[before]:
                    effort[before] = cost + events
                    heapq.heappush(queue, (cost + events, before))
        return effort

    def order(self, state: int, events: Sequence[int]) -> NDArray[np.bool_]:
        """Which of some needed events must come before which, from a state on; shape (len(events),) * 2.

        One comes before another if the other cannot have begun while the one is still needed.
        """
        needed = self.needed_UE[np.ix_(self.later(state), list(events))]
        waiting, begun = needed > 0, needed < self.needed_UE[state, list(events)]
        return np.logical_not((waiting[:, :, None] & begun[:, None, :]).any(axis=0), dtype=np.bool_)

    def later(self, state: int) -> list[int]:
        """The state and all live states reachable from it."""
        from scipy.sparse.csgraph import breadth_first_order

        order = breadth_first_order(self.successors, state, return_predecessors=False)
        return [int(v) for v in order]


def progress(
    transitions: Transitions, names: Sequence[str], accepting: NDArray[np.bool_], live: NDArray[np.bool_]
) -> Progress:
    """Analyse an automaton; names give the order of the events."""
    from scipy.sparse import csr_array

    single = [(name,) for name in names if name in transitions.levels]
    events = single + _choices(transitions, names, accepting, live)
    source, target, happens = _edges(transitions, events)
    n = transitions.n_states
    done = _least(target, source, happens, np.arange(n) == 0)
    useful = live[source] & live[target]
    needed = _least(source[useful], target[useful], happens[useful], accepting)
    needed[~live] = 0
    successors = csr_array((np.ones(int(useful.sum())), (source[useful], target[useful])), shape=(n, n))
    return Progress(events, needed, done, successors, transitions, accepting.tolist())


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
        onward = [target for target in labels.targets if target != state and live[target]]
        for clause in labels.clauses(onward):
            if len(clause) > 1 and all(clause.values()):
                found.setdefault(tuple(clause))
    return list(found)[:_MAX_CHOICES]
