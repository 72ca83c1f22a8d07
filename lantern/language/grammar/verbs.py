"""Actions for verbs: what kind of clause each makes."""

from __future__ import annotations

from typing import Any

from lantern.language.ast import And
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Group,
    Mod,
    NounPhrase,
    Thing,
)
from lantern.language.grammar.rewrites import PARTICIPLES
from lantern.language.grammar.values import (
    BARE_UNIT,
    LEADING,
    RETURNING,
    Made,
    Values,
    first_leaf,
    forced,
    is_be,
)


class _Verbs(Values):
    """Actions of the rule ``core``."""

    def force(self, words: tuple[Any, ...]) -> Made:
        terminals = {first_leaf(word).terminal for word in words}
        yield ("may" if "MAY" in terminals else "must"), 0.0

    def neg(self, *words: Any) -> Made:
        yield "neg", 0.0

    def act(
        self, also: Any, force: Any, before: Any, verb: Any, after: Any, phrase: NounPhrase, state: Any
    ) -> Made:
        kind = "be" if is_be(self._tokens, verb) else "act"
        text = self._tokens[first_leaf(verb).at].text
        mods = self._adverbs((*before, *after))
        if text.startswith(RETURNING):
            mods = (*mods, Mod("returning"))
        if text.split()[0].endswith("ing"):
            mods = (*mods, Mod("gerund"))
        # A participle is no command ("after you have opened the chest and slain the dragon").
        participle = not force and text.split()[0] in PARTICIPLES - {
            "read",
            "shut",
            "put",
            "cut",
            "hit",
            "set",
            "come",
        }
        past = (
            not force and text.split()[0].endswith("ed") and text.split()[0] not in ("feed", "need", "speed")
        )
        cost = 1.5 if participle or past else 0.3 if text.split()[0].endswith("ing") else 0.0
        yield Core(kind, phrase, force=forced(force), mods=mods), cost

    def verb(self, *words: Leaf) -> Made:
        """One verb, or "go" and "come" with another; "stay" only as "be"."""
        if words[0].terminal == "STAY" and not is_be(self._tokens, words[0]):
            return
        if len(words) == 1 or self._tokens[words[0].at].text.split()[0] in LEADING:
            yield words[-1], 0.1 * (len(words) - 1)

    def ban_counted(
        self, neg: str, adverbs: Any, verb: Any, count: Any, to: Any, more: Any, phrase: Any
    ) -> Made:
        mods = (Mod("count", count), *self._adverbs(adverbs))
        yield Core("ban", phrase, mods=mods), 0.0

    def ban_rest(self, may: Leaf, verb: Any, other: Leaf, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase), -0.2

    def needs(self, phrase: NounPhrase, need: Leaf, first: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.5

    def destination(self, phrase: NounPhrase, verb: Any, place: Leaf) -> Made:
        if is_be(self._tokens, verb):
            yield Core("act", phrase), 0.0

    def need_counted(self, need: Leaf, count: Any, verb: Any, phrase: NounPhrase) -> Made:
        yield Core("act", phrase, mods=(Mod("count", count),)), 0.0

    def unlocks(self, verb: Any, first: NounPhrase, unlocks: Leaf, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.5

    def leave_bare(self, leaf: Leaf) -> Made:
        yield Core("leave_bare"), 0.5

    def act_counted(
        self, force: Any, adverbs: Any, verb: Any, count: Any, to: Any, more: Any, phrase: NounPhrase
    ) -> Made:
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

    def need(self, need: Leaf, phrase: NounPhrase) -> Made:
        yield Core("act", phrase, force="must"), 0.0

    def begin(self, begin: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("begin", phrase), -0.2

    def end(self, end: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("end", phrase), 0.0

    def followed(
        self,
        each: Any,
        verb: Any,
        phrase: NounPhrase,
        force: Any,
        followed: Leaf,
        then: Any,
        goal: NounPhrase,
    ) -> Made:
        yield Core("act", goal, force="must", mods=(Mod("whenever", Cond(phrase, True)),)), -0.2

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
        yield Core("ban", phrase, passive=True, mods=(Mod("count", count),)), 0.0

    def only_once(self, leaf: Leaf) -> Made:
        yield Core("only_once"), 0.0

    def repeat(self, repeat: Leaf, it: Any, count: Any) -> Made:
        yield Core("repeat", mods=(Mod("count", count),)), 0.0

    def recount(self, force: Any, verb: Any, only: Any, count: Any) -> Made:
        yield Core("recount", mods=(Mod("count", count), *((Mod("only"),) if only else ()))), 0.3

    def recount_not(self, neg: str, count: Any) -> Made:
        yield Core("recount_not", mods=(Mod("count", count),)), 0.0

    def ban_done(self, neg: str, phrase: NounPhrase, done: Leaf) -> Made:
        yield Core("ban", phrase), 0.0

    def carry(
        self, force: Any, adverbs: Any, verb: Any, phrase: NounPhrase, to: Leaf, goal: NounPhrase
    ) -> Made:
        yield Core("carry", phrase, (goal,), forced(force), mods=self._adverbs(adverbs)), -0.3

    def deliver(self, force: Any, adverbs: Any, verb: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("deliver", phrase, (), forced(force), mods=self._adverbs(adverbs)), 0.0

    def travel(
        self, force: Any, adverbs: Any, verb: Leaf, start: Any, from_: Leaf, origin: NounPhrase, to: Any
    ) -> Made:
        goals = tuple(part[1] for part in to)
        if not start:
            yield Core("travel", origin, goals, forced(force), mods=self._adverbs(adverbs)), -0.3

    def passive(self, phrase: NounPhrase, force: Any, adverbs: Any, both: Any, done: Leaf) -> Made:
        state = any(value.endswith(("+", "-")) for value in done.values)
        core = Core("be" if state else "act", phrase, (), forced(force), True, self._adverbs(adverbs))
        yield core, 1.5 if "perfect" in done.values else 0.0

    def bare(self, to: Any, phrase: NounPhrase, state: Any) -> Made:
        # A synonym may be a whole clause ("heat the greenhouse").
        named_in_full = isinstance(phrase, Thing) and phrase.whole
        yield Core("bare", phrase, mods=()), BARE_UNIT / 2 if named_in_full else BARE_UNIT

    def ban(
        self, neg: str, adverbs: Any, verb: Any, phrase: NounPhrase, state: Any, more: tuple[Any, ...]
    ) -> Made:
        kind = "ban_bare" if not verb else "ban"
        if more:
            phrase = Group("or", (phrase, *(part[2] for part in more)))
        yield Core(kind, phrase, mods=self._adverbs(adverbs)), 0.0 if verb else 0.5

    def avoid(self, force: Any, adverbs: Any, avoid: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=self._adverbs(adverbs)), 0.0

    def ban_passive(self, phrase: NounPhrase, neg: str, adverbs: Any, done: Any) -> Made:
        yield Core("ban", phrase, passive=True, mods=self._adverbs(adverbs)), 0.0 if done else 0.5

    def banned(self, verb: Any, phrase: NounPhrase, banned: Leaf) -> Made:
        text = self._tokens[first_leaf(verb).at].text if verb else ""
        if verb and isinstance(phrase, Group) and not text.split()[0].endswith("ing"):
            return
        yield Core("ban", phrase, passive=True), 0.0

    def not_leave(self, neg: str, adverbs: Any, leave: Leaf, phrase: NounPhrase) -> Made:
        yield Core("stay", phrase, mods=self._adverbs(adverbs)), 0.0

    def stay(self, force: Any, adverbs: Any, stay: Leaf, to: Any, phrase: NounPhrase) -> Made:
        be = self._tokens[stay.at].text in ("be", "is", "are")
        if self._tokens[stay.at].text == "been":
            return
        yield Core("stay", phrase, force=forced(force), mods=self._adverbs(adverbs)), 0.4 if be else 0.0

    def keep(self, force: Any, adverbs: Any, keep: Leaf, phrase: NounPhrase, state: Any) -> Made:
        yield Core("stay", phrase, force=forced(force), mods=self._adverbs(adverbs)), 0.0 if state else 0.3

    def keep_all(
        self, force: Any, adverbs: Any, keep: Leaf, phrase: NounPhrase, state: Leaf, more: Any
    ) -> Made:
        group = Group("and", (phrase, *(part[1] for part in more)))
        yield Core("stay", group, force=forced(force), mods=self._adverbs(adverbs)), -0.2

    def stay_state(self, phrase: NounPhrase, force: Any, adverbs: Any, stay: Leaf, state: Leaf) -> Made:
        yield Core("stay", phrase, force=forced(force), mods=self._adverbs(adverbs)), 0.0

    def ban_verb(self, force: Any, verb: Leaf, neg: str, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase), 0.2

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

    def stay_there(self, *parts: Any) -> Made:
        yield Core("stay_there"), 0.0

    def leave(self, force: Any, adverbs: Any, leave: Leaf, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Thing):
            yield Core("leave", phrase, force=forced(force), mods=self._adverbs(adverbs)), 0.1

    def come_back(self, *parts: Any) -> Made:
        yield Core("come_back"), 0.0

    def not_back(self, *parts: Any) -> Made:
        yield Core("not_back"), 0.0

    def neutral(self, *parts: Any) -> Made:
        """Read motion that names no proposition ("go in and then ...") as saying nothing, with a note."""
        leaf = first_leaf(parts[0])
        if leaf.terminal != "GO" or self._tokens[leaf.at].text.split()[0] in LEADING:
            yield Core("neutral", mods=(Mod("nothing"),), at=leaf.at), 1.0

    def act_from(self, verb: Leaf, start: Leaf, place: Any, to: Leaf, phrase: NounPhrase) -> Made:
        yield Core("act", phrase), 0.5

    def stop_when(self, cease: Leaf, when: Any, cond: Cond) -> Made:
        yield Core("act", cond.np, mods=(Mod("after_that"),)), 0.0

    def go_until(self, verb: Leaf, until: Leaf, cond: Cond) -> Made:
        yield Core("act", cond.np, mods=(Mod("after_that"),)), 0.2
