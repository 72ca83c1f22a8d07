"""Actions for clauses that count, that need something, and that name what follows or goes before."""

from __future__ import annotations

from typing import Any

from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.forms import is_participle
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Group,
    Mod,
    NounPhrase,
    Thing,
)
from lantern.language.grammar.values import (
    Made,
    Values,
    first_leaf,
    forced,
    innermost,
)


class _Amounts(Values):
    """Actions of the rule ``core`` for numbers, needs and what comes before or after."""

    def ban_counted(
        self, neg: str, adverbs: Any, verb: Any, count: Any, to: Any, more: Any, phrase: Any
    ) -> Made:
        mods = (Mod("count", count), *self._adverbs(adverbs))
        yield Core("ban", phrase, mods=mods), 0.0

    def need_counted(self, need: Leaf, count: Any, verb: Any, phrase: NounPhrase) -> Made:
        yield Core("act", phrase, mods=(Mod("count", count),)), 0.0

    def act_counted(
        self, force: Any, adverbs: Any, verb: Any, count: Any, to: Any, more: Any, phrase: NounPhrase
    ) -> Made:
        if verb and more and is_participle(self._tokens[first_leaf(more).at]):
            return  # "only park once you have reached the mall", with "once" taken for a number
        mods = (Mod("count", count), *self._adverbs(adverbs))
        yield Core("act", phrase, force=forced(force), mods=mods), 0.0 if verb or force else 0.5

    def act_ordered(
        self,
        force: Any,
        adverbs: Any,
        verb: Any,
        number: Any,
        kinds: Leaf,
        order: Leaf,
        colon: Leaf,
        phrase: Any,
    ) -> Made:
        if isinstance(phrase, Group):
            mods = (Mod("order", order.values[0]), *self._adverbs(adverbs))
            yield Core("act", phrase, force=forced(force), mods=mods), -0.2

    def act_quant(self, force: Any, adverbs: Any, verb: Any, quant: Any, phrase: NounPhrase) -> Made:
        """Read "take two eggs" as taking an egg twice."""
        if isinstance(phrase, Thing) and (phrase.event or quant[2] != "times"):
            mods = (Mod("count", quant), *self._adverbs(adverbs))
            yield Core("act", phrase, force=forced(force), mods=mods), 0.2

    def act_exactly_one(self, force: Any, adverbs: Any, verb: Any, one: Leaf, phrase: NounPhrase) -> Made:
        """Read "visit exactly one of a and b" as one of them, and the other never."""
        if isinstance(phrase, Group) and phrase.op in ("and", "or") and len(phrase.parts) == 2:
            mods = (Mod("not_both"), *self._adverbs(adverbs))
            yield Core("act", Group("or", phrase.parts), force=forced(force), mods=mods), -0.2

    def ban_quant(self, neg: str, adverbs: Any, verb: Any, quant: Any, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Thing) and quant[2] not in ("times", "exactly"):
            yield Core("ban", phrase, mods=(Mod("count", quant), *self._adverbs(adverbs))), 0.2

    def quant_allowed(self, quant: Any, verb: Any, phrase: NounPhrase, may: Any, done: Any) -> Made:
        """Read "at most two fights with the spider are allowed"."""
        low, high, said = quant
        if isinstance(phrase, Thing) and (said != "times" or may):
            count = (None, high or low, "at most") if may else quant
            yield Core("act", phrase, mods=(Mod("count", count),)), 0.3

    def quant_done(self, quant: Any, phrase: NounPhrase, must: Leaf, done: Leaf) -> Made:
        """Read "at least four layers should be finished"."""
        if isinstance(phrase, Thing) and phrase.event:
            yield Core("act", phrase, force="must", mods=(Mod("count", quant),), passive=True), 0.1

    def number_is(self, *parts: Any) -> Made:
        phrase = next(part for part in parts if isinstance(part, Thing | Group))
        kind = first_leaf(parts[0]).terminal
        number = self._amount(first_leaf(parts[-1]))
        low = None if kind == "MAXTIMES" else number
        high = None if kind == "MINTIMES" else number
        yield (
            Core("act", phrase, mods=(Mod("count", (low, high, "at most" if low is None else "exactly")),)),
            0.0,
        )

    def locks(self, verb: Any, phrase: NounPhrase, count: Any, force: Any, locks: Leaf) -> Made:
        number = 1
        if count:
            number = self._number(count[0]) if isinstance(count[0], Leaf) else count[0][0] or 1
        yield Core("act", phrase, mods=(Mod("count", (None, number, "at most")),)), 0.0

    def banned_count(self, verb: Any, phrase: NounPhrase, count: Any, banned: Leaf) -> Made:
        if isinstance(count, Leaf):
            count = (self._number(count), None, "times")  # "a third time is forbidden"
        yield Core("ban", phrase, passive=True, mods=(Mod("count", count),)), 0.0

    def repeat(self, repeat: Leaf, it: Any, count: Any) -> Made:
        yield Core("repeat", mods=(Mod("count", count),)), 0.0

    def recount(self, force: Any, verb: Any, only: Any, count: Any) -> Made:
        yield Core("recount", mods=(Mod("count", count), *((Mod("only"),) if only else ()))), 0.3

    def recount_not(self, neg: str, *parts: Any) -> Made:
        yield Core("recount_not", mods=(Mod("count", parts[-1]),)), 0.0

    def order_of(self, leaf: Leaf) -> Made:
        """Read "the order does not matter" as said of what was named before."""
        for value in leaf.values:
            if value in ("any", "then"):
                yield Core("order_of", mods=(Mod("order", value),)), 0.5

    def all_needed(self, leaf: Leaf) -> Made:
        """Read "both are compulsory" as said of what was named before."""
        yield Core("all_needed"), 0.0

    def only_once(self, leaf: Leaf) -> Made:
        yield Core("only_once"), 0.0

    def stay_steps(self, *parts: Any) -> Made:
        """Read "spend three steps at the desk"."""
        number = next(part for part in parts if isinstance(part, Leaf) and part.terminal == "NUM")
        yield Core("stay", parts[-1], mods=(Mod("steps", self._number(number)),)), 0.0

    def needs(self, phrase: NounPhrase, need: Leaf, first: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.5

    def unlocks(self, verb: Any, first: NounPhrase, unlocks: Leaf, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.5

    def need_for(self, need: Leaf, first: NounPhrase, to: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        """Read "you need the code to open the vault" as no vault before the code."""
        if self._tokens[to.at].text in ("to", "for"):
            yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.2

    def preceded(self, *parts: Any) -> Made:
        """Read "each visit to a must be preceded by b" as no a before b."""
        phrases = [part for part in parts if isinstance(part, Thing | Group)]
        yield Core("ban", phrases[0], mods=(Mod("until", Cond(phrases[1])),)), -0.2

    def preceded_at_once(self, *parts: Any) -> Made:
        """Read "opening a must be directly preceded by b" as a only at the step after b."""
        later, sooner = (part for part in parts if isinstance(part, Thing | Group))
        yield Core("act", sooner, mods=(Mod("rightbefore", Cond(later)),)), -0.2

    def needs_done(self, phrase: NounPhrase, need: Leaf, adverbs: Any, verb: Any) -> Made:
        """Read "the plants need watering"."""
        if self._tokens[first_leaf(verb).at].text.endswith("ing"):
            yield Core("act", phrase, force="must", passive=True, mods=self._adverbs(adverbs)), 0.0

    def needed(self, phrase: NounPhrase, *rest: Any) -> Made:
        yield Core("act", phrase, force="must", passive=True), 0.0

    def quant_needed(self, quant: Any, verb: Any, to: Any, phrase: NounPhrase, *rest: Any) -> Made:
        """Read "two inspections of the bridge are required"."""
        if isinstance(phrase, Thing) and (verb or phrase.event):
            low, high, said = quant
            count = (low, high, "at least" if said == "times" else said)
            yield Core("act", phrase, force="must", passive=True, mods=(Mod("count", count),)), -0.2

    def need(self, need: Leaf, phrase: NounPhrase) -> Made:
        yield Core("act", phrase, force="must"), 0.0

    def followed(self, *parts: Any) -> Made:
        """Read "each visit to a must be followed by b", perhaps with when that is due."""
        phrases = [part for part in parts if isinstance(part, Thing | Group)]
        yield Core("act", phrases[1], force="must", mods=(Mod("whenever", Cond(phrases[0], True)),)), -0.2

    def followed_when(self, *parts: Any) -> Made:
        """Read "a visit to a must be followed, some time later, by a visit to b"."""
        phrases = [part for part in parts if isinstance(part, Thing | Group)]
        leaves = [part for part in map(innermost, parts) if isinstance(part, Leaf)]
        due = [Mod("soon") for leaf in leaves if leaf.terminal == "SOON"]
        due += [Mod("window", self._steps(leaf)) for leaf in leaves if leaf.terminal == "WINDOW"]
        mods = (Mod("whenever", Cond(phrases[0], True)), *due)
        yield Core("act", phrases[1], force="must", mods=mods), -0.2
