"""Automata in and out: networkx graphs, automata-lib, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lantern.errors import FormulaError
from lantern.logic.bdd import Diagrams
from lantern.logic.dfa import DFA
from lantern.logic.formula import Formula, conjunction, proposition
from lantern.logic.guards import diagram_of
from lantern.logic.minimize import minimize
from lantern.logic.parser import parse
from lantern.logic.transitions import Transitions, explore
from lantern.logic.vocabulary import Vocabulary

if TYPE_CHECKING:
    import networkx
    from automata.fa.dfa import DFA as AutomataLibDFA

_MAX_EXPLICIT = 12
_FORMAT = "lantern-dfa-1"


class Symbol(frozenset[str]):
    """A label as a symbol of automata-lib: equal to the plain frozenset, but true even when it is empty.

    automata-lib takes symbols that are false for the empty word when it converts between DFAs and NFAs.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def to_graph(dfa: DFA) -> networkx.MultiDiGraph[Any]:
    """Graph of an automaton.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are states with ``accepting, live, settled, distance, sentence``; edges have ``guard`` (text)
        and ``sentence``; the graph has ``initial`` and ``propositions``.
    """
    import networkx

    graph: networkx.MultiDiGraph[Any] = networkx.MultiDiGraph(
        initial=dfa.initial, propositions=list(dfa.propositions)
    )
    for state in range(dfa.n_states):
        graph.add_node(
            state,
            accepting=bool(dfa.accepting[state]),
            live=bool(dfa.live[state]),
            settled=bool(dfa.settled[state]),
            distance=int(dfa.distance[state]),
            sentence=dfa.sentence(state),
        )
    for edge in dfa.edges:
        graph.add_edge(edge.source, edge.target, guard=str(edge.guard), sentence=edge.sentence)
    return graph


def from_graph(
    graph: networkx.MultiDiGraph[Any], vocabulary: Vocabulary | None = None, *, missing: str = "reject"
) -> DFA:
    """Minimal automaton of a graph.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Any nodes; ``accepting`` is a Boolean attribute of nodes, ``guard`` a Boolean formula (text or
        Formula) of edges, ``initial`` an attribute of the graph.
    vocabulary : Vocabulary, optional
        What the propositions mean.
    missing : {"reject", "stay"}
        Where labels lead that no guard of a state takes: to a failing state, or nowhere else.

    Raises
    ------
    FormulaError
        If there is no initial state, guards of one state overlap, or a guard is not Boolean.
    """
    initial = graph.graph.get("initial")
    if initial not in graph:
        raise FormulaError(
            f"The graph has no initial state (got {initial!r}). Set graph.graph['initial'] to a node."
        )
    if missing not in ("reject", "stay"):
        raise FormulaError(f"missing={missing!r} is unknown. Use 'reject' or 'stay'.")
    edges = [(u, v, _guard(data.get("guard"), vocabulary, u, v)) for u, v, data in graph.edges(data=True)]
    declared = list(vocabulary or graph.graph.get("propositions", ()))
    names = tuple(dict.fromkeys(declared + [n for _, _, guard in edges for n in guard.propositions]))
    states = list(graph)
    accepting = {state: bool(graph.nodes[state].get("accepting", False)) for state in states}
    return _assemble(names, states, initial, accepting, edges, missing, vocabulary)


def _guard(guard: Any, vocabulary: Vocabulary | None, source: Any, target: Any) -> Formula:
    if isinstance(guard, Formula):
        return parse(str(guard), vocabulary)
    if guard is None:
        raise FormulaError(
            f"The edge {source!r} -> {target!r} has no guard. Give it one, 'true' if it is free."
        )
    return parse(guard, vocabulary)


def _assemble(
    names: tuple[str, ...],
    states: Sequence[Any],
    initial: Any,
    accepting: Mapping[Any, bool],
    edges: Iterable[tuple[Any, Any, Formula]],
    missing: str,
    vocabulary: Vocabulary | None,
) -> DFA:
    """Put guarded edges together on diagrams, where variable ``len(names) + i`` stands for the i-th state."""
    diagrams = Diagrams()
    leaf = {state: diagrams.literal(len(names) + index) for index, state in enumerate(states)}
    successors = {leaf[state]: leaf[state] if missing == "stay" else 0 for state in states} | {0: 0}
    taken = dict.fromkeys(leaf, 0)
    for source, target, guard in edges:
        f = diagram_of(guard, diagrams, names)
        if diagrams.conj(f, taken[source]):
            raise FormulaError(
                f"Two edges of state {source!r} take the same label; one is {str(guard)!r} to {target!r}. "
                "Make the guards of a state exclude each other."
            )
        taken[source] = diagrams.disj(taken[source], f)
        successors[leaf[source]] = diagrams.ite(f, leaf[target], successors[leaf[source]])
    transitions, found = explore(diagrams, names, leaf[initial], successors.__getitem__)
    accepted = {leaf[state] for state in states if accepting[state]}
    return DFA(*minimize(transitions, [node in accepted for node in found]), names, vocabulary)


