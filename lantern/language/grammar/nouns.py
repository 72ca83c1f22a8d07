"""Actions for noun phrases: things, lists, sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from lantern.language.english.words import number_words
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import (
    Group,
    NounPhrase,
    Thing,
    leaves,
)
from lantern.language.grammar.values import (
    BARE_LIST,
    Made,
    Values,
    first_leaf,
    lists_of,
    whole,
)

_NUMBERS = number_words(2, 6)


def _is_number(part: Any) -> bool:
    return isinstance(part, Leaf) and part.terminal == "NUM"


def _is_each(part: Any) -> bool:
    return isinstance(part, Leaf) and part.terminal == "EACH"


def _limited(limit: tuple[Literal["exact", "most"], int], named: tuple[NounPhrase, ...]) -> Made:
    op, number = limit
    if 0 < number < len(named) <= _MOST_CHOICES:
        yield Group(op, named, number), -0.6


def _names_members(phrases: Sequence[NounPhrase]) -> bool:
    """Whether a list names a group and beside it one of its members."""
    single = {one.condition for one in phrases if isinstance(one, Thing)}
    return any(isinstance(one, Group) and not single.isdisjoint(leaves(one)) for one in phrases)


_MOST_CHOICES = 6


class _Nouns(Values):
    """Actions of the rules ``np``, ``thing`` and their parts."""

    def thing(self, leaf: Leaf) -> Made:
        token = self._tokens[leaf.at]
        if token.condition is not None:
            kinds = {"lasting": token.lasting, "verbal": token.verbal}
            kinds |= {
                "pronoun": token.pronoun,
                "world": token.world,
                "manner": token.manner,
                "mode": token.mode,
                "holding": token.holding,
                "located": token.located,
            }
            yield Thing(token.condition, token.event, token.whole, **kinds), 0.0

    def it(self, leaf: Leaf) -> Made:
        """The thing named last before the pronoun."""
        token = self._tokens[leaf.at]
        if token.several:
            named = [Thing(one.condition, one.event) for one in token.several if one.condition is not None]
            yield Group("and", tuple(named)), 0.2
        elif token.condition is not None:
            yield Thing(token.condition, token.event, pronoun=True, lasting=token.lasting), 0.2

    def all_kinds(self, each: Leaf, number: tuple[Leaf, ...], kinds: Leaf) -> Made:
        parts = self._kinds(kinds)
        if self._all_so_many((each,), number, parts):
            yield Group("and", parts), 0.0

    def any_kind(self, any_of: Leaf, kinds: Leaf) -> Made:
        yield Group("or", self._kinds(kinds)), 0.0

    def any_thing(self, any_of: Leaf, leaf: Leaf) -> Made:
        """Read "any of the exhibits" where one proposition speaks of an exhibit."""
        yield from ((thing, 0.1) for thing, _ in self.thing(leaf))

    def some_kinds(self, number: int, kinds: Leaf) -> Made:
        parts = self._kinds(kinds)
        if 0 < number < len(parts):
            yield Group("some", parts, number), 0.0

    def quantity(self, *parts: Leaf) -> Made:
        yield self._number(parts[-1]), 0.0

    def chosen(self, number: int, following: Any, colon: Any, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Group) and phrase.op in ("and", "or") and 0 < number < len(phrase.parts):
            yield Group("some", phrase.parts, number), -0.5

    def exactly_one(self, leaf: Leaf) -> Made:
        yield ("exact", 1), 0.0

    def exactly_so_many(self, exactly: Leaf, number: Leaf) -> Made:
        yield ("exact", self._number(number)), 0.0

    def at_most_so_many(self, most: Leaf, number: Leaf) -> Made:
        yield ("most", self._number(number)), 0.0

    def chosen_so_many(self, limit: tuple[Any, int], *parts: Any) -> Made:
        """Read "exactly two of a, b and c" and "at most one of the boxes A and B"."""
        named = self._named(parts)
        if named is not None:
            yield from _limited(limit, named)

    def so_many_kinds(self, limit: tuple[Any, int], each: Any, number: Any, kinds: Leaf) -> Made:
        """Read "exactly two of the three boxes"."""
        parts = self._kinds(kinds)
        if self._all_so_many(each, number, parts):
            yield from _limited(limit, parts)

    def some_of_kinds(self, number: int, each: Any, count: Any, kinds: Leaf) -> Made:
        """Read "two of the three boxes"."""
        if self._all_so_many((each,), count, self._kinds(kinds)):
            yield from self.some_kinds(number, kinds)

    def any_of_kinds(self, any_of: Leaf, each: Any, count: Any, kinds: Leaf) -> Made:
        """Read "one of the three boxes"."""
        if self._all_so_many((each,), count, self._kinds(kinds)):
            yield Group("or", self._kinds(kinds)), 0.0

    def chosen_of(self, number: int, *parts: Any) -> Made:
        """Read "two of the boxes A, B and C"."""
        named = self._named(parts)
        if named is not None and 0 < number < len(named):
            yield Group("some", named, number), -0.6

    def one_of_named(self, any_of: Leaf, *parts: Any) -> Made:
        """Read "one of the boxes A, B and C"."""
        named = self._named(parts)
        if named is not None:
            yield Group("or", named), -0.6

    def apposed(self, *parts: Any) -> Made:
        """Read "the three doors - wooden, glass and iron" as the three that are named."""
        named = self._named(parts)
        if named is not None:
            yield Group("and", named), -0.6

    def apposed_all(self, all_of: Leaf, *parts: Any) -> Made:
        """Read "everyone, the child and the dog" as those that are named."""
        phrase = next(part for part in parts if isinstance(part, Group | Thing))
        if isinstance(phrase, Group) and phrase.op == "and":
            yield phrase, -0.4

    def _named(self, parts: Sequence[Any]) -> tuple[NounPhrase, ...] | None:
        """Members of the list among some parts; none if a general noun before it does not fit them."""
        phrase = next((part for part in parts if isinstance(part, Group | Thing)), None)
        if not isinstance(phrase, Group) or phrase.op not in ("and", "or"):
            return None
        leaf = next((part for part in parts if isinstance(part, Leaf) and part.terminal == "KINDS"), None)
        if leaf is not None and not set(leaves(phrase)) <= {thing.condition for thing in self._kinds(leaf)}:
            return None
        numbers = [one for part in parts if isinstance(part, tuple) for one in part if _is_number(one)]
        each = [one for part in parts if isinstance(part, tuple) for one in part if _is_each(one)]
        return phrase.parts if self._all_so_many(each, numbers, phrase.parts) else None

    def _all_so_many(self, each: Sequence[Leaf], number: Sequence[Leaf], parts: Sequence[Any]) -> bool:
        """Whether "the three" and "all three" say how many there are."""
        said = [self._number(leaf) for leaf in number]
        words = [word for leaf in each for word in self._tokens[leaf.at].text.split()]
        said += [_NUMBERS[word] for word in words if word in _NUMBERS]
        said += [2] if "both" in words else []
        return all(n == len(parts) for n in said)

    def every(self, *parts: Any) -> Made:
        yield parts[-1], -0.1 if isinstance(parts[-1], Group) else 0.1

    def all_but(self, *parts: Any) -> Made:
        kinds = next(part for part in parts if isinstance(part, Leaf) and part.terminal == "KINDS")
        left_out = leaves(parts[-1])
        rest = tuple(thing for thing in self._kinds(kinds) if thing.condition not in left_out)
        if rest and len(rest) < len(self._kinds(kinds)):
            yield Group("and" if parts[0].terminal == "EACH" else "or", rest), 0.0

    def join(
        self, before: tuple[Leaf, ...], word: tuple[tuple[Leaf, ...], ...], after: tuple[Leaf, ...]
    ) -> Made:
        if word:
            yield ("or" if first_leaf(word).terminal in ("OR", "NOR") else "and"), 0.0
        elif before:
            yield "comma", 0.0
        else:
            yield "none", 0.1

    def listed(
        self, markers: tuple[Any, ...], thing: NounPhrase, rest: tuple[Any, ...], generic: Any
    ) -> Made:
        if any(part[0] == "none" and not part[1] and not whole(part[2]) for part in rest):
            return
        things = [thing, *(part[2] for part in rest)]
        if _names_members(things):
            return  # "the doors, the wooden one and the iron one" names the same doors twice
        verbal = [isinstance(one, Thing) and one.verbal for one in things]
        if any(verbal) and not all(verbal):
            return  # "..., or refuel and then go on" names a deed, not a thing
        joins = [part[0] for part in rest]
        if joins == ["none"] and not any(isinstance(one, Group) for one in things):
            return  # "a photo of the tower" is no list
        brackets = [markers, *(part[1] for part in rest)]
        if not rest:
            yield thing, 0.0
            return
        if len(set(things)) < len(things) and ("or" in joins or "comma" not in joins):
            return  # "a, then b, or b, then a" and "a after b and b after c" are no lists
        both = any(first_leaf(m).terminal == "BOTH" for b in brackets for m in b)
        for phrase in lists_of(things, joins, both):
            yield phrase, BARE_LIST if set(joins) <= {"comma", "none"} else 0.0

    def one_of(self, any_of: Leaf, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Group) and phrase.op in ("and", "or"):
            yield Group("or", phrase.parts), -0.2

    def or_both(self, first: NounPhrase, join: Any, second: NounPhrase, *rest: Any) -> Made:
        yield Group("or", (first, second)), -0.5

    def anything_but(self, *parts: Any) -> Made:
        return ()
