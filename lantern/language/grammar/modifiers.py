"""Actions for modifiers, conditions and numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lantern.language.ast import Not
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import (
    Cond,
    Group,
    Mod,
    NounPhrase,
    Thing,
    is_event,
)
from lantern.language.grammar.rewrites import PARTICIPLES
from lantern.language.grammar.values import (
    Made,
    Values,
    first_leaf,
    innermost,
    is_be,
    is_verb,
    number_in,
)


class _Modifiers(Values):
    """Actions of the rules ``mod``, ``cond`` and ``count``."""

    def nothing(self, *parts: Any) -> Made:
        yield Mod("nothing"), 0.0

    def order(self, but: Any, leaf: Leaf) -> Made:
        for value in leaf.values:
            yield Mod("nothing") if value == "loose" else Mod("order", value), 0.0

    def counted(self, *parts: Any) -> Made:
        yield Mod("count", parts[-1]), 0.0

    def ordinal(self, leaf: Leaf) -> Made:
        yield Mod("ordinal", self._number(leaf)), 0.0

    def other_time(self, leaf: Leaf) -> Made:
        yield Mod("other_time"), 0.0

    def means(self, verb: Any, phrase: NounPhrase, means: Leaf) -> Made:
        yield Mod("whenever", Cond(phrase, True)), 0.0

    def not_both(self, *parts: Any) -> Made:
        yield Mod("not_both"), 0.0

    def once_only(self, leaf: Leaf) -> Made:
        yield Mod("order", "once"), 0.0

    def sub(self, *parts: Any) -> Made:
        *before, conjunction, cond = parts
        only = any(first_leaf(part).terminal == "ONLY" for part in before if part)
        yield Mod(conjunction.terminal.lower(), cond, only), 0.0

    def without(self, *parts: Any) -> Made:
        active = any(isinstance(part, tuple) and part and is_verb(part) for part in parts)
        yield Mod("without", Cond(parts[-1], active)), 0.0

    def together(self, with_: Leaf, phrase: NounPhrase) -> Made:
        yield Mod("with", phrase), 0.0

    def via(self, *parts: Any) -> Made:
        yield Mod("via", parts[-1]), 0.0

    def place(self, to: Leaf, phrase: NounPhrase) -> Made:
        towards = self._tokens[to.at].text in ("to", "into", "toward", "onto", "in to", "on to")
        yield Mod("to" if towards else "at", phrase), 0.2

    def purpose(self, to: Leaf, verb: Leaf, phrase: NounPhrase) -> Made:
        if self._tokens[to.at].text == "to":
            yield Mod("to", phrase), 0.0

    def previously(self, leaf: Leaf) -> Made:
        yield Mod("previously"), 0.3

    def on_way(self, leaf: Leaf) -> Made:
        yield Mod("on_way"), 0.3

    def soon(self, leaf: Leaf) -> Made:
        yield Mod("soon"), 0.0

    def always(self, leaf: Leaf) -> Made:
        yield Mod("always"), 0.0

    def at_end(self, leaf: Leaf) -> Made:
        yield Mod("at_end"), 0.0

    def also(self, leaf: Leaf) -> Made:
        yield Mod("also"), 0.0

    def same_time(self, leaf: Leaf) -> Made:
        yield Mod("same_time"), 0.0

    def at_start(self, leaf: Leaf) -> Made:
        yield Mod("at_start"), 0.0

    def requires(self, which: Leaf, phrase: NounPhrase) -> Made:
        yield Mod("after", Cond(phrase, True), only=True), 0.0

    def for_good(self, *parts: Any) -> Made:
        yield Mod("for_good"), 0.0

    def not_before(self, *parts: Any) -> Made:
        yield Mod("after", parts[-1], only=True), 0.0

    def between(self, word: Leaf, first: Cond, join: Leaf, second: Cond) -> Made:
        if not (first.denied or second.denied or first.count or second.count):
            yield Mod("between", (first, second)), 0.0

    def between_list(self, word: Leaf, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Group) and phrase.op == "and" and len(phrase.parts) == 2:
            first, second = phrase.parts
            yield Mod("between", (Cond(first), Cond(second))), 0.0

    def first(self, leaf: Leaf) -> Made:
        yield Mod("first"), 0.0

    def again(self, leaf: Leaf) -> Made:
        yield Mod("again"), 0.0

    def after_that(self, leaf: Leaf) -> Made:
        yield Mod("after_that"), 0.3

    def only(self, leaf: Leaf) -> Made:
        yield Mod("only"), 0.0

    def steps(self, to: Any, number: Leaf, steps: Leaf) -> Made:
        if not to or self._tokens[to[0].at].text == "for":
            yield Mod("steps", self._number(number)), 0.0

    def without_return(self, without: Leaf, verb: Leaf) -> Made:
        if self._tokens[verb.at].text.split()[-1].startswith(("return", "revisit", "back")):
            yield Mod("order", "once"), 0.5

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
        value: Any = count[0] if count else None
        if isinstance(value, Leaf):
            value = (self._number(value), None, "ordinal")
        be, word = is_be(self._tokens, verb), self._tokens[first_leaf(verb).at].text.split()[0]
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
        done = [first_leaf(part) for part in parts if part and first_leaf(part).terminal in ("DONE", "STATE")]
        state = any(value.endswith(("+", "-")) for leaf in done for value in leaf.values)
        yield Cond(phrase, state=state, passive=bool(done)), 0.0 if any(parts) else 0.1

    def cond_at(self, to: Leaf, phrase: NounPhrase) -> Made:
        if self._tokens[to.at].text in ("in", "at", "on", "inside", "within"):
            yield Cond(phrase, state=not is_event(phrase)), 0.0

    def cond_not(self, *parts: Any) -> Made:
        phrase = next(part for part in parts if isinstance(part, Thing | Group))
        if isinstance(phrase, Thing):
            active = any(isinstance(part, Leaf) and part.terminal == "GO" for part in map(innermost, parts))
            passive = any(isinstance(part, Leaf) and part.terminal == "DONE" for part in parts)
            thing = Thing(Not(phrase.condition), phrase.event)
            yield Cond(thing, active, denied=True, passive=passive), 0.0

    def conditions(self, first: Cond, rest: tuple[Any, ...]) -> Made:
        if not rest:
            yield first, 0.0
            return
        conds = [first, *(part[1] for part in rest)]
        joins = {first_leaf(part[0]).terminal for part in rest}
        named = [cond.np for cond in conds]
        if len(joins) > 1 or len(set(named)) < len(named) or any(cond.denied or cond.count for cond in conds):
            return
        alike = all(cond.inflected for cond in conds) or all(cond.passive for cond in conds)
        group = Group("or" if joins == {"OR"} else "and", tuple(cond.np for cond in conds))
        yield replace(first, np=group), 0.3 if alike else 1.2

    def one(self, leaf: Leaf) -> Made:
        yield 1, 0.0

    def two(self, leaf: Leaf) -> Made:
        yield self._number(leaf), 0.0

    def number(self, number: Leaf, times: Leaf) -> Made:
        yield self._number(number), 0.0

    def at_least(self, *parts: Any) -> Made:
        yield (number_in(parts), None, "at least"), 0.0

    def at_most(self, *parts: Any) -> Made:
        yield (None, number_in(parts), "at most"), 0.0

    def exactly(self, *parts: Any) -> Made:
        yield (number_in(parts), number_in(parts), "exactly"), 0.0

    def at_least_n(self, number: Leaf, *parts: Any) -> Made:
        yield (self._number(number), None, "at least"), 0.0

    def at_most_n(self, number: Leaf, *parts: Any) -> Made:
        yield (None, self._number(number), "at most"), 0.0

    def range(self, first: int, rest: tuple[Any, ...]) -> Made:
        numbers = [first, *(part[-1] for part in rest)]
        low, high = min(numbers), max(numbers)
        if sorted(numbers) == list(range(low, high + 1)):
            yield (low or None, high, "exactly" if low else "at most"), 0.0

    def more_than(self, *parts: Any) -> Made:
        yield (number_in(parts) + 1, None, "more than"), 0.0

    def less_than(self, *parts: Any) -> Made:
        yield (None, number_in(parts) - 1, "less than"), 0.0

    def times(self, number: int) -> Made:
        yield (number, None, "times"), 0.0