def to_automata_lib(dfa: DFA) -> AutomataLibDFA:
    """Export to automata-lib.

    Returns
    -------
    automata.fa.dfa.DFA
        Its symbols are all subsets of :attr:`DFA.support`, as frozensets.

    Raises
    ------
    FormulaError
        If it depends on more than 12 propositions, since the alphabet is explicit there.
    """
    from automata.fa.dfa import DFA as AutomataLibDFA

    names = dfa.support
    if len(names) > _MAX_EXPLICIT:
        raise FormulaError(
            f"automata-lib needs an explicit alphabet, and 2**{len(names)} labels are too many. "
            f"At most {_MAX_EXPLICIT} propositions can be exported."
        )
    symbols: list[Any] = [
        Symbol(name for i, name in enumerate(names) if mask >> i & 1) for mask in range(1 << len(names))
    ]
    table = dfa.delta(range(1 << len(names)), names).tolist()
    return AutomataLibDFA(
        states=set(range(dfa.n_states)),
        input_symbols=set(symbols),
        transitions={state: dict(zip(symbols, row, strict=True)) for state, row in enumerate(table)},
        initial_state=dfa.initial,
        final_states={state for state in range(dfa.n_states) if dfa.accepting[state]},
    )


def from_automata_lib(
    automaton: AutomataLibDFA,
    vocabulary: Vocabulary | None = None,
    labels: Mapping[Any, Iterable[str]] | None = None,
) -> DFA:
    """Import from automata-lib; labels and transitions that are not there are rejected.

    Parameters
    ----------
    automaton : automata.fa.dfa.DFA
        Its symbols are sets of names, unless ``labels`` says what they mean.
    vocabulary : Vocabulary, optional
        What the propositions mean.
    labels : mapping of symbol to iterable of str, optional
        The names that hold for each symbol.

    Raises
    ------
    FormulaError
        If a symbol is no set of names and ``labels`` does not explain it.
    """
    label_of = {symbol: _label(symbol, labels) for symbol in automaton.input_symbols}
    found = sorted({name for label in label_of.values() for name in label})
    names = tuple(vocabulary) if vocabulary is not None else tuple(found)
    edges = [
        (source, target, _exactly(label_of[symbol], names))
        for source, row in automaton.transitions.items()
        for symbol, target in row.items()
    ]
    states = list(automaton.states)
    accepting = {state: state in automaton.final_states for state in states}
    return _assemble(names, states, automaton.initial_state, accepting, edges, "reject", vocabulary)


def _label(symbol: Any, labels: Mapping[Any, Iterable[str]] | None) -> frozenset[str]:
    value = symbol if labels is None else labels.get(symbol)
    if value is None or isinstance(value, str) or not isinstance(value, Iterable):
        raise FormulaError(
            f"The symbol {symbol!r} is not a set of proposition names. Pass labels={{{symbol!r}: {{...}}}} "
            "to say which propositions hold when it is read."
        )
    return frozenset(value)


def _exactly(label: frozenset[str], names: Iterable[str]) -> Formula:
    """Formula of one label; propositions that no symbol uses may be anything."""
    return conjunction(proposition(name) if name in label else ~proposition(name) for name in names)


def to_dict(dfa: DFA) -> dict[str, Any]:
    """JSON-safe form of an automaton."""
    transitions = dfa.transitions
    return {
        "format": _FORMAT,
        "propositions": list(dfa.propositions),
        "vocabulary": None if dfa.vocabulary is None else dfa.vocabulary.to_dict(),
        "formula": None if dfa.formula is None else str(dfa.formula),
        "accepting": [bool(value) for value in dfa.accepting],
        "levels": list(transitions.levels),
        "nodes": [list(n) for n in zip(transitions.level, transitions.low, transitions.high, strict=True)],
        "roots": list(transitions.roots),
    }


def from_dict(data: Mapping[str, Any]) -> DFA:
    """Inverse of :func:`to_dict`.

    Raises
    ------
    FormulaError
        If the data is not such a form, or has been damaged.
    """
    try:
        return _restore(data)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise FormulaError(
            f"This is not a stored automaton ({type(error).__name__}: {error}). "
            "Store it again with DFA.to_dict()."
        ) from None


def _restore(data: Mapping[str, Any]) -> DFA:
    if data["format"] != _FORMAT:
        raise ValueError(f"the format is {data['format']!r}, expected {_FORMAT!r}")
    accepting = [bool(value) for value in data["accepting"]]
    nodes = [tuple(map(int, node)) for node in data["nodes"]]
    transitions = Transitions(
        n_states=len(accepting),
        levels=tuple(map(str, data["levels"])),
        level=[level for level, _, _ in nodes],
        low=[low for _, low, _ in nodes],
        high=[high for _, _, high in nodes],
        roots=[int(root) for root in data["roots"]],
    )
    _check(transitions)
    vocabulary = None if data["vocabulary"] is None else Vocabulary.from_dict(data["vocabulary"])
    propositions = tuple(map(str, data["propositions"]))
    if not set(transitions.levels) <= set(propositions if vocabulary is None else vocabulary):
        raise ValueError("a level is not among the propositions")
    formula = None if data["formula"] is None else parse(data["formula"])
    return DFA(transitions, accepting, propositions, vocabulary, formula)


def _check(transitions: Transitions) -> None:
    """Refuse diagrams that could loop or lead out of range."""
    n, levels = transitions.n_states, len(transitions.levels)
    level_of = [levels] * n
    for index, level in enumerate(transitions.level, start=n):
        low, high = transitions.low[index - n], transitions.high[index - n]
        if not (0 <= low < index and 0 <= high < index and 0 <= level < min(level_of[low], level_of[high])):
            raise ValueError(f"node {index - n} is out of order")
        level_of.append(level)
    if n < 1 or len(transitions.roots) != n or not all(0 <= r < len(level_of) for r in transitions.roots):
        raise ValueError("the roots do not fit the states")
