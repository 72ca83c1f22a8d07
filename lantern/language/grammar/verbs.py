"""Actions for verbs: what kind of clause each makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lantern.language.ast import Not
from lantern.language.english.nominal import is_nominal
from lantern.language.english.words import PARTICIPLES, base_forms, is_gerund
from lantern.language.grammar.carrying import _Carrying
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Group,
    Mod,
    NounPhrase,
    Thing,
    things,
)
from lantern.language.grammar.tokens import Token
from lantern.language.grammar.values import (
    BARE_UNIT,
    LEADING,
    RETURNING,
    Made,
    first_leaf,
    forced,
    holds,
    innermost,
    is_be,
)

_NEVER = frozenset({"never", "never ever", "not ever"})
_EVERMORE = frozenset({"no more", "never again", "no longer", "not any more"})


def _both(tokens: Sequence[Token], at: int) -> bool:
    """Whether "both" leads a list that begins at a place ("never visit both the hall and the attic")."""
    return at + 1 < len(tokens) and tokens[at].text == "both" and bool(tokens[at + 1].candidates)


def _says_both(tokens: Sequence[Token], at: int) -> bool:
    """Whether "both" leads the list right before a place ("at no time should both valves be open")."""
    while at and tokens[at - 1].types.keys() & _LISTED:
        at -= 1
        if tokens[at].text == "both":
            return True
    return False


_LISTED = frozenset({"P", "KINDS", "AND", "BOTH", "COMMA", "MUST", "MAY", "NOT", "NEVER"})

# Verbs that make what follows begin ("go charging"), where "drive slowly" tells how things are done.
_STARTING = frozenset({"go", "start", "begin", "come", "resume", "get"})

# Verbs of leaving, where a proposition says that one is outside.
_LEAVING = frozenset({"leave", "exit", "quit", "depart"})


class _Verbs(_Carrying):
    """Actions of the rule ``core``."""

    def force(self, words: tuple[Any, ...]) -> Made:
        terminals = {first_leaf(word).terminal for word in words}
        yield ("may" if "MAY" in terminals else "must"), 0.0

    def neg(self, *words: Any) -> Made:
        leaves = [
            first_leaf(one)
            for word in words
            if word
            for one in (word if isinstance(word, tuple) else (word,))
        ]
        said = {self._tokens[leaf.at].text for leaf in leaves}
        if {"NOT", "NEVER"} <= {leaf.terminal for leaf in leaves}:
            return  # "don't never"
        if any(leaf.terminal == "CEASE" for leaf in leaves):
            yield "cease", 0.0
            return
        yield "never" if said & _NEVER else "no more" if said & _EVERMORE else "neg", 0.0

    def act(
        self, also: Any, force: Any, before: Any, verb: Any, after: Any, phrase: NounPhrase, state: Any
    ) -> Made:
        kind = "be" if is_be(self._tokens, verb) else "act"
        text = self._tokens[first_leaf(verb).at].text
        if text.startswith(("stay ", "remain ")) and not after:  # "must stay below the limit"
            yield Core("stay", phrase, force=forced(force), mods=self._adverbs(before)), 0.0
            return
        mods = self._adverbs((*before, *after))
        if text.startswith(RETURNING):
            mods = (*mods, Mod("returning"))
        if holds(self._tokens, verb, phrase):
            mods = (*mods, Mod("holding"))
        if text.split()[0].endswith("ing"):
            mods = (*mods, Mod("gerund"))
        if text in ("end up", "wind up"):
            mods = (*mods, Mod("finally"))
        if text in _STARTING and is_gerund(self._tokens[first_leaf(verb).at + 1].text.split()[0]):
            mods = (*mods, Mod("starts"))
        if base_forms(text.split()[0]) & _LEAVING:
            mods = (*mods, Mod("left"))
        # A participle is no command ("after you have opened the chest and slain the dragon").
        participle = not force and text.split()[0] in PARTICIPLES - {
            "read",
            "shut",
            "put",
            "cut",
            "hit",
            "set",
            "come",
            "run",
            "cast",
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

    def ban_rest(self, may: Leaf, verb: Any, other: Leaf, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase), -0.2

    def destination(self, phrase: NounPhrase, verb: Any, place: Leaf) -> Made:
        if is_be(self._tokens, verb):
            yield Core("act", phrase), 0.0

    def leave_bare(self, leaf: Leaf) -> Made:
        yield Core("leave_bare"), 0.5

    def each_at(
        self,
        each: Leaf,
        phrase: NounPhrase,
        force: Any,
        adverbs: Any,
        done: Leaf,
        to: Leaf,
        place: NounPhrase,
    ) -> Made:
        """Read "every photo must be taken over the tower" as a rule for each of them."""
        if isinstance(place, Thing) and not place.event and self._tokens[to.at].text != "to":
            missing = Thing(Not(place.condition))
            yield Core("ban", phrase, mods=(Mod("while", Cond(missing, state=True)),)), -0.5

    def act_verbal(self, force: Any, adverbs: Any, phrase: NounPhrase) -> Made:
        """Read "the probe must refuel", where the proposition is the verb."""
        if isinstance(phrase, Thing) and phrase.verbal:
            yield Core("act", phrase, force=forced((force,)), mods=self._adverbs(adverbs)), 0.0

    def inverted(self, force: Any, phrase: NounPhrase, adverbs: Any, done: Leaf) -> Made:
        """Read "only then may the vault be opened"."""
        state = any(value.endswith(("+", "-")) for value in done.values)
        mods = self._adverbs(adverbs)
        yield Core("be" if state else "act", phrase, (), forced((force,)), True, mods), 0.3

    def ban_both(self, phrase: NounPhrase, neg: str, adverbs: Any, both: Leaf, done: Leaf) -> Made:
        """Read "the pump and the flame must never both be off"."""
        if isinstance(phrase, Group) and phrase.op == "and":
            yield Core("ban", phrase, mods=(Mod("same_time"), *self._adverbs(adverbs))), -0.2

    def begin(self, begin: Leaf, to: Any, phrase: NounPhrase) -> Made:
        if self._tokens[begin.at].text in ("start", "start up") and not to:
            return  # "start the pump"
        yield Core("begin", phrase), -0.2

    def end(self, end: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("end", phrase), 0.0

    def act_passive(self, force: Any, adverbs: Any, done: Leaf, to: Any, phrase: NounPhrase) -> Made:
        """Read "... it must be brought to the lab" and "... must be parked in the garage"."""
        yield Core("act", phrase, force=forced((force,)), mods=self._adverbs(adverbs)), 0.0

    def ban_bare(self, phrase: NounPhrase, no: Leaf) -> Made:
        yield Core("ban", phrase), 0.0

    def ban_done(self, neg: str, phrase: NounPhrase, force: Any, done: Leaf) -> Made:
        both = (Mod("same_time"),) if isinstance(phrase, Group) and _says_both(self._tokens, done.at) else ()
        yield Core("ban", phrase, mods=(Mod("inverted"), *both)), 0.0

    def act_them(
        self, phrase: NounPhrase, colon: Leaf, force: Any, adverbs: Any, verb: Any, them: Leaf
    ) -> Made:
        """Read "silver, copper, gold: mine them"."""
        if isinstance(phrase, Group):
            yield Core("act", phrase, force=forced(force), mods=self._adverbs(adverbs)), -0.2

    def leave_to(self, leave: Leaf, other: Any, generic: Leaf, to: Leaf, phrase: NounPhrase) -> Made:
        """Read "exit the other door into the green room" as going there."""
        if self._tokens[to.at].text in ("to", "into", "onto"):
            yield Core("act", phrase), 0.3

    def passive(self, phrase: NounPhrase, force: Any, adverbs: Any, both: Any, done: Leaf) -> Made:
        state = any(value.endswith(("+", "-")) for value in done.values) and "action" not in done.values
        worn = "perfect" not in done.values
        state = state or (worn and holds(self._tokens, done, phrase, ("held", "kept")))
        told = "happen" in done.values and "action" not in done.values
        state = state or (told and all(thing.lasting for thing in things(phrase)))
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
        if neg == "cease" and not verb and any(isinstance(one.condition, Not) for one in things(phrase)):
            return  # "stop the pump" says that it is off, not that it is never off
        said = [first_leaf(one) for one in (verb, *(part[1] for part in more)) if one]
        if any(self._tokens[leaf.at].text.startswith((*RETURNING, "revisit")) for leaf in said):
            adverbs_mods = (Mod("avoids"), *self._adverbs(adverbs))
        else:
            adverbs_mods = self._adverbs(adverbs)
        if more:
            phrase = Group("or", (phrase, *(part[2] for part in more)))
        if verb and _both(self._tokens, first_leaf(verb).at + 1):
            adverbs_mods = (*adverbs_mods, Mod("both"))
        if verb and self._tokens[first_leaf(verb).at].text in ("end up", "wind up"):
            adverbs_mods = (*adverbs_mods, Mod("at_end"))
        adverbs_mods = (*adverbs_mods, Mod("denial" if neg == "neg" else "evermore"))
        yield Core(kind, phrase, mods=adverbs_mods), 0.0 if verb else 0.5

    def ban_all(self, neg: str, adverbs: Any, verb: Any, phrase: NounPhrase, more: tuple[Any, ...]) -> Made:
        """Read "do not open the chest and slay the dragon" as forbidding both; only the first is cheaper."""
        parts = (phrase, *(part[2] for part in more))
        if len(set(parts)) < len(parts):
            return  # "never open the chest and open the chest" forbids what it commands
        group = Group("and", parts)
        mods = (Mod("scope", "both"), *self._adverbs(adverbs))
        yield Core("ban", group, mods=mods), BARE_UNIT * len(more)

    def avoid(self, force: Any, adverbs: Any, avoid: Leaf, verb: Any, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=(Mod("avoids"), *self._adverbs(adverbs))), 0.0

    def ban_passive(self, phrase: NounPhrase, neg: str, adverbs: Any, done: Any) -> Made:
        if done and isinstance(phrase, Group) and _says_both(self._tokens, first_leaf(done).at):
            return  # "both doors must never be open": neither of them, or not the two together?
        mods = (*self._adverbs(adverbs), *((Mod("denial"),) if neg == "neg" else ()))
        yield Core("ban", phrase, passive=True, mods=mods), 0.0 if done else 0.5

    def banned(self, verb: Any, phrase: NounPhrase, banned: Leaf) -> Made:
        text = self._tokens[first_leaf(verb).at].text if verb else ""
        if verb and isinstance(phrase, Group) and not is_nominal(text.split()[0]):
            return
        yield Core("ban", phrase, passive=True), 0.0

    def not_leave(self, neg: str, adverbs: Any, leave: Leaf, phrase: NounPhrase) -> Made:
        """Read "never leave the hall" as staying, "never leave a guest waiting" as letting that never be."""
        if self._told_so(leave):
            yield Core("ban", phrase, mods=self._adverbs(adverbs)), 0.0
        else:
            yield Core("stay", phrase, mods=(Mod("denial"), *self._adverbs(adverbs))), 0.0

    def stay(self, force: Any, adverbs: Any, stay: Leaf, to: Any, phrase: NounPhrase) -> Made:
        be = self._tokens[stay.at].text in ("be", "is", "are")
        if self._tokens[stay.at].text == "been":
            return
        waits = (Mod("waits"),) if self._tokens[stay.at].text in ("wait", "waits", "waiting") else ()
        mods = (*waits, *self._adverbs(adverbs))
        yield Core("stay", phrase, force=forced(force), mods=mods), 0.4 if be else 0.0

    def keep(self, force: Any, adverbs: Any, keep: Leaf, phrase: NounPhrase, state: Any) -> Made:
        if not state and base_forms(self._tokens[keep.at].text.split()[0]) & {"leave"}:
            return  # "leave the room" is no "leave the lamp on"
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

    def stay_there(self, *parts: Any) -> Made:
        said = [part for part in map(innermost, parts) if isinstance(part, Leaf)]
        left = any(self._tokens[leaf.at].text.startswith("leave it") for leaf in said)
        yield Core("stay_there", mods=(Mod("put_down"),) if left else ()), 0.0

    def leave(self, force: Any, adverbs: Any, leave: Leaf, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Thing) and self._told_so(leave):  # "leave the table clean"
            yield Core("leave_so", phrase, force=forced(force), mods=self._adverbs(adverbs)), 0.1
        elif isinstance(phrase, Thing):
            yield Core("leave", phrase, force=forced(force), mods=self._adverbs(adverbs)), 0.1

    def _told_so(self, leave: Leaf) -> bool:
        """Whether what follows "leave" names a thing with its state ("leave a guest waiting")."""
        token = self._tokens[leave.at + 1] if leave.at + 1 < len(self._tokens) else None
        words = token.text.split() if token is not None else []
        return token is not None and len(words) > 1 and words[-1] in token.said and words[0] not in token.said

    def come_back(self, *parts: Any) -> Made:
        yield Core("come_back"), 0.0

    def not_back(self, *parts: Any) -> Made:
        if isinstance(parts[-1], Leaf) and self._tokens[parts[-1].at].text in ("go", "be", "is", "get"):
            return  # "is a no-go" says nothing of coming back
        yield Core("not_back"), 0.0

    def neutral(self, *parts: Any) -> Made:
        """Read motion that names no proposition ("go in and then ...") as saying nothing, with a note."""
        leaf = first_leaf(parts[0])
        if self._tokens[leaf.at].text.split()[-1] == "back":
            return  # "come back" says where to
        if leaf.terminal != "GO" or self._tokens[leaf.at].text.split()[0] in LEADING:
            yield Core("neutral", mods=(Mod("nothing"),), at=leaf.at), 1.0

    def act_from(self, verb: Leaf, start: Leaf, place: Any, to: Leaf, phrase: NounPhrase) -> Made:
        yield Core("act", phrase), 0.5

    def stop_when(self, cease: Leaf, when: Any, cond: Cond) -> Made:
        yield Core("act", cond.np, mods=(Mod("after_that"),)), 0.0

    def go_until(self, verb: Leaf, until: Leaf, cond: Cond) -> Made:
        yield Core("act", cond.np, mods=(Mod("after_that"), Mod("goes_until"))), 0.2
