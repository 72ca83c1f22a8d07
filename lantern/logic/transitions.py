"""Transition functions of automata as multi-terminal decision diagrams.

All states share one forest. Indices below ``n_states`` are its leaves: index ``u`` is state ``u``. Greater
indices are nodes, children before parents: "if the proposition of this level holds, go on at ``high``, else
at ``low``". ``roots[u]`` is where reading a label in state ``u`` begins. Nothing here is ever as large as
the ``2**k`` labels of ``k`` propositions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lantern.logic.bdd import Diagrams

Ints = NDArray[np.int32]
Label = frozenset[str]
Branch = tuple[int, int, int]  # level, low child, high child


@dataclass(frozen=True, eq=False)
class Transitions:
    """Diagram forest of a complete deterministic automaton.

    Parameters
    ----------
    n_states : int
        Number of leaves.
    levels : tuple of str
        The propositions tested, in the order in which every path tests them.
    level, low, high : list of int
        Per node: index into ``levels``; index of the leaf or node to go to.
    roots : list of int
        Per state: index of the leaf or node to begin at.
    """

    n_states: int
    levels: tuple[str, ...]
    level: list[int]
    low: list[int]
    high: list[int]
    roots: list[int]

    def successor(self, state: int, label: Iterable[str]) -> int:
        """State after reading one label."""
        held = frozenset(label)
        index = self.roots[state]
        while index >= self.n_states:
            node = index - self.n_states
            holds = self.levels[self.level[node]] in held
            index = self.high[node] if holds else self.low[node]
        return index

    def branch(self, index: int) -> Branch | None:
        """Level, low and high child of a node; None for a leaf."""
        node = index - self.n_states
        return None if node < 0 else (self.level[node], self.low[node], self.high[node])

    def below(self, state: int) -> list[int]:
        """Leaves and nodes that reading a label in a state may pass, children before parents."""
        seen: set[int] = set()
        stack = [self.roots[state]]
        while stack:
            index = stack.pop()
            if index not in seen:
                seen.add(index)
                if index >= self.n_states:
                    stack += (self.low[index - self.n_states], self.high[index - self.n_states])
        return sorted(seen)

    def successors(self, state: int) -> Iterator[tuple[int, Label]]:
        """Successors of a state, each with a label that leads there in which few propositions hold."""
        return labelled_leaves(self.roots[state], self.branch, self.levels)

    @cached_property
    def by_level(self) -> list[tuple[int, Ints, Ints, Ints]]:
        """Nodes of each level, deepest first: level, indices, low and high children."""
        levels = np.asarray(self.level, dtype=np.int32)
        low, high = np.asarray(self.low, dtype=np.int32), np.asarray(self.high, dtype=np.int32)
        result = []
        for level in reversed(range(len(self.levels))):
            nodes = np.flatnonzero(levels == level).astype(np.int32)
            if len(nodes):
                result.append((level, nodes + np.int32(self.n_states), low[nodes], high[nodes]))
        return result

    def table(self, holds_KL: NDArray[np.bool_]) -> Ints:
        """Successors of all states under many labels.

        Parameters
        ----------
        holds_KL : ndarray of bool, shape (K, L)
            Whether the proposition of each level holds in each label.

        Returns
        -------
        ndarray of int32, shape (U, L)
        """
        n_labels = holds_KL.shape[1]
        roots = np.asarray(self.roots, dtype=np.int64)
        table_UL = np.empty((self.n_states, n_labels), dtype=np.int32)
        size = self.n_states + len(self.level)
        chunk = max(1, 16_000_000 // max(size, 1))  # at most 64 MB at a time
        for start in range(0, n_labels, chunk):
            stop = min(start + chunk, n_labels)
            value = np.empty((size, stop - start), dtype=np.int32)
            value[: self.n_states] = np.arange(self.n_states, dtype=np.int32)[:, None]
            for level, nodes, low, high in self.by_level:
                value[nodes] = np.where(holds_KL[level, start:stop], value[high], value[low])
            table_UL[:, start:stop] = value[roots]
        return table_UL

    def backward_distance(self, seeds: Iterable[int]) -> Ints:
        """Fewest labels to read from each state to reach one of the seeds; -1 where that is impossible."""
        n = self.n_states
        parents: list[list[int]] = [[] for _ in range(n + len(self.level))]
        for node, (low, high) in enumerate(zip(self.low, self.high, strict=True), start=n):
            parents[low].append(node)
            parents[high].append(node)
        entering: dict[int, list[int]] = {}
        for state, root in enumerate(self.roots):
            entering.setdefault(root, []).append(state)
        distance = [-1] * n
        seen = [False] * len(parents)
        frontier = sorted(set(seeds))
        for state in frontier:
            distance[state] = 0
        steps = 0
        while frontier:
            steps += 1
            frontier = [s for s in self._entering(frontier, parents, entering, seen) if distance[s] < 0]
            for state in frontier:
                distance[state] = steps
        return np.asarray(distance, dtype=np.int32)

    @staticmethod
    def _entering(
        leaves: Sequence[int], parents: list[list[int]], entering: dict[int, list[int]], seen: list[bool]
    ) -> list[int]:
        """States with a label that leads to one of the leaves and that were not met before."""
        states: list[int] = []
        stack = list(leaves)
        while stack:
            index = stack.pop()
            if seen[index]:
                continue
            seen[index] = True
            states.extend(entering.get(index, ()))
            stack.extend(parents[index])
        return states


def explore(
    diagrams: Diagrams,
    levels: tuple[str, ...],
    initial: int,
    successors: Callable[[int], int],
    check: Callable[[int], None] = lambda states: None,
) -> tuple[Transitions, list[int]]:
    """Collect an automaton given by decision diagrams, from its initial state.

    Parameters
    ----------
    diagrams : Diagrams
        Variables below ``len(levels)`` are the propositions; a diagram without them is a state.
    levels : tuple of str
        Names of those variables.
    initial : int
        Diagram that is the initial state.
    successors : callable
        From a state to the diagram over the propositions whose leaves are its successors.
    check : callable
        Called with the number of states; raises to stop.

    Returns
    -------
    transitions : Transitions
        States in breadth-first order, so the initial state is 0.
    states : list of int
        The diagram of each state.
    """
    states = [initial]
    order: list[int] = []  # nodes over propositions, children before parents
    seen = {initial}
    roots: list[int] = []
    for state in states:  # grows while it is read
        roots.append(successors(state))
        _collect(diagrams, len(levels), roots[-1], seen, order, states)
        check(len(states))
    index = {state: number for number, state in enumerate(states)}
    index |= {node: number for number, node in enumerate(order, start=len(states))}
    transitions = Transitions(
        n_states=len(states),
        levels=levels,
        level=[diagrams.variable[node] for node in order],
        low=[index[diagrams.low[node]] for node in order],
        high=[index[diagrams.high[node]] for node in order],
        roots=[index[root] for root in roots],
    )
    return transitions, states


def _collect(
    diagrams: Diagrams, border: int, root: int, seen: set[int], order: list[int], states: list[int]
) -> None:
    """Append the new nodes and the new states below a root; what was seen before is not entered again."""
    variable, low, high = diagrams.variable, diagrams.low, diagrams.high
    stack = [root]
    while stack:
        node = stack.pop()
        if node < 0:
            order.append(~node)
        elif node not in seen:
            seen.add(node)
            if variable[node] >= border:
                states.append(node)
            else:
                stack += (~node, high[node], low[node])


def labelled_leaves(
    root: int, branch: Callable[[int], Branch | None], levels: Sequence[str]
) -> Iterator[tuple[int, Label]]:
    """Leaves below a root, each with a label that leads there in which as few propositions hold as can be."""
    queue: deque[tuple[int, Label]] = deque([(root, frozenset())])
    seen: set[int] = set()
    while queue:
        node, label = queue.popleft()
        if node in seen:
            continue
        seen.add(node)
        children = branch(node)
        if children is None:
            yield node, label
        else:
            # Going low costs nothing, so it comes before everything that costs as much as this node.
            queue.appendleft((children[1], label))
            queue.append((children[2], label | {levels[children[0]]}))
