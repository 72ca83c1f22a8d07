"""Actions for clauses in which something is taken somewhere."""

from __future__ import annotations

from typing import Any

from lantern.language.ast import And
from lantern.language.english.words import base_forms
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import Core, Mod, NounPhrase, Thing
from lantern.language.grammar.values import Made, Values, forced

# Prepositions that say where something is done, not where something is taken to.
_BESIDE = frozenset({"above", "over", "near", "beside", "behind", "under", "next to", "close to"})
# Verbs that say that a thing is held all the way; what is brought or delivered may be put down.
_CARRYING = frozenset({"carry", "transport", "haul", "drag", "lug", "tow"})


class _Carrying(Values):
    """Actions of the rule ``core`` for carrying, bringing and travelling."""

    def passive_to(
        self,
        phrase: NounPhrase,
        force: Any,
        adverbs: Any,
        both: Any,
        done: Leaf,
        to: Leaf,
        goal: NounPhrase,
    ) -> Made:
        """Read "it has to be brought to the lab"."""
        brought = set(done.values) & {"deliver", "acquire", "place"}
        if not brought or (
            brought == {"acquire"} and self._tokens[to.at].text in ("on", "at", "in", "inside")
        ):
            return  # "the radio must be carried on the path"
        mods = self._adverbs(adverbs)
        if isinstance(phrase, Thing) and phrase.pronoun:
            yield Core("act", goal, force=forced(force), mods=mods), -0.3
        else:
            yield Core("carry", phrase, (goal,), forced(force), mods=mods), -0.3

    def carry(
        self, force: Any, adverbs: Any, verb: Any, phrase: NounPhrase, to: Leaf, goal: NounPhrase
    ) -> Made:
        if self._tokens[verb.at].text in ("take", "get") and self._tokens[to.at].text in ("in", "at", "on"):
            return  # "take a sample in the crater"
        if self._tokens[to.at].text in _BESIDE and self._tokens[verb.at].text in ("take", "get", "takes"):
            return  # "take one above the bridge"
        mods = self._adverbs(adverbs)
        if base_forms(self._tokens[verb.at].text.split()[0]) & _CARRYING:
            mods = (*mods, Mod("holding"))
        yield Core("carry", phrase, (goal,), forced(force), mods=mods), -0.3

    def deliver(self, force: Any, adverbs: Any, verb: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("deliver", phrase, (), forced(force), mods=self._adverbs(adverbs)), 0.0

    def carry_to(
        self, force: Any, adverbs: Any, verb: Any, to: Leaf, goal: NounPhrase, colon: Any, phrase: NounPhrase
    ) -> Made:
        """Read "bring to the hospital all victims" and "bring home the gem"."""
        yield Core("carry", phrase, (goal,), forced(force), mods=self._adverbs(adverbs)), -0.3

    def carry_each(
        self, force: Any, adverbs: Any, verb: Any, phrase: NounPhrase, to: Leaf, goal: NounPhrase, more: Any
    ) -> Made:
        """Read "bring the mail to the manager and a coffee to the lab"."""
        pairs = [phrase, goal, *(one for part in more for one in (part[2], part[4]))]
        yield Core("carry_each", phrase, tuple(pairs), forced(force), mods=self._adverbs(adverbs)), -0.6

    def goes_to(self, phrase: NounPhrase, verb: Leaf, goal: NounPhrase) -> Made:
        """Read "the mail goes to the lab" as bringing it there."""
        if self._tokens[verb.at].text in ("goes", "go", "belongs", "belong") and isinstance(goal, Thing):
            yield Core("carry", phrase, (goal,)), -0.3

    def travel(
        self, force: Any, adverbs: Any, verb: Leaf, start: Any, from_: Leaf, origin: NounPhrase, to: Any
    ) -> Made:
        goals = tuple(part[1] for part in to)
        if not start:
            yield Core("travel", origin, goals, forced(force), mods=self._adverbs(adverbs)), -0.3

    def carry_from(
        self,
        force: Any,
        adverbs: Any,
        verb: Any,
        phrase: NounPhrase,
        start: Leaf,
        place: Any,
        to: Leaf,
        goal: Any,
    ) -> Made:
        if isinstance(phrase, Thing) and isinstance(place, Thing):
            both = Thing(And((phrase.condition, place.condition)))
            yield Core("carry", both, (goal,), forced(force), mods=self._adverbs(adverbs)), -0.4
