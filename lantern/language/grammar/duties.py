"""Actions for clauses that say how things must be: one state or another, exactly one of several."""

from __future__ import annotations

from typing import Any

from lantern.language.ast import Not, Now, Or, Whenever
from lantern.language.english.words import is_gerund
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import Cond, Core, Group, Mod, NounPhrase, Thing, things
from lantern.language.grammar.values import Made, Values, exactly_one, first_leaf, forced
from lantern.language.making import denied


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

    def away(self, force: Any, adverbs: Any, away: Leaf, phrase: NounPhrase) -> Made:
        """Read "must be out of the cellar" and "be off the runway" as not being there."""
        named = things(phrase)
        if any(thing.event for thing in named):
            return
        there = [Thing(denied(thing.condition), lasting=True) for thing in named]
        elsewhere = there[0] if len(there) == 1 else Group("and", tuple(there))
        yield Core("be", elsewhere, force=forced(force) or "must", mods=self._adverbs(adverbs)), 0.0

    def stay_state_not(self, phrase: NounPhrase, neg: Any, adverbs: Any, stay: Leaf, state: Leaf) -> Made:
        """Read "the doors must never stay open"."""
        yield Core("ban", phrase, mods=self._adverbs(adverbs)), 0.0

    def ban_stay(self, neg: Any, adverbs: Any, stay: Leaf, to: Any, phrase: NounPhrase) -> Made:
        """Read "never stay in the crater for more than three steps"."""
        if self._tokens[stay.at].text.split()[0] in ("stay", "remain", "linger", "wait"):
            yield Core("ban", phrase, mods=(Mod("stays"), *self._adverbs(adverbs))), 0.0

    def stay_so(self, force: Any, adverbs: Any, stay: Leaf, state: Any) -> Made:
        """Read "... and must stay open", said of what was named before."""
        if force == "must" and self._same_state(stay, state):
            yield Core("stay_there", mods=self._adverbs(adverbs)), 0.2

    def stays_so(self, stay: Leaf, state: Any) -> Made:
        """Read "... and remain open", said of what was named before."""
        lasts = self._tokens[stay.at].text.split()[0] in ("stay", "stays", "remain", "remains")
        if lasts and self._same_state(stay, state):
            yield Core("stay_there"), 0.2

    def stay_off(self, force: Any, away: Leaf) -> Made:
        """Read "... and must stay off", said of what was named before."""
        if self._tokens[away.at].text in ("stay off", "remain off") and self._state_before(away.at) == "off":
            yield Core("stay_there"), 0.2

    def _same_state(self, stay: Leaf, state: Any) -> bool:
        """Whether "stay open" says the state that was said last; "stay on" may have lost its "on"."""
        said = self._state_before(stay.at)
        if not state:
            return said in ("", "on")
        return self._tokens[first_leaf(state).at].text.split()[-1] == said

    def _state_before(self, at: int) -> str:
        """Last word of the state that was said last before a token; empty if none was."""
        before = (token for token in self._tokens[:at][::-1] if token.types.keys() & {"DONE", "STATE"})
        return next((token.text.split()[-1] for token in before), "")

    def not_both_of(self, *words: Any) -> Made:
        """Read "..., but not both" as said of two deeds named before."""
        yield Core("not_both_of"), 0.0

    def need_not(self, *parts: Any) -> Made:
        """Read "the box need not be opened" as asking for nothing."""
        yield Core("neutral", mods=(Mod("nothing"),)), 0.0

    def requires_state(self, *parts: Any) -> Made:
        """Read "a needs b to be on", perhaps in the step before, as no a without."""
        deed, state = (part for part in parts if isinstance(part, Thing | Group))
        window = parts[-1][0] if parts[-1] else None
        if not isinstance(state, Thing) or not state.lasting:
            return
        if window is None:
            missing = Thing(denied(state.condition))
            yield Core("ban", deed, mods=(Mod("while", Cond(missing, state=True)),)), -0.5
        elif self._steps(window).kind == "before" and isinstance(deed, Thing):
            steps = self._steps(window).first
            rule = Whenever(state.condition, Now(deed.condition), steps, "only_if")
            yield Core("fret", deed, rule=rule), -0.5

    def keep_doing(self, force: Any, adverbs: Any, keep: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        """Read "keep jumping on the spring"."""
        text = self._tokens[first_leaf(verb).at].text.split()[0]
        if is_gerund(text) and self._tokens[keep.at].text.split()[0] in ("keep", "keeps", "continue"):
            mods = (Mod("doing"), *self._adverbs(adverbs))
            yield Core("stay", phrase, force=forced(force), mods=mods), 0.0

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
