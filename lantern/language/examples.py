"""Traces that show what an automaton wants: two ways to do the task, two instructive ways to miss it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count, pairwise

from lantern.language.types import Example, Trace
from lantern.logic import DFA

_EXPANSIONS = 4000


def describe_trace(trace: Trace, vocabulary: Mapping[str, str]) -> str:
    """English for a trace: what holds at each step, in the words of the vocabulary."""
    if not trace:
        return "no step at all"
    steps = [_join([said for name, said in vocabulary.items() if name in label]) for label in trace]
    return "; then ".join(steps)


def _join(sentences: list[str]) -> str:
    if not sentences:
        return "nothing happens"
    if len(sentences) == 1:
        return sentences[0]
    return f"{', '.join(sentences[:-1])} and {sentences[-1]} at the same step"


def accepted_examples(dfa: DFA, vocabulary: Mapping[str, str]) -> tuple[Example, ...]:
    """Two short ways to do the task: the shortest with one thing at a time, and the shortest of all.

    Where these are the same, the second is the next shortest, with idle steps only if there is no other.
    """
    found = [*_plain(dfa), *_first(_accepted(dfa), 3)]
    if len(set(found)) < 2:
        found += _first(_accepted(dfa, idle=True), 3)
    found = list(dict.fromkeys(found))[:2]
    return tuple(Example(trace, True, describe_trace(trace, vocabulary)) for trace in found)


def rejected_examples(
    dfa: DFA, vocabulary: Mapping[str, str], accepted: tuple[Example, ...]
) -> tuple[Example, ...]:
    """Two near misses of different kinds: something forbidden, a wrong order, something left out, idling."""
    chosen: list[Trace] = []
    for family in (_spoilt, _reordered, _shortened, _beside, _beside):
        fresh = (trace for trace in family(dfa, accepted) if trace not in chosen and not dfa.accepts(trace))
        chosen += _first(fresh, 1)
    return tuple(Example(trace, False, _why(dfa, trace, vocabulary)) for trace in chosen[:2])


def _first(traces: Iterator[Trace], number: int) -> list[Trace]:
    return [trace for trace, _ in zip(traces, range(number), strict=False)]


def _labels(dfa: DFA, state: int) -> list[frozenset[str]]:
    """Labels worth trying in a state: nothing, one proposition, and a small label for each successor."""
    labels = [frozenset(), *(frozenset([name]) for name in dfa.support)]
    labels += [label for _, label in dfa.transitions.successors(state)]
    return list(dict.fromkeys(labels))


def _plain(dfa: DFA) -> Iterator[Trace]:
    """The accepted trace in which least happens at the same step, of those the shortest (Dijkstra 1959)."""
    order = count()
    queue: list[tuple[int, int, int, int, Trace]] = [(0, 0, next(order), dfa.initial, ())]
    done: set[int] = set()
    while queue:
        together, length, _, state, trace = heapq.heappop(queue)
        if trace and dfa.accepting[state]:
            yield trace
            return
        if state in done:
            continue
        done.update([state] if trace else [])
        for label in _labels(dfa, state):
            after = dfa.step(state, label)
            if dfa.live[after] and after not in done:
                cost = together + max(0, len(label) - 1)
                heapq.heappush(queue, (cost, length + 1, next(order), after, (*trace, label)))


def _accepted(dfa: DFA, idle: bool = False) -> Iterator[Trace]:
    """Accepted traces, the shortest first, among equals those where less happens; `idle` allows loops."""
    order = count()
    labels = cache(lambda state: _labels(dfa, state))
    queue: list[tuple[int, int, int, int, Trace]] = [(0, 0, next(order), dfa.initial, ())]
    for _ in range(_EXPANSIONS):
        if not queue:
            return
        _, size, _, state, trace = heapq.heappop(queue)
        if trace and dfa.accepting[state]:
            yield trace
            if not idle:
                continue
        for label in labels(state):
            after = dfa.step(state, label)
            moves = idle or after != state or (not trace and dfa.accepting[after])
            if dfa.live[after] and moves:
                longer = (*trace, label)
                bound = len(longer) + int(dfa.distance[after])
                heapq.heappush(queue, (bound, size + len(label), next(order), after, longer))


def _spoilt(dfa: DFA, accepted: tuple[Example, ...]) -> Iterator[Trace]:
    """An accepted trace in which something forbidden happens, after which the task cannot be done."""
    for example in accepted:
        used = frozenset().union(*example.trace)
        names = sorted(dfa.support, key=lambda name: name in used)
        states = dfa.run(example.trace)
        for name in names:
            for at in range(len(example.trace), -1, -1):
                if not dfa.live[dfa.step(states[at], {name})]:
                    yield (*example.trace[:at], frozenset([name]), *example.trace[at:])


def _reordered(dfa: DFA, accepted: tuple[Example, ...]) -> Iterator[Trace]:
    """An accepted trace with two neighbouring steps exchanged."""
    for example in accepted:
        trace = example.trace
        for at, (left, right) in enumerate(pairwise(trace)):
            if left != right:
                yield (*trace[:at], right, left, *trace[at + 2 :])


def _shortened(dfa: DFA, accepted: tuple[Example, ...]) -> Iterator[Trace]:
    """An accepted trace with one thing left out, the last first."""
    for example in accepted:
        trace = example.trace
        for at in range(len(trace) - 1, -1, -1):
            for name in sorted(trace[at]):
                less = trace[at] - {name}
                kept = (less,) if less or len(trace) == 1 else ()
                yield (*trace[:at], *kept, *trace[at + 1 :])


def _beside(dfa: DFA, accepted: tuple[Example, ...]) -> Iterator[Trace]:
    """Nothing at all, then something that has nothing to do with the task, then any short rejected trace."""
    yield (frozenset(),)
    for name in dfa.propositions:
        if name not in dfa.support:
            yield (frozenset([name]),)
    yield from _accepted(dfa.complement(), idle=True)


def _why(dfa: DFA, trace: Trace, vocabulary: Mapping[str, str]) -> str:
    states = dfa.run(trace)
    told = describe_trace(trace, vocabulary)
    if dfa.live[states[-1]]:
        return f"{told} (not finished)"
    fatal = next(at for at, state in enumerate(states) if not dfa.live[state])
    return f"{told} (failed for good at step {max(fatal, 1)})"
