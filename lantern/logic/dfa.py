"""Deterministic finite automata that read labels: what a task has seen so far, and what it still wants."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantern.errors import LabelError, LanternError
from lantern.logic.compare import Trace, product, shortest_difference, shortest_trace
from lantern.logic.formula import Formula
from lantern.logic.guards import Labels
from lantern.logic.minimize import minimize
from lantern.logic.transitions import Transitions
from lantern.logic.vocabulary import Vocabulary, did_you_mean

if TYPE_CHECKING:
    import networkx
    from automata.fa.dfa import DFA as AutomataLibDFA

    from lantern.logic.english import Description, Sentences

Label = int | Iterable[str]


@dataclass(frozen=True)
class Edge:
    """All labels that lead from one state to another.

    Parameters
    ----------
    source, target : int
        States; equal for a self-loop.
    guard : Formula
        Boolean formula that holds for exactly these labels, simplified.
    example : frozenset of str
        One of these labels, in which few propositions hold.
    sentence : str
        What happens on this edge, in English.
    """

    source: int
    target: int
    guard: Formula
    example: frozenset[str]
    sentence: str


class DFA:
    """Minimal complete deterministic automaton over sets of propositions.

    Made by :func:`lantern.logic.compile`, :meth:`from_graph`, :meth:`from_automata_lib` or :meth:`from_dict`.
    It reads a trace of labels; a label says which propositions hold. Guards are symbolic, so that thirty
    propositions cost no more than those on which a transition depends.

    Attributes
    ----------
    propositions : tuple of str
        Bit ``i`` of a label mask is the ``i``-th of these: all names of the vocabulary, or, without one, the
        propositions of the formula in the order of their first occurrence.
    vocabulary : Vocabulary or None
        What the propositions mean.
    formula : Formula or None
        What it was compiled from.
    n_states, initial : int
        Number of states U, and the state before the first label (always 0).
    accepting : ndarray of bool, shape (U,)
        Whether the trace read so far is accepted.
    live : ndarray of bool, shape (U,)
        Whether acceptance is still possible.
    settled : ndarray of bool, shape (U,)
        Whether every continuation is accepted, the empty one included.
    distance : ndarray of int32, shape (U,)
        Fewest further labels to acceptance; 0 where accepting, -1 where not live.

    Examples
    --------
    >>> from lantern.logic import compile
    >>> dfa = compile("F(key & F door)")
    >>> dfa.n_states, dfa.run([{"key"}, set(), {"door"}]), dfa.accepts([{"door"}, {"key"}])
    (3, [0, 1, 1, 2], False)
    """

    initial = 0

    def __init__(
        self,
        transitions: Transitions,
        accepting: Sequence[bool],
        propositions: Sequence[str] | None = None,
        vocabulary: Vocabulary | None = None,
        formula: Formula | None = None,
    ) -> None:
        names = transitions.levels if propositions is None else propositions
        self.propositions = tuple(vocabulary.names if vocabulary is not None else names)
        self.vocabulary = vocabulary
        self.formula = formula
        self.transitions = transitions
        self.n_states = transitions.n_states
        self.accepting = np.asarray(accepting, dtype=bool)
        self.distance = transitions.backward_distance(np.flatnonzero(self.accepting).tolist())
        self.live = self.distance >= 0
        self.settled = transitions.backward_distance(np.flatnonzero(~self.accepting).tolist()) < 0
        self._bits = {name: 1 << index for index, name in enumerate(self.propositions)}
        self._level_bits = [self._bits[name] for name in transitions.levels]
        for array in (self.accepting, self.distance, self.live, self.settled):
            array.flags.writeable = False

    def __repr__(self) -> str:
        return f"<DFA of {self.n_states} states over {', '.join(self.support) or 'no proposition'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return DFA.from_dict, (self.to_dict(),)

    @property
    def support(self) -> tuple[str, ...]:
        """Propositions on which some transition depends, in the order of :attr:`propositions`."""
        return tuple(name for name in self.propositions if name in self.transitions.levels)

    # Reading ------------------------------------------------------------------------------------------

    def mask(self, label: Label) -> int:
        """Bit mask of a label over :attr:`propositions`.

        Names outside the vocabulary are errors. Without a vocabulary, names that the automaton does not
        know are ignored, since it does not depend on them.
        """
        if isinstance(label, (int, np.integer)):
            return int(label)
        if self.vocabulary is not None:
            return self.vocabulary.mask(label)
        if isinstance(label, str):
            raise LabelError(f"A label is a set of names, got the text {label!r}. Write {{{label!r}}}.")
        return sum(self._bits.get(name, 0) for name in set(label))

    def step(self, state: int, label: Label) -> int:
        """State after one label.

        Parameters
        ----------
        state : int
            From 0 to ``n_states - 1``.
        label : int or iterable of str
            Bit mask over :attr:`propositions`, or the names that hold.
        """
        mask, n = self.mask(label), self.n_states
        transitions, bits = self.transitions, self._level_bits
        index = transitions.roots[state]
        while index >= n:
            node = index - n
            holds = mask & bits[transitions.level[node]]
            index = transitions.high[node] if holds else transitions.low[node]
        return index

    def run(self, trace: Iterable[Label]) -> list[int]:
        """States on the way: the initial one, then the state after each label; length of the trace + 1."""
        states = [self.initial]
        for label in trace:
            states.append(self.step(states[-1], label))
        return states

    def accepts(self, trace: Iterable[Label]) -> bool:
        """Whether the automaton accepts a trace."""
        return bool(self.accepting[self.run(trace)[-1]])

    def delta(self, masks: ArrayLike, propositions: Sequence[str] | None = None) -> NDArray[np.int32]:
        """Transition table for the labels that occur.

        Parameters
        ----------
        masks : array_like of int64, shape (L,)
            Labels as bit masks.
        propositions : sequence of str, optional
            What the bits of the masks mean; :attr:`propositions` by default. At most 63.

        Returns
        -------
        ndarray of int32, shape (U, L)
            Successor of each state under each label.

        Raises
        ------
        LabelError
            If the automaton depends on a proposition that is not among them.
        """
        masks_L = np.asarray(masks, dtype=np.int64).reshape(-1)
        names = list(self.propositions if propositions is None else propositions)
        missing = [name for name in self.transitions.levels if name not in names]
        if missing:
            raise LabelError(
                f"The task depends on {missing[0]!r}, which the labels do not show. "
                f"{did_you_mean(missing[0], names)}"
            )
        if len(names) > 63:
            raise LabelError(f"Masks hold at most 63 propositions, got {len(names)}. Leave some out.")
        bits = np.array([names.index(name) for name in self.transitions.levels], dtype=np.int64)
        return self.transitions.table((masks_L[None, :] >> bits[:, None] & 1).astype(bool))

    # Looking ------------------------------------------------------------------------------------------

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Edges, self-loops included, by source and target. Guards of one source exclude each other."""
        found = []
        for source in range(self.n_states):
            examples = dict(self.transitions.successors(source))
            labels = Labels(self.transitions, source, self.propositions)
            for target in labels.targets:
                sentence = self._sentences.edge(source, target)
                found.append(Edge(source, target, labels.guard(target), examples[target], sentence))
        return tuple(found)

    @cached_property
    def _sentences(self) -> Sentences:
        from lantern.logic.english import Sentences

        return Sentences(self)

    def sentence(self, state: int) -> str:
        """What has been done and what remains in a state, in English."""
        return self._sentences.state(state)

    def description(self, state: int) -> Description:
        """The parts of :meth:`sentence`: what was done, what remains, and what is forbidden."""
        return self._sentences.describe(state)

    @property
    def is_empty(self) -> bool:
        """Whether no trace at all is accepted: the task cannot be done."""
        return not self.live[self.initial]

    @property
    def is_universal(self) -> bool:
        """Whether every trace is accepted: the task asks for nothing."""
        return bool(self.settled[self.initial])

    # Comparing ----------------------------------------------------------------------------------------

    def equivalent(self, other: DFA) -> bool:
        """Whether both accept the same traces."""
        return self.difference(other) is None

    def difference(self, other: DFA) -> Trace | None:
        """Shortest trace that exactly one of two automata accepts; None if they are equivalent."""
        mine, theirs = self.accepting.tolist(), other.accepting.tolist()
        return shortest_difference(self.transitions, other.transitions, lambda u, v: mine[u] != theirs[v])

    def shortest(self, state: int = 0, *, accepted: bool = True) -> Trace | None:
        """Shortest continuation of a state that is accepted (or rejected); None if there is none."""
        wanted = (self.accepting == accepted).tolist()
        return shortest_trace(state, wanted.__getitem__, self.transitions.successors)

    def complement(self) -> DFA:
        """Automaton of all traces that this one rejects."""
        formula = None if self.formula is None else ~self.formula
        return DFA(self.transitions, (~self.accepting).tolist(), self.propositions, self.vocabulary, formula)

    def __and__(self, other: DFA) -> DFA:
        """Automaton of the traces that both accept."""
        return self._combine(other, operator.and_)

    def __or__(self, other: DFA) -> DFA:
        """Automaton of the traces that at least one accepts."""
        return self._combine(other, operator.or_)

    def _combine(self, other: DFA, function: Callable[[Any, Any], Any]) -> DFA:
        mine, theirs = self.accepting.tolist(), other.accepting.tolist()
        result = product(self.transitions, other.transitions, lambda u, v: function(mine[u], theirs[v]))
        names = self.propositions + tuple(n for n in other.propositions if n not in self._bits)
        vocabulary = self.vocabulary if self.vocabulary == other.vocabulary else None
        formula = None
        if self.formula is not None and other.formula is not None:
            formula = function(self.formula, other.formula)
        return DFA(*minimize(*result), names, vocabulary, formula)

    def svg(self, *, simultaneous: bool = False) -> str:
        """Picture as an SVG document: see :func:`lantern.logic.drawing.svg`."""
        from lantern.logic.drawing import svg

        return svg(self, simultaneous=simultaneous)

    def draw(self, path: str | Path, *, simultaneous: bool = False) -> Path:
        """Write :meth:`svg` to a file and return its path.

        Raises
        ------
        LanternError
            If the file cannot be written.
        """
        path = Path(path)
        try:
            path.write_text(self.svg(simultaneous=simultaneous), encoding="utf-8")
        except OSError as error:
            raise LanternError(f"The picture cannot be written to {path}: {error.strerror}.") from None
        return path

    # Exchanging ---------------------------------------------------------------------------------------

    def graph(self) -> networkx.MultiDiGraph[Any]:
        """Graph with attributes that :meth:`from_graph` reads; guards are text."""
        from lantern.logic import convert

        return convert.to_graph(self)

    @classmethod
    def from_graph(
        cls,
        graph: networkx.MultiDiGraph[Any],
        vocabulary: Vocabulary | None = None,
        *,
        missing: str = "reject",
    ) -> DFA:
        """Automaton of a graph: see :func:`lantern.logic.convert.from_graph`."""
        from lantern.logic import convert

        return convert.from_graph(graph, vocabulary, missing=missing)

    def to_automata_lib(self) -> AutomataLibDFA:
        """Export: see :func:`lantern.logic.convert.to_automata_lib`."""
        from lantern.logic import convert

        return convert.to_automata_lib(self)

    @classmethod
    def from_automata_lib(
        cls,
        automaton: AutomataLibDFA,
        vocabulary: Vocabulary | None = None,
        labels: Mapping[Any, Iterable[str]] | None = None,
    ) -> DFA:
        """Import: see :func:`lantern.logic.convert.from_automata_lib`."""
        from lantern.logic import convert

        return convert.from_automata_lib(automaton, vocabulary, labels)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, which :meth:`from_dict` reads back without recompiling."""
        from lantern.logic import convert

        return convert.to_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DFA:
        """Inverse of :meth:`to_dict`. Everything is checked; nothing in the data can run code."""
        from lantern.logic import convert

        return convert.from_dict(data)
