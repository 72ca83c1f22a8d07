"""Actions for clauses that say how things must be: one state or another, exactly one of several."""

from __future__ import annotations

from typing import Any

from lantern.language.ast import Not, Or
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import Core, Group, NounPhrase, Thing, things
from lantern.language.grammar.values import Made, Values, exactly_one, first_leaf, forced


class _Duties(Values):
    """Actions of the rule ``core`` for states joined by "or"."""

    def so(self, phrase: NounPhrase, force: Any, adverbs: Any, both: Any, done: Any) -> Made:
        if isinstance(phrase, Thing) and phrase.lasting:
            yield (phrase, forced(force), adverbs), 0.0

    def so_not(self, phrase: NounPhrase, neg: Any, adverbs: Any, done: Leaf) -> Made:
        if isinstance(phrase, Thing) and phrase.lasting:
            yield (Thing(Not(phrase.condition), lasting=True, mode=phrase.mode), "must", adverbs), 0.0

    def either_so(self, either: Any, first: Any, more: tuple[Any, ...]) -> Made:
        """Read "the roof must be open or the fan must be on" as a duty that either state meets."""
        all_of = [first, *(part[-1] for part in more)]
        forces = {one[1] for one in all_of}
        if "may" in forces:
            return
        either_one = Thing(Or(tuple(one[0].condition for one in all_of)), lasting=True)
        mods = tuple(mod for one in all_of for mod in self._adverbs(one[2]))
        yield Core("be", either_one, (), "must" if "must" in forces else "", True, mods), -0.2

    def one_so(self, one: Leaf, phrase: NounPhrase, force: Any, adverbs: Any, done: Any) -> Made:
        """Read "exactly one of the heating and the lamps must be on"."""
        only = exactly_one(phrase)
        if only is not None and only.lasting:
            yield Core("be", only, (), forced(force), True, self._adverbs(adverbs)), -0.6

    def act_either(self, force: Any, adverbs: Any, either: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        """Read "must always be either at a or at b"."""
        if not isinstance(phrase, Group) or phrase.op != "or":
            return
        be = self._tokens[first_leaf(verb).at].text in ("be", "is", "are")
        kind = "be" if be and all(thing.lasting for thing in things(phrase)) else "act"
        yield Core(kind, phrase, force=forced(force), mods=self._adverbs(adverbs)), -0.1
