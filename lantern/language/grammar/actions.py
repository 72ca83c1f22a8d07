"""Actions of the grammar: what each rule makes of the values of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from lantern.language.ast import And, Atom, Not, Requirement
from lantern.language.grammar.chart import Leaf
from lantern.language.grammar.conventions import Conventions
from lantern.language.grammar.interpret import interpret
from lantern.language.grammar.phrases import (
    Cond,
    Core,
    Group,
    Mod,
    NounPhrase,
    Thing,
    condition_of,
    is_event,
    leaves,
)
from lantern.language.grammar.tokens import PARTICIPLES, Token

Made = Iterable[tuple[Any, float]]


def actions(tokens: Sequence[Token], conventions: Conventions) -> object:
    """Actions of ``task.grammar`` for one list of tokens."""
    return _Actions(tokens, conventions)


_RETURNING = ("return", "go back", "come back", "head back", "get back", "travel back", "going back")
_LEADING = frozenset({"go", "going", "come", "coming", "proceed", "head", "move", "continue", "continuing"})

# Costs order the readings of one text; only the cheapest are offered.
BARE_LIST = 0.5
BARE_UNIT = 1.0


class _Actions:
    """Methods named as in ``task.grammar``, for one list of tokens.

    Each takes the values of its symbols (a tuple for what is repeated) and yields values with costs.
    """

    def __init__(self, tokens: Sequence[Token], conventions: Conventions) -> None:
        self._tokens = tokens
        self._conventions = conventions

    # ------------------------------------------------------------ noun phrases

    def thing(self, leaf: Leaf) -> Made:
        token = self._tokens[leaf.at]
        if token.condition is not None:
            yield Thing(token.condition, token.event, token.whole), 0.0

    def it(self, leaf: Leaf) -> Made:
        """The thing named last before the pronoun."""
        token = self._tokens[leaf.at]
        if token.condition is not None:
            yield Thing(token.condition, token.event), 0.2

    def _kinds(self, leaf: Leaf) -> tuple[Thing, ...]:
        return tuple(Thing(Atom(name)) for name in self._tokens[leaf.at].candidates)

    def _number(self, leaf: Leaf) -> int:
        return int(next(value for value in leaf.values if value.isdigit()))

    def all_kinds(self, each: Leaf, number: tuple[Leaf, ...], kinds: Leaf) -> Made:
        parts = self._kinds(kinds)
        if not number or self._number(number[0]) == len(parts):
            yield Group("and", parts), 0.0

    def any_kind(self, any_of: Leaf, kinds: Leaf) -> Made:
        yield Group("or", self._kinds(kinds)), 0.0

    def some_kinds(self, number: int, kinds: Leaf) -> Made:
        parts = self._kinds(kinds)
        if 0 < number < len(parts):
            yield Group("some", parts, number), 0.0

    def quantity(self, *parts: Leaf) -> Made:
        yield self._number(parts[-1]), 0.0

    def chosen(self, number: int, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Group) and phrase.op in ("and", "or") and 0 < number < len(phrase.parts):
            yield Group("some", phrase.parts, number), -0.5

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
            yield ("or" if _first(word).terminal in ("OR", "NOR") else "and"), 0.0
        elif before:
            yield "comma", 0.0
        else:
            yield "none", 0.2

    def listed(
        self, markers: tuple[Any, ...], thing: NounPhrase, rest: tuple[Any, ...], generic: Any
    ) -> Made:
        if any(part[0] == "none" and not part[1] and not _whole(part[2]) for part in rest):
            return
        things = [thing, *(part[2] for part in rest)]
        joins = [part[0] for part in rest]
        brackets = [markers, *(part[1] for part in rest)]
        if not rest:
            yield thing, 0.0
            return
        if "or" in joins and len(set(things)) < len(things):
            return  # "a, then b, or b, then a" is no list
        phrase = _list(things, joins, [any(_first(m).terminal == "BOTH" for m in b) for b in brackets])
        if phrase is not None:
            yield phrase, BARE_LIST if set(joins) <= {"comma", "none"} else 0.0

    # ------------------------------------------------------------ verbs

    def force(self, words: tuple[Any, ...]) -> Made:
        terminals = {_first(word).terminal for word in words}
        yield ("may" if "MAY" in terminals else "must"), 0.0

    def neg(self, *words: Any) -> Made:
        yield "neg", 0.0

    def _adverbs(self, adverbs: tuple[Any, ...]) -> tuple[Mod, ...]:
        kinds = {
            "ALWAYS": "always",
            "LATER": "later",
            "SOON": "soon",
            "FIRST": "first",
            "ONLY": "only",
            "FINALLY": "finally",
            "BACK": "again",
            "ALSO": "nothing",
        }
        return tuple(Mod(kinds[_first(adverb).terminal]) for adverb in adverbs)

    def act(
        self, also: Any, force: Any, before: Any, verb: Any, after: Any, phrase: NounPhrase, state: Any
    ) -> Made:
        kind = "be" if _is_be(self._tokens, verb) else "act"
        text = self._tokens[_first(verb).at].text
        mods = self._adverbs((*before, *after))
        if text.startswith(_RETURNING):
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
        yield Core(kind, phrase, force=_opt(force), mods=mods), cost

    def verb(self, *words: Leaf) -> Made:
        """One verb, or "go" and "come" with another; "stay" only as "be"."""
        if words[0].terminal == "STAY" and not _is_be(self._tokens, words[0]):
            return
        if len(words) == 1 or self._tokens[words[0].at].text.split()[0] in _LEADING:
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

    def need_counted(self, need: Leaf, count: Any, verb: Any, phrase: NounPhrase) -> Made:
        yield Core("act", phrase, mods=(Mod("count", count),)), 0.0

    def unlocks(self, verb: Any, first: NounPhrase, unlocks: Leaf, phrase: NounPhrase) -> Made:
        yield Core("ban", phrase, mods=(Mod("until", Cond(first)),)), -0.5

    def leave_bare(self, leaf: Leaf) -> Made:
        yield Core("leave_bare"), 0.5

    def without_return(self, without: Leaf, verb: Leaf) -> Made:
        if self._tokens[verb.at].text.split()[-1].startswith(("return", "revisit", "back")):
            yield Mod("order", "once"), 0.5

    def act_counted(
        self, force: Any, adverbs: Any, verb: Any, count: Any, to: Any, more: Any, phrase: NounPhrase
    ) -> Made:
        mods = (Mod("count", count), *self._adverbs(adverbs))
        yield Core("act", phrase, force=_opt(force), mods=mods), 0.0 if verb or force else 0.5

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
            yield Core("act", phrase, force=_opt(force), mods=mods), -0.2

    def need(self, need: Leaf, phrase: NounPhrase) -> Made:
        yield Core("act", phrase, force="must"), 0.0

    def begin(self, begin: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("begin", phrase), 0.0

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
        kind = _first(parts[0]).terminal
        number = self._amount(_first(parts[-1]))
        low = None if kind == "MAXTIMES" else number
        high = None if kind == "MINTIMES" else number
        yield (
            Core("act", phrase, mods=(Mod("count", (low, high, "at most" if low is None else "exactly")),)),
            0.0,
        )

    def _amount(self, leaf: Leaf) -> int:
        return 1 if leaf.terminal == "ONCE" else self._number(leaf)

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

    def one_of(self, any_of: Leaf, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Group) and phrase.op in ("and", "or"):
            yield Group("or", phrase.parts), -0.2

    def carry(
        self, force: Any, adverbs: Any, verb: Any, phrase: NounPhrase, to: Leaf, goal: NounPhrase
    ) -> Made:
        yield Core("carry", phrase, (goal,), _opt(force), mods=self._adverbs(adverbs)), -0.3

    def deliver(self, force: Any, adverbs: Any, verb: Leaf, to: Any, phrase: NounPhrase) -> Made:
        yield Core("deliver", phrase, (), _opt(force), mods=self._adverbs(adverbs)), 0.0

    def travel(
        self, force: Any, adverbs: Any, verb: Leaf, start: Any, from_: Leaf, origin: NounPhrase, to: Any
    ) -> Made:
        goals = tuple(part[1] for part in to)
        if not start:
            yield Core("travel", origin, goals, _opt(force), mods=self._adverbs(adverbs)), -0.3

    def passive(self, phrase: NounPhrase, force: Any, adverbs: Any, both: Any, done: Leaf) -> Made:
        state = any(value.endswith(("+", "-")) for value in done.values)
        core = Core("be" if state else "act", phrase, (), _opt(force), True, self._adverbs(adverbs))
        yield core, 1.5 if "perfect" in done.values else 0.0

    def bare(self, to: Any, phrase: NounPhrase, state: Any) -> Made:
        yield Core("bare", phrase, mods=()), BARE_UNIT

    def nothing(self, *parts: Any) -> Made:
        yield Mod("nothing"), 0.0

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
        text = self._tokens[_first(verb).at].text if verb else ""
        if verb and isinstance(phrase, Group) and not text.split()[0].endswith("ing"):
            return
        yield Core("ban", phrase, passive=True), 0.0

    def not_leave(self, neg: str, adverbs: Any, leave: Leaf, phrase: NounPhrase) -> Made:
        yield Core("stay", phrase, mods=self._adverbs(adverbs)), 0.0

    def stay(self, force: Any, adverbs: Any, stay: Leaf, to: Any, phrase: NounPhrase) -> Made:
        be = self._tokens[stay.at].text in ("be", "is", "are")
        yield Core("stay", phrase, force=_opt(force), mods=self._adverbs(adverbs)), 0.4 if be else 0.0

    def keep(self, force: Any, adverbs: Any, keep: Leaf, phrase: NounPhrase, state: Any) -> Made:
        yield Core("stay", phrase, force=_opt(force), mods=self._adverbs(adverbs)), 0.0 if state else 0.3

    def keep_all(
        self, force: Any, adverbs: Any, keep: Leaf, phrase: NounPhrase, state: Leaf, more: Any
    ) -> Made:
        group = Group("and", (phrase, *(part[1] for part in more)))
        yield Core("stay", group, force=_opt(force), mods=self._adverbs(adverbs)), -0.2

    def stay_state(self, phrase: NounPhrase, force: Any, adverbs: Any, stay: Leaf, state: Leaf) -> Made:
        yield Core("stay", phrase, force=_opt(force), mods=self._adverbs(adverbs)), 0.0

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
            yield Core("carry", both, (goal,), _opt(force), mods=self._adverbs(adverbs)), -0.4

    def stay_there(self, *parts: Any) -> Made:
        yield Core("stay_there"), 0.0

    def leave(self, force: Any, adverbs: Any, leave: Leaf, phrase: NounPhrase) -> Made:
        if isinstance(phrase, Thing):
            yield Core("leave", phrase, force=_opt(force), mods=self._adverbs(adverbs)), 0.1

    def come_back(self, *parts: Any) -> Made:
        yield Core("come_back"), 0.0

    def not_back(self, *parts: Any) -> Made:
        yield Core("not_back"), 0.0

    def anything_but(self, *parts: Any) -> Made:
        return ()

    # ------------------------------------------------------------ modifiers

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
        only = any(_first(part).terminal == "ONLY" for part in before if part)
        yield Mod(conjunction.terminal.lower(), cond, only), 0.0

    def without(self, *parts: Any) -> Made:
        active = any(isinstance(part, tuple) and part and _is_verb(part) for part in parts)
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

    def neutral(self, *parts: Any) -> Made:
        """Read motion that names no proposition ("go in and then ...") as saying nothing, with a note."""
        leaf = _first(parts[0])
        if leaf.terminal != "GO" or self._tokens[leaf.at].text.split()[0] in _LEADING:
            yield Core("neutral", mods=(Mod("nothing"),), at=leaf.at), 1.0

    def act_from(self, verb: Leaf, start: Leaf, place: Any, to: Leaf, phrase: NounPhrase) -> Made:
        yield Core("act", phrase), 0.5

    def stop_when(self, cease: Leaf, when: Any, cond: Cond) -> Made:
        yield Core("act", cond.np, mods=(Mod("after_that"),)), 0.0

    def go_until(self, verb: Leaf, until: Leaf, cond: Cond) -> Made:
        yield Core("act", cond.np, mods=(Mod("after_that"),)), 0.2

    def soon(self, leaf: Leaf) -> Made:
        yield Mod("soon"), 0.0

    def always(self, leaf: Leaf) -> Made:
        yield Mod("always"), 0.0

    def at_end(self, leaf: Leaf) -> Made:
        yield Mod("at_end"), 0.0

    def at_start(self, leaf: Leaf) -> Made:
        yield Mod("at_start"), 0.0

    def requires(self, which: Leaf, phrase: NounPhrase) -> Made:
        yield Mod("after", Cond(phrase, True), only=True), 0.0

    def for_good(self, *parts: Any) -> Made:
        yield Mod("for_good"), 0.0

    def first(self, leaf: Leaf) -> Made:
        yield Mod("first"), 0.0

    def again(self, leaf: Leaf) -> Made:
        yield Mod("again"), 0.0

    def after_that(self, leaf: Leaf) -> Made:
        yield Mod("after_that"), 0.3

    def only(self, leaf: Leaf) -> Made:
        yield Mod("only"), 0.0

    def steps(self, to: Any, number: Leaf, steps: Leaf) -> Made:
        yield Mod("steps", self._number(number)), 0.0

    # ------------------------------------------------------------ conditions

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
        be, word = _is_be(self._tokens, verb), self._tokens[_first(verb).at].text.split()[0]
        inflected = word.endswith(("ing", "ed")) or word in PARTICIPLES
        yield Cond(phrase, not be, count=value, state=be and not is_event(phrase), inflected=inflected), 0.0

    def cond_state(self, phrase: NounPhrase, *parts: Any) -> Made:
        done = [_first(part) for part in parts if part and _first(part).terminal in ("DONE", "STATE")]
        state = any(value.endswith(("+", "-")) for leaf in done for value in leaf.values)
        yield Cond(phrase, state=state, passive=bool(done)), 0.0 if any(parts) else 0.1

    def cond_not(self, *parts: Any) -> Made:
        phrase = next(part for part in parts if isinstance(part, Thing | Group))
        if isinstance(phrase, Thing):
            active = any(isinstance(part, Leaf) and part.terminal == "GO" for part in map(_inner, parts))
            yield Cond(Thing(Not(phrase.condition), phrase.event), active, denied=True), 0.0

    def conditions(self, first: Cond, rest: tuple[Any, ...]) -> Made:
        if not rest:
            yield first, 0.0
            return
        conds = [first, *(part[1] for part in rest)]
        joins = {_first(part[0]).terminal for part in rest}
        if len(joins) > 1 or any(cond.denied or cond.count for cond in conds):
            return
        alike = all(cond.inflected for cond in conds) or all(cond.passive for cond in conds)
        group = Group("or" if joins == {"OR"} else "and", tuple(cond.np for cond in conds))
        yield replace(first, np=group), 0.3 if alike else 1.2

    # ------------------------------------------------------------ numbers

    def one(self, leaf: Leaf) -> Made:
        yield 1, 0.0

    def two(self, leaf: Leaf) -> Made:
        yield self._number(leaf), 0.0

    def number(self, number: Leaf, times: Leaf) -> Made:
        yield self._number(number), 0.0

    def at_least(self, *parts: Any) -> Made:
        yield (_int(parts), None, "at least"), 0.0

    def at_most(self, *parts: Any) -> Made:
        yield (None, _int(parts), "at most"), 0.0

    def exactly(self, *parts: Any) -> Made:
        yield (_int(parts), _int(parts), "exactly"), 0.0

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
        yield (_int(parts) + 1, None, "more than"), 0.0

    def less_than(self, *parts: Any) -> Made:
        yield (None, _int(parts) - 1, "less than"), 0.0

    def times(self, number: int) -> Made:
        yield (number, None, "times"), 0.0

    # ------------------------------------------------------------ structured requirements

    def scope(self, before: Any, kind: Any, *parts: Any) -> Made:
        word, phrase = _first(kind).terminal, parts[-1]
        prefix = _first(before).terminal if before else ""
        if word == "TO" and self._tokens[_first(kind).at].text != "in":
            return
        if word in ("AFTER", "BEFORE"):
            name = ("only_" if prefix else "") + word.lower()
        else:
            name = {"ONLY": "only_in", "EXCEPT": "not_in", "": "in"}[prefix]
        yield Mod("scope", (name, condition_of(phrase))), 0.0

    def edge(self, word: Any, phrase: NounPhrase) -> Made:
        yield Mod("edge", (_first(word).terminal == "WHEN", condition_of(phrase))), 0.0

    def timing(self, word: Any, *phrase: NounPhrase) -> Made:
        leaf = _first(word)
        names = {"ALWAYS": "always", "NEVER": "never", "LATER": "eventually", "FINALLY": "finally"}
        names |= {"UNTIL": "until", "BEFORE": "before"}
        name = names.get(leaf.terminal) or ("immediately" if "now" in leaf.values else "next")
        yield Mod("timing", (name, condition_of(phrase[0]) if phrase else None)), 0.0

    def fret(self, scope: Any, edge: Any, force: Any, timing: Any, satisfy: Leaf, phrase: NounPhrase) -> Made:
        name, mode = _value(scope, ("always", None))
        rising, trigger = _value(edge, (False, None))
        when, stop = _value((timing,) if timing else (), ("eventually", None))
        rule = Requirement(condition_of(phrase), when, name, mode, trigger, rising, stop)
        yield Core("fret", phrase, rule=rule), -2.0

    # ------------------------------------------------------------ units

    def unit(self, prefixes: tuple[Any, ...], core: Any, suffixes: tuple[Any, ...]) -> Made:
        if isinstance(core, Mod):
            return
        if any(part[0].kind in ("count", "order") for part in prefixes):
            return
        before = [replace(part[0], kind="to_first") if part[0].kind == "to" else part[0] for part in prefixes]
        after = [part[1] for part in suffixes]
        commas = sum(1 for part in suffixes if part[0])
        commas += sum(2 for part in prefixes if not part[1] and isinstance(part[0].value, Cond))
        for draft, cost in interpret(core, [*core.mods, *before, *after], self._conventions):
            yield draft, cost + 1.0 + 0.1 * commas


def _first(value: Any) -> Leaf:
    while isinstance(value, tuple):
        value = value[0]
    return value  # type: ignore[no-any-return]


def _value(group: Any, default: Any) -> Any:
    """Value of a modifier that may be missing, with a comma after it."""
    return group[0][0].value if group else default


def _inner(value: Any) -> Any:
    while isinstance(value, tuple) and value:
        value = value[0]
    return value


def _opt(value: Any) -> Literal["", "must", "may"]:
    return value[0] if value else ""


def _int(parts: Sequence[Any]) -> int:
    return next(part for part in parts if isinstance(part, int))


def _whole(phrase: NounPhrase) -> bool:
    return phrase.whole if isinstance(phrase, Thing) else True


def _is_verb(value: Any) -> bool:
    return isinstance(_first(value), Leaf) and _first(value).terminal in ("GO", "STAY")


def _is_be(tokens: Sequence[Token], verb: Any) -> bool:
    return tokens[_first(verb).at].text in (
        "be",
        "is",
        "are",
        "was",
        "were",
        "been",
        "being",
        "have",
        "has",
        "hold",
    )


def _list(things: Sequence[NounPhrase], joins: Sequence[str], both: Sequence[bool]) -> NounPhrase | None:
    """A list of things: commas take the meaning of the last join; "or" binds weaker than "and"."""
    words = set(joins)
    if "or" not in words:
        return Group("and", tuple(things))
    if "and" not in words:
        return Group("or", tuple(things)) if joins[-1] == "or" else None
    if words & {"comma", "none"}:
        return None
    terms: list[list[NounPhrase]] = [[things[0]]]
    for join, thing in zip(joins, things[1:], strict=True):
        if join == "or":
            terms.append([thing])
        else:
            terms[-1].append(thing)
    return Group("or", tuple(term[0] if len(term) == 1 else Group("and", tuple(term)) for term in terms))
