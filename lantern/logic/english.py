"""One English sentence for every state and edge of an automaton: what was done, remains, is forbidden.

The sentences are derived from the automaton itself, so that equivalent formulas, and automata that came from
elsewhere, are described alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lantern.logic.arrange import arrange
from lantern.logic.guards import Labels
from lantern.logic.phrases import Phrase, join, listed, phrase, times
from lantern.logic.progress import Progress, progress

if TYPE_CHECKING:
    from lantern.logic.dfa import DFA

Cube = dict[str, bool]
_FEW = 3
_SOME = 6


class Description(NamedTuple):
    """The sentence of a state in its three parts, without the full stop; a part may be empty.

    Attributes
    ----------
    done : str
        What certainly happened on the way to the state: "the agent picked up the key".
    remaining : str
        What has to happen before acceptance: "the agent still has to open the chest".
    rules : str
        What would make the task fail now, or why it has failed: "the agent must not touch the lava".
    """

    done: str
    remaining: str
    rules: str


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
        return _sentence(self.describe(state))

    def describe(self, state: int) -> Description:
        """Clauses of the sentence of a state, by what they tell."""
        dfa = self._dfa
        if not dfa.live[state]:
            return Description("the task has failed", "", self._reasons())
        done = self._done(state)
        if dfa.settled[state]:
            return Description(f"the task is done; {done}" if done else "the task is done", "", "")
        if dfa.accepting[state]:
            due = "nothing more is due now" if done else "nothing is due now"
            return Description(done, "; ".join([due, *self._triggers(state)]), self._rules(state))
        effort = self._progress.effort
        some = (
            "part of it has been done" if effort[state] < effort[dfa.initial] else "nothing has been done yet"
        )
        return Description(done or some, self._remaining(state), self._rules(state) or self._idle(state))

    def _done(self, state: int) -> str:
        """What certainly happened on the way to a state."""
        progress = self._progress
        counts = progress.done_UE[state]
        events = progress.plain(np.flatnonzero(counts).tolist())
        order = progress.order(self._dfa.initial, events)
        earlier = dict(zip(events, (order & ~order.T).sum(axis=0).tolist(), strict=True))
        events.sort(key=earlier.__getitem__)
        clauses = []
        for e in events:
            often = times(int(counts[e]))
            subjects = [self._phrases[name].past_parts for name in progress.events[e]]
            clauses.append(
                (subjects[0][0], join(subjects, "or").removeprefix(subjects[0][0]).strip() + often)
            )
        return join(clauses, "and")

    def _remaining(self, state: int, words: str = "still has to") -> str:
        """What certainly has to happen before acceptance, in its order."""
        events = self._progress.waits_for(state)
        if not events:
            return self._options(state, words)
        involved = [self._phrases[name] for e in events for name in self._progress.events[e]]
        common = _one_subject(involved)
        leaves = [self._leaf(state, e, common) for e in events]
        text = _to_do(involved, words, arrange(leaves, self._progress.order(state, events)), common)
        return text if self._progress.is_all(state, events) else f"{text}, among other things"

    def _leaf(self, state: int, event: int, common: bool) -> str:
        """One event that remains: an infinitive where all have the same subject, else a clause."""
        progress = self._progress
        parts = [self._phrases[name] for name in progress.events[event]]
        text = " or ".join(part.infinitive if common else part.sentence for part in parts)
        count = int(progress.needed_UE[state, event])
        again = " again" if count == 1 and progress.done_UE[state, event] else ""
        return text + (times(count) or again)

    def _options(self, state: int, words: str) -> str:
        """Where no event is certain: the ways to acceptance on which fewest events happen."""
        ways = self._progress.ways(state, _SOME)
        if not ways or not all(ways):
            steps = int(self._dfa.distance[state])
            return f"at least {steps} more step{'s' * (steps > 1)} must pass"
        involved = [self._phrases[name] for way in ways for label in way for name in sorted(label)]
        common = _one_subject(involved)
        texts = [", then ".join(self._step(label, common) for label in way) for way in ways]
        first = {name for way in ways for name in way[0]}
        if len(ways) >= _SOME or any(name not in first for name in self._leading_on(state)):
            return f"one way is {'to ' * common}{texts[0]}"
        return _to_do(involved, words, "either " * (len(texts) > 1) + ", or ".join(texts), common)

    def _leading_on(self, state: int) -> list[str]:
        """Propositions that lead to another live state when they hold alone."""
        successor, live = self._dfa.transitions.successor, self._dfa.live
        targets = {name: successor(state, {name}) for name in self._labels_of(state).names}
        return [name for name, target in targets.items() if target != state and live[target]]

    def _step(self, label: Iterable[str], common: bool) -> str:
        parts = [self._phrases[name] for name in sorted(label)]
        return listed([part.infinitive if common else part.sentence for part in parts])

    def _idle(self, state: int) -> str:
        """How many of the next steps do not matter."""
        steps = 0
        while len(labels := self._labels_of(state).targets) == 1 and steps < self._dfa.n_states:
            (state,) = labels
            steps += 1
        return f"the next {f'{steps} steps do' if steps > 1 else 'step does'} not matter" if steps else ""

    # Rules ----------------------------------------------------------------------------------------

    def _rules(self, state: int) -> str:
        """What would make the task fail now."""
        rules = [self._rule(state, cube) for cube in self._dead_cubes(state)]
        rules = [rule for rule in dict.fromkeys(rules) if any(rule)]
        if len(rules) > _SOME:
            rules = [*rules[:_SOME], ("more is forbidden", "")]
        groups: dict[str, list[str]] = {}
        for head, rest in rules:
            groups.setdefault(head, []).append(rest)
        return "; ".join(f"{head} {listed(rests, 'or')}".strip() for head, rests in groups.items())

    def _rule(self, state: int, cube: Cube) -> tuple[str, str]:
        """Words for labels that would make the task fail; rules with the same beginning can be joined."""
        awaited = {n for e in self._progress.waits_for(state) for n in self._progress.events[e]}
        forbidden = [self._phrases[name] for name, holds in cube.items() if holds]
        missing = [name for name, holds in cube.items() if not holds]
        if not cube:
            return "any further step makes the task fail", ""
        if not forbidden:
            required = [name for name in missing if name not in awaited] or missing
            clause = join([self._phrases[name].modal_parts("must") for name in required], "or")
            return clause + (
                " until then" if len(required) < len(missing) else self._how_long(state, cube)
            ), ""
        if len(forbidden) > 1:
            return f"it must not be that {listed([p.sentence for p in forbidden])} at the same time", ""
        head, rest = forbidden[0].modal_parts("must not" if self._is_lasting(state, cube) else "must not yet")
        unless = [self._phrases[name].sentence for name in missing if name not in awaited]
        return head, rest + (f" unless {listed(unless, 'or')}" if unless else "")

    def _how_long(self, state: int, cube: Cube) -> str:
        """Whether a requirement is for the next step only."""
        dfa = self._dfa
        following = [v for v in self._labels_of(state).targets if dfa.live[v] and not dfa.settled[v]]
        lasting = following and all(cube in self._dead_cubes(v) for v in following)
        return "" if lasting else " at the next step"

    def _dead_cubes(self, state: int) -> list[Cube]:
        labels = self._labels_of(state)
        return labels.cubes(target for target in labels.targets if not self._dfa.live[target])

    def _is_lasting(self, state: int, cube: Cube) -> bool:
        """Whether labels that fail now fail in every state that can follow."""
        label = frozenset(name for name, holds in cube.items() if holds)
        successor = self._dfa.transitions.successor
        later = [v for v in self._progress.later(state) if not self._dfa.settled[v]]
        return all(not self._dfa.live[successor(v, label)] for v in later)

    def _triggers(self, state: int) -> list[str]:
        """In an accepting state: what would make more become due."""
        dfa = self._dfa
        successor = dfa.transitions.successor
        texts = []
        for name in self._labels_of(state).names:
            target = successor(state, {name})
            if dfa.live[target] and not dfa.accepting[target]:
                texts.append(f"once {self._phrases[name].sentence}, {self._remaining(target, 'has to')}")
        if not texts and any(dfa.live[t] and not dfa.accepting[t] for t in self._labels_of(state).targets):
            texts.append("more may become due")
        return texts[:_FEW]

    def _reasons(self) -> str:
        """Why the task can have failed, where that can be said shortly."""
        reasons: dict[str, None] = {}
        for state in np.flatnonzero(self._dfa.live).tolist():
            for cube in self._dead_cubes(state):
                reasons.setdefault(self._failure(cube))
            if len(reasons) > _SOME:
                return "it can no longer be done"
        return listed(list(reasons), "or") if reasons else "it cannot be done at all"

    def _failure(self, cube: Cube) -> str:
        held = [self._phrases[name].past_parts for name, holds in cube.items() if holds]
        missing = [self._phrases[name].negated for name, holds in cube.items() if not holds]
        if not held:
            return listed(missing) if missing else "too many steps were taken"
        return join(held, "and") + (" too early" if missing else "")

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
        return _sentence([what, self._remaining(target)])

    def _event(self, source: int, target: int) -> str:
        """What happens on an edge; what does not happen is left out where something does."""
        cubes = self._labels_of(source).cubes([target])
        fails = not self._dfa.live[target]
        texts = dict.fromkeys(self._positive(cube, fails) or self._negative(cube) for cube in cubes)
        return listed(list(texts)[:_SOME], "or")

    def _positive(self, cube: Cube, fails: bool) -> str:
        text = join([self._phrases[name].parts for name, holds in cube.items() if holds], "and")
        return text + (" too early" if text and fails and not all(cube.values()) else "")

    def _negative(self, cube: Cube) -> str:
        return listed([self._phrases[name].negated for name in cube]) or "whatever happens"

    def _loop(self, state: int) -> str:
        dfa = self._dfa
        if not dfa.live[state]:
            return "The task has failed."
        if dfa.settled[state]:
            return "The task is done."
        if dfa.accepting[state]:
            return _sentence(["nothing more is due", self._rules(state)])
        return _sentence(["nothing new happens", self._remaining(state)])


def _phrase(dfa: DFA, name: str) -> Phrase:
    if dfa.vocabulary is None:
        return Phrase(f"{name} occurs", subject=name, verb="occur")
    proposition = dfa.vocabulary.proposition(name)
    return phrase(proposition.sentence, proposition.opposite)


def _one_subject(phrases: list[Phrase]) -> bool:
    return len({(p.subject, p.plural) for p in phrases}) == 1 and all(p.verb for p in phrases)


def _to_do(involved: list[Phrase], words: str, text: str, common: bool) -> str:
    """Clause for what remains: "the agent still has to ...", or a list where the subjects differ."""
    if common:
        return f"{involved[0].subject} {words.replace('has', 'have') if involved[0].plural else words} {text}"
    if len(involved) == 1 and text == involved[0].sentence:
        return " ".join(involved[0].modal_parts(words))
    return f"still to happen: {text}"


def _sentence(parts: Iterable[str]) -> str:
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:] + "."
