"""Actions for clauses that forbid or put in order what they name as their subject."""

from __future__ import annotations

from typing import Any

from lantern.language.ast import And
from lantern.language.english.nominal import is_nominal
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Group,
    Mod,
    NounPhrase,
    Thing,
    condition_of,
    is_event,
    things,
)
from lantern.language.grammar.values import Made, Values, first_leaf


class _Forbidding(Values):
    """Actions of the rule ``core`` for what is forbidden, and for what comes before something else."""

    def banned_with(
        self, verb: Any, phrase: NounPhrase, done: Any, mods: tuple[Any, ...], comma: Any, banned: Leaf
    ) -> Made:
        """Read "bottling the beer without cleaning the kettle first is not allowed"."""
        inner = tuple(part[1] for part in mods)
        if any(mod.kind == "soon" for mod in inner):
            return  # "holding both at once is forbidden" says nothing of the next step
        if not verb or is_nominal(self._tokens[first_leaf(verb).at].text.split()[0]):
            yield Core("ban", phrase, passive=True, mods=inner), -0.2 if verb else 0.2

    def ban_kinds(self, *parts: Any) -> Made:
        """Read "no door may be opened" as said of every door."""
        kinds = next(part for part in parts if isinstance(part, Leaf) and part.terminal == "KINDS")
        yield Core("ban", Group("or", self._kinds(kinds))), 0.0

    def ban_allowed(self, neg: str, verb: Any, phrase: NounPhrase, more: tuple[Any, ...], may: Leaf) -> Made:
        """Read "no lane change is allowed until ..."."""
        if self._tokens[may.at].text.split()[-1] not in ("may", "can", "could", "might", "to"):
            named = (phrase, *(part[-1] for part in more))
            yield Core("ban", Group("or", named) if more else phrase), -0.2

    def ban_carry(
        self, neg: Any, adverbs: Any, verb: Any, load: NounPhrase, to: Leaf, place: NounPhrase
    ) -> Made:
        """Read "never carry a box into the aisle" as never having the one at the other."""
        if not any(thing.event for thing in (*things(load), *things(place))):
            both = Thing(And((condition_of(load), condition_of(place))))
            yield Core("ban", both, mods=self._adverbs(adverbs)), 0.0

    def not_end(self, neg: str, end: Leaf, to: Any, phrase: NounPhrase) -> Made:
        """Read "do not finish in the yard" as not being there at the end."""
        if not is_event(phrase):
            yield Core("ban", phrase, mods=(Mod("at_end"),)), -0.5

    def leave_alone(self, leave: Leaf, phrase: NounPhrase, alone: Leaf) -> Made:
        """Read "leave the cat alone" as never touching it."""
        yield Core("ban", phrase), -0.2

    def allowed(self, verb: Any, phrase: NounPhrase, words: tuple[Any, ...]) -> Made:
        """Read "adding the hops is only allowed while the valve is open"."""
        said = {leaf.terminal: self._tokens[leaf.at].text for part in words for leaf in _leaves(part)}
        if "MAY" in said and said["MAY"].split()[-1] not in ("may", "can", "could", "might", "to"):
            mods = (Mod("only"),) if "ONLY" in said else ()
            yield Core("act", phrase, force="may", passive=True, mods=mods), 0.0

    def allowed_at(self, force: Any, to: Leaf, phrase: NounPhrase) -> Made:
        """Read "only then are the cows allowed on the pasture"."""
        if force == "may" and self._tokens[to.at].text != "to":
            yield Core("act", phrase, force="may", passive=True), 0.2

    def banned_at(self, banned: Leaf, to: Leaf, phrase: NounPhrase) -> Made:
        """Read "the ship is not allowed in the harbour"."""
        if self._tokens[to.at].text != "to":
            yield Core("ban", phrase), 0.0

    def never_that(self, never: Leaf, cond: Cond) -> Made:
        """Read "there must never be a moment when a and b" as never both at the same step."""
        if not cond.denied and not cond.count and not is_event(cond.np):
            yield Core("ban", Thing(condition_of(cond.np))), -0.2

    def requires_deed(self, *parts: Any) -> Made:
        """Read "opening the vault requires informing the guard first" as no vault before that."""
        phrases = [part for part in parts if isinstance(part, Thing | Group)]
        said = {leaf.terminal for part in parts[-2:] if isinstance(part, tuple) for leaf in _leaves(part)}
        verb = self._tokens[parts[0][0].at].text if parts[0] else ""
        if verb and not is_nominal(verb.split()[0]):
            return
        if said & {"DONE", "FIRST", "PREVIOUSLY"} or is_event(phrases[1]):
            yield Core("ban", phrases[0], mods=(Mod("until", Cond(phrases[1])),)), -0.2

    def requires_done(
        self, verb: Any, phrase: NounPhrase, means: Leaf, first: NounPhrase, done: Leaf, *more: Any
    ) -> Made:
        """Read "waking the patient requires that the nurse has been informed" as no waking before that."""
        requires = self._tokens[means.at].text.split()[0].startswith("require")
        if requires and ("perfect" in done.values or any(more)):
            yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.5

    def ban_pair(self, *parts: Any) -> Made:
        """Read "the door must not be open and the lamp must not be on at the same time"."""
        first, second = (part for part in parts if isinstance(part, Thing))
        both = Thing(And((first.condition, second.condition)))
        yield Core("ban", both), -0.5

    def precedes(self, *parts: Any) -> Made:
        """Read "a must precede b" as no b before a."""
        sooner, later = (part for part in parts if not _is_word(part))
        yield from self._order(sooner, later, parts)

    def _order(self, sooner: NounPhrase, later: NounPhrase, parts: tuple[Any, ...]) -> Made:
        said = {leaf.terminal for part in parts if isinstance(part, tuple) for leaf in _leaves(part)}
        if said & {"NOT", "NEVER"}:
            sooner, later = later, sooner
        yield Core("ban", later, mods=(Mod("until", Cond(sooner)),)), -0.2


def _is_word(part: Any) -> bool:
    return isinstance(part, tuple | Leaf)


def _leaves(part: Any) -> list[Leaf]:
    if isinstance(part, Leaf):
        return [part]
    return [leaf for one in part for leaf in _leaves(one)] if isinstance(part, tuple) else []
