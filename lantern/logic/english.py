"""One English sentence for every state and edge of an automaton: what was done, remains, is forbidden.

The sentences are derived from the automaton itself, so that equivalent formulas, and automata that came from
elsewhere, are described alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lantern.logic.guards import Labels
from lantern.logic.phrases import Phrase, listed, phrase, times
from lantern.logic.progress import Progress, progress

if TYPE_CHECKING:
    from lantern.logic.dfa import DFA

Cube = dict[str, bool]
_MAX_REASONS = 3


class Sentences:
    """Describes the states and edges of an automaton.

    Parameters
    ----------
    dfa : DFA
        What to describe. Without a vocabulary, propositions are named: "key occurs".
    """

    def __init__(self, dfa: DFA) -> None:
        self._dfa = dfa
        self._phrases = {name: _phrase(dfa, name) for name in dfa.propositions}
        self._labels: dict[int, Labels] = {}

    @cached_property
    def _progress(self) -> Progress:
        dfa = self._dfa
        return progress(dfa.transitions, dfa.propositions, dfa.accepting, dfa.live)

    def _labels_of(self, state: int) -> Labels:
        if state not in self._labels:
            self._labels[state] = Labels(self._dfa.transitions, state, self._dfa.propositions)
        return self._labels[state]

    # States ---------------------------------------------------------------------------------------

    def state(self, state: int) -> str:
        """Sentence of a state."""
        dfa = self._dfa
        if not dfa.live[state]:
            return _sentence(["the task has failed", *self._reasons()])
        done = self._done(state)
        if dfa.settled[state]:
            return _sentence(["the task is done", *done])
        if dfa.accepting[state]:
            return _sentence([*done, "nothing more is due now", *self._rules(state), *self._triggers(state)])
        return _sentence(
            [*(done or ["nothing has been done yet"]), *self._remaining(state), *self._rules(state)]
        )

    def _done(self, state: int) -> list[str]:
        """What certainly happened on the way to a state."""
        counts = self._progress.done_UE[state]
        events = [e for e in range(len(counts)) if counts[e]]
        sets = [set(self._progress.events[e]) for e in events]
        kept = [e for e, mine in zip(events, sets, strict=True) if not any(other < mine for other in sets)]
        kept.sort(key=lambda e: int(np.flatnonzero(self._progress.done_UE[:, e]).min()))
        parts = [
            " or ".join(self._phrases[name].past for name in self._progress.events[e]) + times(int(counts[e]))
            for e in kept
        ]
        return [listed(parts)] if parts else []

    def _remaining(self, state: int) -> list[str]:
        """What certainly has to happen before acceptance, in its order."""
        events = self._progress.waits_for(state)
        if not events:
            return self._options(state)
        involved = [self._phrases[name] for e in events for name in self._progress.events[e]]
        subjects = {(p.subject, p.plural) for p in involved}
        common = len(subjects) == 1 and all(p.verb for p in involved)
        leaves = [self._leaf(state, e, common) for e in events]
        text = _arrange(leaves, self._progress.order(state, events))
        if not common:
            return [f"still to happen: {text}"]
        return [f"{involved[0].subject} still {'have' if involved[0].plural else 'has'} to {text}"]

    def _leaf(self, state: int, event: int, common: bool) -> str:
        """One event that remains: an infinitive where all have the same subject, else a clause."""
        progress = self._progress
        parts = [self._phrases[name] for name in progress.events[event]]
        text = " or ".join(part.infinitive if common else part.sentence for part in parts)
        count = int(progress.needed_UE[state, event])
        again = " again" if count == 1 and progress.done_UE[state, event] else ""
        return text + (times(count) or again)

    def _options(self, state: int) -> list[str]:
        """Where no event is certain: the labels that bring acceptance nearer."""
        dfa = self._dfa
        nearer = [t for t in self._labels_of(state).to if 0 <= dfa.distance[t] < dfa.distance[state]]
        cubes = self._labels_of(state).cubes(nearer)
        if not all(cubes):
            steps = int(dfa.distance[state])
            return [f"at least {steps} more step{'s' * (steps > 1)} must pass"]
        parts = [self._literals(cube) for cube in cubes[: 2 * _MAX_REASONS]]
        return [
            f"still to happen: either {listed(parts, 'or')}"
            if len(parts) > 1
            else f"still to happen: {parts[0]}"
        ]

    # Rules ----------------------------------------------------------------------------------------

    def _rules(self, state: int) -> list[str]:
        """What would make the task fail now."""
        dead = [target for target in self._labels_of(state).to if not self._dfa.live[target]]
        rules = [self._rule(state, cube) for cube in self._labels_of(state).cubes(dead)]
        rules = [rule for rule in dict.fromkeys(rules) if rule]
        if len(rules) > 2 * _MAX_REASONS:
            rules = [*rules[: 2 * _MAX_REASONS], "more is forbidden"]
        return [_shared_subject(rules)] if rules else []

    def _rule(self, state: int, cube: Cube) -> str:
        """Words for labels that would make the task fail."""
        awaited = {n for e in self._progress.waits_for(state) for n in self._progress.events[e]}
        forbidden = [self._phrases[name] for name, holds in cube.items() if holds]
        missing = [name for name, holds in cube.items() if not holds]
        if not forbidden:
            required = [name for name in missing if name not in awaited] or missing
            clauses = [self._phrases[name].modal("must") for name in required]
            until = " until then" if len(required) < len(missing) else self._how_long(state, cube)
            return " or ".join(clauses) + until
        if len(forbidden) > 1:
            return f"it must not be that {listed([p.sentence for p in forbidden])} at the same time"
        yet = not self._always_forbidden(state, cube)
        unless = [self._phrases[name].sentence for name in missing if name not in awaited]
        text = forbidden[0].modal("must not yet" if yet else "must not")
        return text + (f" unless {listed(unless, 'or')}" if unless else "")

    def _how_long(self, state: int, cube: Cube) -> str:
        """Whether a requirement is for the next step only."""
        later = self._progress.successors[state]
        lasting = any(cube in self._dead_cubes(v) for v in later) or state in dict(self._labels_of(state).to)
        return "" if lasting else " at the next step"

    def _dead_cubes(self, state: int) -> list[Cube]:
        labels = self._labels_of(state)
        return labels.cubes(target for target in labels.to if not self._dfa.live[target])

    def _always_forbidden(self, state: int, cube: Cube) -> bool:
        """Whether labels that fail now fail in every state that can follow."""
        names = [name for name, holds in cube.items() if holds]
        label = frozenset(names)
        successor = self._dfa.transitions.successor
        later = [v for v in self._progress.later(state) if not self._dfa.settled[v]]
        return all(not self._dfa.live[successor(v, label)] for v in later)

    def _triggers(self, state: int) -> list[str]:
        """In an accepting state: what would make more become due."""
        dfa = self._dfa
        due = [t for t in self._labels_of(state).to if dfa.live[t] and not dfa.accepting[t]]
        texts = []
        for target in due[:_MAX_REASONS]:
            cubes = self._labels_of(state).cubes([target])
            when = listed([self._literals(cube) for cube in cubes[:_MAX_REASONS]], "or")
            texts.append(f"once {when}, {'; '.join(self._remaining(target))}" if all(cubes) else "")
        return [text for text in texts if text]

    def _reasons(self) -> list[str]:
        """Why the task can have failed, where that can be said shortly."""
        cubes: dict[str, None] = {}
        for state in np.flatnonzero(self._dfa.live).tolist():
            for cube in self._dead_cubes(state):
                cubes.setdefault(self._failure(cube))
            if len(cubes) > _MAX_REASONS:
                return ["it can no longer be done"]
        return [listed(list(cubes), "or")] if cubes else ["it cannot be done at all"]

    def _failure(self, cube: Cube) -> str:
        held = [self._phrases[name].past for name, holds in cube.items() if holds]
        missing = [self._phrases[name].negated for name, holds in cube.items() if not holds]
        if not held:
            return listed(missing)
        return listed(held) + (" too early" if missing else "")

    # Edges ----------------------------------------------------------------------------------------

    def edge(self, source: int, target: int) -> str:
        """Sentence of an edge: what happens, and what comes of it."""
        dfa = self._dfa
        if source == target:
            return self._loop(source)
        what = self._event(source, target)
        if not dfa.live[target]:
            return _sentence([what, "the task fails"])
        if dfa.accepting[target]:
            outcome = "the task is done" if dfa.settled[target] else "nothing more is due now"
            return _sentence([what, outcome])
        return _sentence([what, *self._remaining(target)])

    def _event(self, source: int, target: int) -> str:
        """What happens on an edge; what does not happen is left out where something does."""
        cubes = self._labels_of(source).cubes([target])
        texts = dict.fromkeys(self._positive(cube) or self._literals(cube) or "anything" for cube in cubes)
        parts = list(texts)[: 2 * _MAX_REASONS]
        return listed(parts, "or")

    def _loop(self, state: int) -> str:
        dfa = self._dfa
        if not dfa.live[state]:
            return "The task has failed."
        if dfa.settled[state]:
            return "The task is done."
        if dfa.accepting[state]:
            return _sentence(["nothing more is due", *self._rules(state)])
        return _sentence(["nothing new happens", *self._remaining(state)])

    def _positive(self, cube: Cube) -> str:
        return listed([self._phrases[name].sentence for name, holds in cube.items() if holds])

    def _literals(self, cube: Cube) -> str:
        held = [self._phrases[name].sentence for name, holds in cube.items() if holds]
        return listed(held + [self._phrases[name].negated for name, holds in cube.items() if not holds])


def _phrase(dfa: DFA, name: str) -> Phrase:
    if dfa.vocabulary is None:
        return Phrase(f"{name} occurs", subject=name, verb="occur")
    proposition = dfa.vocabulary.proposition(name)
    return phrase(proposition.sentence, proposition.opposite)


def _sentence(parts: Iterable[str]) -> str:
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:] + "."


def _shared_subject(clauses: Sequence[str]) -> str:
    """Join clauses, saying "the agent must not" once: "the agent must not swim or jump"."""
    groups: dict[str, list[str]] = {}
    for clause in clauses:
        for words in (" must not yet ", " must not "):
            if words in clause and not clause.startswith("it must not be"):
                subject, rest = clause.split(words, 1)
                groups.setdefault(subject + words, []).append(rest)
                break
        else:
            groups.setdefault(clause, [])
    return "; ".join(head + listed(rests, "or") if rests else head for head, rests in groups.items())


def _arrange(texts: Sequence[str], before: np.ndarray) -> str:
    """Describe a partial order: "a and b in any order, then c"."""
    if len(texts) == 1:
        return texts[0]
    layers = _in_series(before)
    if len(layers) > 1:
        return ", then ".join(_arrange_some(texts, before, layer) for layer in layers)
    groups = _in_parallel(before)
    if len(groups) == 1:
        return listed(texts) + _simultaneous(before)
    parts = [_arrange_some(texts, before, group).replace(", then ", " then ") for group in groups]
    return f"{listed(parts)} in any order"


def _arrange_some(texts: Sequence[str], before: np.ndarray, which: Sequence[int]) -> str:
    return _arrange([texts[i] for i in which], before[np.ix_(which, which)])


def _simultaneous(before: np.ndarray) -> str:
    return " at the same time" if before.all() else ""


def _in_series(before: np.ndarray) -> list[list[int]]:
    """Cut a partial order into layers, all of each before all of the next, as finely as possible."""
    strict = before & ~before.T
    order = np.argsort(-strict.sum(axis=1), kind="stable").tolist()
    layers: list[list[int]] = [[]]
    for position, item in enumerate(order):
        layers[-1].append(item)
        ahead, behind = order[: position + 1], order[position + 1 :]
        if behind and strict[np.ix_(ahead, behind)].all():
            layers.append([])
    return [sorted(layer) for layer in layers]


def _in_parallel(before: np.ndarray) -> list[list[int]]:
    """Groups without any order between them."""
    related = before | before.T
    groups: list[list[int]] = []
    left = list(range(len(before)))
    while left:
        group, frontier = {left[0]}, [left[0]]
        while frontier:
            item = frontier.pop()
            found = [other for other in left if other not in group and related[item, other]]
            group.update(found)
            frontier += found
        groups.append(sorted(group))
        left = [item for item in left if item not in group]
    return groups
