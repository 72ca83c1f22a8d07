"""Comparing and combining automata on their decision diagrams, never on explicit labels."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from lantern.logic.bdd import Diagrams
from lantern.logic.transitions import Branch, Label, Transitions, explore, labelled_leaves

Trace = list[Label]


class Pair:
    """Two automata read in step.

    Parameters
    ----------
    first, second : Transitions
        Automata over any propositions.
    """

    def __init__(self, first: Transitions, second: Transitions) -> None:
        self.levels = first.levels + tuple(name for name in second.levels if name not in first.levels)
        self.diagrams = Diagrams()
        self._border = len(self.levels)
        self._first = self._nodes(first)
        self._second = self._nodes(second)
        self._roots = (first.roots, second.roots)
        self._leaves: dict[tuple[int, int], int] = {}
        self._pairs: list[tuple[int, int]] = []
        self._joined: dict[tuple[int, int], int] = {}

    def _nodes(self, transitions: Transitions) -> list[int]:
        """Diagram of every leaf and node, over the common order of propositions; leaf ``u`` is a variable."""
        diagrams = self.diagrams
        built = [diagrams.literal(self._border + state) for state in range(transitions.n_states)]
        tests = [diagrams.literal(self.levels.index(name)) for name in transitions.levels]
        for level, low, high in zip(transitions.level, transitions.low, transitions.high, strict=True):
            built.append(diagrams.ite(tests[level], built[high], built[low]))
        return built

    def leaf(self, u: int, v: int) -> int:
        """Diagram that stands for a pair of states."""
        if (u, v) not in self._leaves:
            self._leaves[u, v] = self.diagrams.literal(self._border + len(self._pairs))
            self._pairs.append((u, v))
        return self._leaves[u, v]

    def states(self, leaf: int) -> tuple[int, int]:
        """Pair of states that a leaf stands for."""
        return self._pairs[self.diagrams.variable[leaf] - self._border]

    def successors(self, leaf: int) -> int:
        """Diagram over the propositions whose leaves are the pairs reached next."""
        u, v = self.states(leaf)
        return self._join(self._first[self._roots[0][u]], self._second[self._roots[1][v]])

    def branch(self, node: int) -> Branch | None:
        """Level, low and high child of a node; None for a leaf."""
        diagrams = self.diagrams
        level = diagrams.variable[node]
        return None if level >= self._border else (level, diagrams.low[node], diagrams.high[node])

    def _join(self, f: int, g: int) -> int:
        found = self._joined.get((f, g))
        if found is None:
            variable, low, high = self.diagrams.variable, self.diagrams.low, self.diagrams.high
            v = min(variable[f], variable[g])
            if v >= self._border:
                found = self.leaf(variable[f] - self._border, variable[g] - self._border)
            else:
                f0, f1 = (low[f], high[f]) if variable[f] == v else (f, f)
                g0, g1 = (low[g], high[g]) if variable[g] == v else (g, g)
                found = self.diagrams.node(v, self._join(f0, g0), self._join(f1, g1))
            self._joined[f, g] = found
        return found


def product(
    first: Transitions, second: Transitions, accepts: Callable[[int, int], bool]
) -> tuple[Transitions, list[bool]]:
    """Automaton that reads two automata in step from their states 0, accepting as the callable says."""
    pair = Pair(first, second)
    transitions, leaves = explore(pair.diagrams, pair.levels, pair.leaf(0, 0), pair.successors)
    return transitions, [accepts(*pair.states(leaf)) for leaf in leaves]


def shortest_difference(
    first: Transitions, second: Transitions, differ: Callable[[int, int], bool]
) -> Trace | None:
    """Shortest trace to a pair of states that differ, from states 0; few propositions hold in its labels."""
    pair = Pair(first, second)
    start = pair.leaf(0, 0)
    return shortest_trace(
        start,
        lambda leaf: differ(*pair.states(leaf)),
        lambda leaf: labelled_leaves(pair.successors(leaf), pair.branch, pair.levels),
    )


def shortest_trace(
    start: int, found: Callable[[int], bool], successors: Callable[[int], Iterator[tuple[int, Label]]]
) -> Trace | None:
    """Breadth-first search for a shortest trace to a state that is sought; None if there is none."""
    reached: dict[int, tuple[int, Label] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if found(state):
            return _trace_to(state, reached)
        for successor, label in successors(state):
            if successor not in reached:
                reached[successor] = (state, label)
                queue.append(successor)
    return None


def _trace_to(state: int, reached: dict[int, tuple[int, Label] | None]) -> Trace:
    trace: Trace = []
    step = reached[state]
    while step is not None:
        state, label = step
        trace.append(label)
        step = reached[state]
    return trace[::-1]
