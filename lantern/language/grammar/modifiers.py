"""Actions for modifiers, conditions and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lantern.language.english.words import number_words
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.conditions import _Conditions
from lantern.language.grammar.linking import UNIVERSAL
from lantern.language.grammar.phrases import (
    Cond,
    Group,
    Mod,
    NounPhrase,
    Thing,
    is_event,
    things,
)
from lantern.language.grammar.values import (
    Made,
    first_leaf,
    holds,
    innermost,
    is_verb,
)

_SO_MANY = number_words(2, 6)
# Words of a circumstance ("at night", "in fog"), and conjunctions for how long something lasts.
_LASTING = frozenset({"as long as", "for as long as", "so long as", "at", "in", "during", "on"})
_AT = frozenset({"at", "in", "on", "inside", "near", "above"})


def _has_verb(parts: Sequence[Any]) -> bool:
    """Whether an optional verb is among the values of a rule."""
    return any(isinstance(part, tuple) and part and is_verb(part) for part in parts)


class _Modifiers(_Conditions):
    """Actions of the rules ``mod``, ``cond`` and ``count``."""

    def later(self, leaf: Leaf) -> Made:
        yield Mod("later"), 0.0

    def order(self, but: Any, leaf: Leaf) -> Made:
        for value in leaf.values:
            yield Mod("nothing") if value == "loose" else Mod("order", value), 0.0

    def counted(self, *parts: Any) -> Made:
        yield Mod("count", parts[-1]), 0.0

    def ordinal(self, leaf: Leaf) -> Made:
        """Read "a second time" as again, once more than before; "a third time" only where it is forbidden."""
        if self._number(leaf) == 2:
            yield Mod("second"), 0.0
        elif self._number(leaf) > 2:
            yield Mod("ordinal", self._number(leaf)), 0.0

    def other_time(self, leaf: Leaf) -> Made:
        yield Mod("other_time"), 0.0

    def means(self, verb: Any, phrase: NounPhrase, done: Any, means: Leaf) -> Made:
        state = not verb and all(thing.lasting for thing in things(phrase))
        yield Mod("whenever", Cond(phrase, not state, state=state)), 0.0

    def not_both(self, *parts: Any) -> Made:
        yield Mod("not_both"), 0.0

    def once_only(self, leaf: Leaf) -> Made:
        yield Mod("order", "once"), 0.0

    def sub(self, *parts: Any) -> Made:
        *before, conjunction, cond = parts
        said = {first_leaf(part).terminal for part in before if part}
        only = "ONLY" in said
        if said >= {"BUT", "ONLY"}:  # "feed the fish, but only when the light is on" asks for feeding them
            cond = replace(cond, told=True)
        if self._tokens[first_leaf(conjunction).at].text in _LASTING:
            cond = replace(cond, throughout=True)
        yield Mod(conjunction.terminal.lower(), cond, only), 0.0

    def sub_too(self, and_: Leaf, conjunction: Any, cond: Cond) -> Made:
        """Read "after a and before b" as two limits of one clause."""
        yield Mod(first_leaf(conjunction).terminal.lower(), cond), 0.3

    def without(self, *parts: Any) -> Made:
        yield Mod("without", Cond(parts[-1], self._active(parts[:-1], parts[-1]))), 0.0

    def _active(self, before: Sequence[Any], phrase: NounPhrase) -> bool:
        """Whether a verb before a noun phrase says that something is done, not that it is so."""
        verbs = [part for part in before if isinstance(part, tuple) and part and is_verb(part)]
        return bool(verbs) and not holds(self._tokens, verbs[-1], phrase)

    def without_any(self, *parts: Any) -> Made:
        """Read "without touching the lava or opening the chest"."""
        phrase, more = parts[-2:]
        yield Mod("without", Cond(Group("or", (phrase, *(part[2] for part in more))), True)), 0.0

    def not_without(self, *parts: Any) -> Made:
        """Read "but never without b" as only after b, or only while b lasts."""
        *before, phrase = parts
        kind = "while" if not _has_verb(before) and not is_event(phrase) else "after"
        yield Mod(kind, Cond(phrase, _has_verb(before), state=kind == "while"), only=True), 0.0

    def not_sub(self, join: Any, neg: Any, conjunction: Any, cond: Cond) -> Made:
        """Read "but not while b" and "but never after b"."""
        later = first_leaf(conjunction).terminal in ("AFTER", "ONCE")
        yield Mod("not_after" if later else "not_while", cond), 0.0

    def same_as(self, word: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        yield Mod("same_as", phrase), 0.0

    def not_same_as(self, join: Any, neg: Any, word: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        yield Mod("not_while", Cond(phrase)), 0.0

    def instead(self, word: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        yield Mod("instead", phrase), 0.0

    def until_then(self, leaf: Leaf) -> Made:
        """Read "until then" and "until it has both", which says of how many things told before."""
        words = self._tokens[leaf.at].text.split()
        several = next((word for word in words if word in ("both", "all", "everything")), "")
        number = next((_SO_MANY[word] for word in words if word in _SO_MANY), 0)
        yield Mod("until_then", (2 if several == "both" else number or "of them") if several else None), 0.0

    def in_between(self, leaf: Leaf) -> Made:
        yield Mod("in_between"), 0.0

    def together(self, with_: Leaf, phrase: NounPhrase) -> Made:
        token = self._tokens[with_.at + 1] if with_.at + 1 < len(self._tokens) else None
        words = token.text.split() if token is not None else []
        if token is not None and len(words) > 1 and words[-1] in token.said and words[0] not in token.said:
            yield Mod("while", Cond(phrase, state=True, beside=True)), 0.0  # "with the panels folded"
            return
        yield Mod("with", phrase), 0.0

    def absolute(self, with_: Leaf, phrase: NounPhrase, state: Any) -> Made:
        """Read "with the vents open" as while they are."""
        yield Mod("while", Cond(phrase, state=True, beside=True)), 0.0

    def absolute_both(self, with_: Leaf, first: Any, state: Any, and_: Leaf, second: Any, more: Any) -> Made:
        """Read "with the door closed and the fan on" as while both are so."""
        named = (*things(first), *things(second))
        if all(thing.mode or thing.world for thing in named):
            yield Mod("while", Cond(Group("and", (first, second)), state=True, beside=True)), -0.5

    def without_state(self, without: Leaf, phrase: NounPhrase, state: Any) -> Made:
        """Read "without the indicator on" as while it is not."""
        leaf = first_leaf(state)
        done = leaf.terminal == "DONE" and bool({"perfect", "action"} & {*leaf.values})
        yield Mod("without", Cond(phrase, active=done, state=not done)), -0.1

    def without_between(self, *parts: Any) -> Made:
        """Read "without seeing c in between" as no c on the way from one to the other."""
        yield Mod("without_between", Cond(next(p for p in parts if isinstance(p, Thing | Group)), True)), -0.2

    def not_earlier(self, *parts: Any) -> Made:
        """Read "..., but not earlier" as only then."""
        yield Mod("only"), 0.0

    def kept_so(self, with_: Leaf, phrase: NounPhrase, state: Any, always: Leaf) -> Made:
        """Read "with the stirrer running throughout" as a rule of its own."""
        if not is_event(phrase):
            yield Mod("kept", phrase), -0.1

    def until_only(self, until: Leaf, cond: Cond, *rest: Any) -> Made:
        """Read "until b, and never after that" as no more from b on."""
        yield Mod("until", cond, only=True), -0.2

    def elsewhere(self, other: Leaf, to: Leaf, phrase: NounPhrase) -> Made:
        """Read "anywhere but at the bench" as where one is not at the bench."""
        if self._tokens[other.at].text.split()[0] in ("anywhere", "everywhere"):
            yield Mod("except", Cond(phrase)), 0.0

    def neither_before(self, neg: Leaf, word: Any, first: Cond, more: tuple[Any, ...]) -> Made:
        """Read "neither before a nor before b" as only after both."""
        conds = (first, *(part[-1] for part in more))
        if not any(cond.denied or cond.count for cond in conds):
            yield Mod("after", replace(first, np=Group("and", tuple(c.np for c in conds))), only=True), 0.0

    def before_each(self, word: Any, first: Cond, more: tuple[Any, ...]) -> Made:
        """Read "not before a, nor before b" as one limit that names both."""
        conds = (first, *(part[-1] for part in more))
        if not any(cond.denied or cond.count for cond in conds):
            yield Mod("before_each", replace(first, np=Group("and", tuple(c.np for c in conds)))), 0.0

    def via(self, *parts: Any) -> Made:
        yield Mod("via", parts[-1]), 0.0

    def place(self, to: Leaf, phrase: NounPhrase) -> Made:
        towards = self._tokens[to.at].text in ("to", "into", "toward", "onto", "in to", "on to")
        yield Mod("to" if towards else "at", phrase), 0.2

    def place_either(self, *parts: Any) -> Made:
        """Read "either at the wreck or at the surface" as where something is done, whichever it is."""
        either, first, phrase, *more = parts if isinstance(parts[0], tuple) else ((parts[0],), *parts[1:])
        towards = [first, *(part[1] for part in more[0])] if more else [first]
        named = [phrase, *(part[2] for part in more[0])] if more else list(things(phrase))
        chosen = more or (isinstance(phrase, Group) and phrase.op == "or")
        if chosen and all(self._tokens[first_leaf(to).at].text in _AT for to in towards):
            yield Mod("at", Group("or", tuple(named))), 0.1 if either else 0.3

    def place_each(self, both: Any, first: Any, phrase: NounPhrase, more: tuple[Any, ...]) -> Made:
        """Read "sound the horn at the pier and at the buoy" as done at each of them."""
        towards, named = [first, *(part[1] for part in more)], [phrase, *(part[2] for part in more)]
        if all(self._tokens[first_leaf(to).at].text in _AT for to in towards):
            yield Mod("at_each", Group("and", tuple(named))), 0.2

    def purpose(self, to: Leaf, verb: Leaf, phrase: NounPhrase) -> Made:
        if self._tokens[to.at].text in ("to", "in order to"):
            yield Mod("to", phrase), 0.0

    def previously(self, leaf: Leaf) -> Made:
        yield Mod("previously"), 0.3

    def on_way(self, leaf: Leaf) -> Made:
        yield Mod("on_way"), 0.3

    def soon(self, leaf: Leaf) -> Made:
        yield Mod("soon"), 0.0

    def always(self, leaf: Leaf) -> Made:
        yield Mod("always", "whole" if self._tokens[leaf.at].text in UNIVERSAL else None), 0.0

    def at_end(self, leaf: Leaf) -> Made:
        yield Mod("at_end"), 0.0

    def also(self, leaf: Leaf) -> Made:
        yield Mod("also"), 0.0

    def any_time(self, leaf: Leaf) -> Made:
        yield Mod("any_time"), 0.0

    def same_time(self, leaf: Leaf) -> Made:
        yield Mod("same_time"), 0.0

    def at_start(self, leaf: Leaf) -> Made:
        yield Mod("at_start"), 0.0

    def requires(self, which: Leaf, phrase: NounPhrase) -> Made:
        yield Mod("after", Cond(phrase, True), only=True), 0.0

    def for_good(self, *parts: Any) -> Made:
        """Read "for good" and "from then on", which the clause before is needed for."""
        said = [part for part in map(innermost, parts) if isinstance(part, Leaf)]
        then = any("then" in leaf.values for leaf in said if leaf.terminal == "FORGOOD")
        left = any(self._tokens[leaf.at].text.startswith("leave it") for leaf in said)
        yield Mod("for_good", "then" if then else "left" if left else None), 0.0

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

    def finally_(self, leaf: Leaf) -> Made:
        yield Mod("finally"), 0.3

    def again(self, leaf: Leaf) -> Made:
        yield Mod("again"), 0.0

    def after_that(self, leaf: Leaf) -> Made:
        yield Mod("after_that"), 0.3

    def placed(self, leaf: Leaf) -> Made:
        """Read "..., b last" and "... b afterwards", which the clause before is needed for."""
        last = self._tokens[leaf.at].text == "last"
        yield Mod("after_that", "last" if last else "placed"), 0.3

    def only(self, leaf: Leaf) -> Made:
        yield Mod("only"), 0.0

    def steps(self, to: Any, least: Any, number: Leaf, more: Any, steps: Leaf) -> Made:
        ahead = self._tokens[steps.at + 1] if steps.at + 1 < len(self._tokens) else None
        if not to and ahead is not None and ahead.types.keys() & {"BEFORE", "AFTER"}:
            return  # "two steps before b" tells when, not how long
        if number.at and self._tokens[number.at - 1].text.endswith("within"):
            return  # "within four steps" tells by when
        row = any(word in self._tokens[steps.at].text for word in ("row", "consecutive", "succe", "straight"))
        if not to or self._tokens[to[0].at].text == "for" or row:
            yield Mod("steps", self._number(number)), 0.0

    def steps_over(self, to: Any, more: Leaf, number: Leaf, steps: Leaf) -> Made:
        """Read "for more than two steps in a row" as for three, where it is forbidden."""
        yield Mod("steps", self._number(number) + 1, only=True), 0.0

    def steps_most(self, *parts: Any) -> Made:
        """Read "for at most two steps at a time"."""
        number = next(part for part in parts if isinstance(part, Leaf) and part.terminal == "NUM")
        yield Mod("steps_most", self._number(number)), 0.0

    def times_in_row(self, number: Any, row: Leaf) -> Made:
        yield Mod("steps", self._number(first_leaf(number))), 0.0

    def from_on(self, *parts: Any) -> Made:
        """Read "from the first bump into the cat onwards" as from then on."""
        cond = next(part for part in parts if isinstance(part, Cond))
        if not cond.count and not cond.denied:
            yield Mod("since", cond), 0.0

    def window(self, leaf: Leaf) -> Made:
        yield Mod("window", self._steps(leaf)), 0.0

    def window_after(self, leaf: Leaf, after: Leaf, cond: Cond) -> Made:
        """Read "within two steps of a" as a limit that counts from every a."""
        yield Mod("window_after", (Mod("window", self._steps(leaf)), Mod("whenever", cond))), -0.1

    def without_return(self, without: Leaf, verb: Leaf) -> Made:
        if self._tokens[verb.at].text.split()[-1].startswith(("return", "revisit", "back")):
            yield Mod("order", "once"), 0.5

    def except_while(self, except_: Leaf, conjunction: Leaf, cond: Cond) -> Made:
        yield Mod("except", cond), 0.0

    def never_at(self, *parts: Any) -> Made:
        """Read "but never at night", and "but not to b"."""
        to, phrase = parts[-2:]
        if self._tokens[to.at].text in ("to", "into", "onto"):
            yield Mod("not_to", phrase), 0.0
        elif not is_event(phrase):
            yield Mod("not_while", Cond(phrase)), 0.0
