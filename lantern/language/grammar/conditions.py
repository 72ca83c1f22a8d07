"""Actions for the conditions of subordinate clauses: states and events, denied and joined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lantern.language.ast import Not
from lantern.language.english.words import PARTICIPLES, base_forms
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.linking import UNIVERSAL
from lantern.language.grammar.phrases import Cond, Group, NounPhrase, Thing, is_event, things
from lantern.language.grammar.values import (
    Made,
    Values,
    exactly_one,
    first_leaf,
    holds,
    innermost,
    is_be,
    is_verb,
)


def _denied_of(phrase: NounPhrase, after: bool) -> NounPhrase | None:
    """What is denied: "neither a nor b", "a or b is not on"; None for "a and b are not on", which is open."""
    if isinstance(phrase, Thing):
        return replace(phrase, condition=Not(phrase.condition))
    if not all(isinstance(part, Thing) for part in phrase.parts) or phrase.op != "or":
        return None
    parts = tuple(replace(thing, condition=Not(thing.condition)) for thing in things(phrase))
    return Group("or" if after else "and", parts)


def _becomes(word: str, phrase: NounPhrase) -> bool:
    """Whether a verb says that a state begins which nobody brings about ("when it gets too hot")."""
    begins = bool(base_forms(word) & {"get", "become", "turn", "grow"})
    return begins and all((thing.world or thing.mode) and not thing.event for thing in things(phrase))


def _third(text: str) -> bool:
    """Whether words begin with a verb that tells what something does by itself ("burns", "closes")."""
    word = text.split()[0] if text else ""
    spoken = word.endswith("s") and not word.endswith("ss") and bool(base_forms(word) - {word})
    return spoken and word not in ("is", "has", "was", "does")


class _Conditions(Values):
    """Actions of the rules ``cond`` and ``simple_cond``."""

    def _partly(self, *parts: Any) -> bool:
        """Whether a condition says "always", which no single step tells."""
        leaves = [
            leaf for part in parts if isinstance(part, tuple) for one in part for leaf in (innermost(one),)
        ]
        texts = {
            self._tokens[leaf.at].text
            for leaf in leaves
            if isinstance(leaf, Leaf) and leaf.terminal == "ALWAYS"
        }
        return bool(texts & UNIVERSAL)

    def cond_active(
        self,
        force: Any,
        before: Any,
        verb: Any,
        after: Any,
        phrase: NounPhrase,
        done: Any,
        back: Any,
        count: Any,
    ) -> Made:
        if self._partly(before, after) or any(
            self._tokens[first_leaf(one).at].text == "last" for one in before
        ):
            return  # "after the last feeding": which one that is nobody knows yet
        value: Any = count[0] if count else None
        if isinstance(value, Leaf):
            value = (self._number(value), None, "ordinal")
        holding = holds(self._tokens, verb, phrase) and not force
        be, word = is_be(self._tokens, verb) or holding, self._tokens[first_leaf(verb).at].text.split()[0]
        if not force and not value and (self._tokens[first_leaf(verb).at].ongoing or _becomes(word, phrase)):
            begins = not self._tokens[first_leaf(verb).at].ongoing
            yield Cond(phrase, state=True, present=True, inflected=True, begins=begins), 0.0
            return
        if (
            isinstance(phrase, Thing)
            and phrase.pronoun
            and not force
            and not value
            and _third(word)
            and not be
        ):
            yield (
                Cond(phrase, passive=True, present=True, inflected=True, begins=True),
                0.0,
            )  # "before it burns"
            return
        inflected = word.endswith(("ing", "ed")) or word in PARTICIPLES
        yield (
            Cond(
                phrase,
                not be,
                count=value,
                state=be and word != "been" and not is_event(phrase),
                inflected=inflected,
            ),
            0.0,
        )

    def cond_state(self, phrase: NounPhrase, *parts: Any) -> Made:
        if self._partly(*parts):
            return
        done = [first_leaf(part) for part in parts if part and first_leaf(part).terminal in ("DONE", "STATE")]
        perfect = any("perfect" in leaf.values for leaf in done)
        lasting = bool(done) and not perfect and all(thing.lasting for thing in things(phrase))
        lasting = lasting or any("ongoing" in leaf.values for leaf in done)
        state = lasting or (
            not perfect and any(value.endswith(("+", "-")) for leaf in done for value in leaf.values)
        )
        present = bool(done) and not perfect
        begins = any("begins" in leaf.values or _third(self._tokens[leaf.at].text) for leaf in done)
        bare = not any(parts) and isinstance(phrase, Thing) and self._participle(phrase)
        cond = Cond(phrase, state=state, passive=bool(done) or bare, present=present or bare, begins=begins)
        yield cond, 0.0 if any(parts) else 0.1

    def _participle(self, phrase: Thing) -> bool:
        """Whether a thing was named by its participle alone ("when loaded")."""
        named = (token for token in self._tokens if token.condition == phrase.condition)
        texts = [token.text for token in named if token.of("P") and " " not in token.text]
        return any(text in PARTICIPLES or (text.endswith("ed") and len(text) > 4) for text in texts)

    def cond_counted(self, phrase: NounPhrase, adverbs: Any, both: Any, done: Leaf, count: Any) -> Made:
        value: Any = (self._number(count), None, "ordinal") if isinstance(count, Leaf) else count
        value = None if isinstance(count, Leaf) and self._number(count) == 1 else value
        yield Cond(phrase, passive=True, count=value), 0.0

    def cond_quant(self, quant: Any, verb: Any, to: Any, phrase: NounPhrase, done: Any) -> Made:
        """Read "after two inspections of the dam" and "before two samples have been taken"."""
        if isinstance(phrase, Thing) and (verb or done or phrase.event):
            yield Cond(phrase, passive=True, count=quant), 0.1

    def cond_verbal(self, force: Any, adverbs: Any, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Thing) and phrase.verbal:
            yield Cond(phrase, True), 0.0

    def cond_at_done(self, done: Leaf, to: Any, phrase: NounPhrase) -> Made:
        """Read "before the car is parked in the garage", where who acts says nothing."""
        if self._tokens[done.at].text.split()[-1] in ("in", "at", "on") or to:
            yield Cond(phrase, state=not is_event(phrase)), 0.3

    def cond_at(self, to: Leaf, phrase: NounPhrase) -> Made:
        if self._tokens[to.at].text in ("in", "at", "on", "inside", "within"):
            yield Cond(phrase, state=not is_event(phrase)), 0.0

    def cond_not(self, *parts: Any) -> Made:
        if "never" in parts:
            return  # "if the bell never rings" is no condition at one step
        phrase = next(part for part in parts if isinstance(part, Thing | Group))
        active = any(isinstance(part, Leaf) and part.terminal == "GO" for part in map(innermost, parts))
        done = [part for part in parts if isinstance(part, Leaf) and part.terminal == "DONE"]
        lasts = any(value.endswith(("+", "-")) for leaf in done for value in leaf.values)
        perfect = any("perfect" in leaf.values for leaf in done)
        named = things(phrase)
        verbs = [part for part in parts if isinstance(part, tuple) and part and is_verb(part)]
        be = not done and any(
            is_be(self._tokens, verb) or holds(self._tokens, verb, phrase) for verb in verbs
        )
        state = (bool(done) or be) and not is_event(phrase) and not perfect
        state = state and (lasts or all(thing.lasting for thing in named))
        denied = _denied_of(phrase, after=parts[0] is phrase)
        if denied is not None:
            yield Cond(denied, active and not be, denied=True, passive=bool(done), state=state), 0.0

    def cond_not_at(self, force: Any, neg: Any, adverbs: Any, to: Leaf, phrase: NounPhrase) -> Made:
        """Read "while the truck is not in the yard"."""
        denied = _denied_of(phrase, after=False)
        place = self._tokens[to.at].text in ("in", "at", "on", "inside", "within")
        if place and denied is not None and not any(thing.event for thing in things(phrase)):
            yield Cond(denied, denied=True, state=True), 0.0

    def cond_one(self, one: Leaf, phrase: NounPhrase, adverbs: Any, done: Any) -> Made:
        """Read "when exactly one of a and b is on"."""
        only = exactly_one(phrase)
        if only is not None:
            yield Cond(only, passive=bool(done), state=only.lasting), -0.2

    def cond_ceases(self, it: Any, cease: Leaf, phrase: NounPhrase) -> Made:
        """Read "until it stops raining"."""
        if isinstance(phrase, Thing) and not phrase.event:
            yield Cond(Thing(Not(phrase.condition)), denied=True, state=True), -0.1

    def conditions(self, either: Any, first: Cond, rest: tuple[Any, ...]) -> Made:
        """Several conditions joined by "and", "or" and "while", all of them states or none."""
        if not rest:
            if not either or (isinstance(first.np, Group) and first.np.op == "or"):
                yield first, 0.0
            return
        conds = [first, *(part[1] for part in rest)]
        joins = {"OR" if first_leaf(part[0]).terminal == "OR" else "AND" for part in rest}
        named = [cond.np for cond in conds]
        states = all(cond.state for cond in conds)
        denied = any(cond.denied for cond in conds) and not states
        if len(joins) > 1 or len(set(named)) < len(named) or denied or any(cond.count for cond in conds):
            return
        meanwhile = [part for part in rest if first_leaf(part[0]).terminal == "WHILE"]
        if meanwhile and not all(part[1].state for part in meanwhile):
            return
        places = all(thing.lasting and not thing.holding for name in named for thing in things(name))
        alike = states or places or all(cond.inflected for cond in conds)
        alike = alike or all(cond.passive or cond.state for cond in conds)
        group = Group("or" if joins == {"OR"} else "and", tuple(named))
        yield replace(first, np=group, state=states, denied=False), 0.3 if alike else 1.2
